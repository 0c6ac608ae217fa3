#include "io/tls_context_state.hpp"

#include <openssl/err.h>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace ferry::io {

namespace {

/// With it AES-GCM is faster than ChaCha20, without it much slower.
bool has_aes_instructions() {
#if defined(__x86_64__) || defined(__i386__)
    return __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul");
#elif defined(__aarch64__)
    return (::getauxval(AT_HWCAP) & (1UL << 3U)) != 0; // HWCAP_AES
#else
    return false;
#endif
}

std::string preferred_suites() {
    const std::string aes = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384";
    const std::string chacha = "TLS_CHACHA20_POLY1305_SHA256";
    return has_aes_instructions() ? aes + ':' + chacha : chacha + ':' + aes;
}

std::string preferred_ciphers(const char* others) {
    const std::string aes = "ECDHE+AESGCM+AES128:ECDHE+AESGCM";
    const std::string chacha = "ECDHE+CHACHA20";
    return (has_aes_instructions() ? aes + ':' + chacha : chacha + ':' + aes) + ':' + others;
}

int number_of(tls_version version) {
    return version == tls_version::tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

} // namespace

result<library_context_pointer> make_context(const SSL_METHOD* method, const tls_settings& settings,
                                             const char* default_ciphers) {
    ERR_clear_error();
    library_context_pointer made(SSL_CTX_new(method));
    if (!made) return fail(tls_error("OpenSSL does not start"));
    if (settings.maximum < settings.minimum)
        return fail(errc::invalid_argument, "the lowest TLS version is above the highest");
    SSL_CTX_set_min_proto_version(made.get(), number_of(settings.minimum));
    SSL_CTX_set_max_proto_version(made.get(), number_of(settings.maximum));
    const auto ciphers =
        settings.ciphers.empty() ? preferred_ciphers(default_ciphers) : settings.ciphers;
    if (SSL_CTX_set_cipher_list(made.get(), ciphers.c_str()) != 1)
        return fail(tls_error("ciphers \"" + ciphers + '"', errc::invalid_argument));
    const auto suites =
        settings.cipher_suites.empty() ? preferred_suites() : settings.cipher_suites;
    if (SSL_CTX_set_ciphersuites(made.get(), suites.c_str()) != 1)
        return fail(tls_error("cipher suites \"" + suites + '"', errc::invalid_argument));
    SSL_CTX_set_options(made.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    return made;
}

} // namespace ferry::io
