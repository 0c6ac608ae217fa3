#include "io/file.hpp"
#include "io/tls_context_state.hpp"
#include "io/tls_x509.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>

namespace ferry::io {

namespace {

/// A certificate with its chain is some KiB; a wrong file may be anything.
constexpr std::size_t longest_file = 1024 * 1024;

result<std::string> read_whole(const std::string& name) {
    auto from = file::open_to_read(name);
    if (!from) return fail(std::move(from.error()));
    std::string text;
    std::array<char, 16 * 1024> block{};
    while (true) {
        auto got = from->read(block);
        if (!got) return fail(std::move(got.error()));
        if (*got == 0) return text;
        text.append(block.data(), *got);
        if (text.size() > longest_file)
            return fail(errc::local_file, name + ": too long for a certificate or a key");
    }
}

failure unusable(const std::string& name, std::string_view why) {
    return fail(tls_error(name + ": " + std::string(why), errc::local_file));
}

/// Whether the last read failed because the text was at its end.
bool ended() {
    const auto last = ERR_peek_last_error();
    const bool at_end =
        ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    if (at_end) ERR_clear_error();
    return at_end;
}

} // namespace

result<tls_identity> tls_identity::load(const std::string& certificate_file,
                                        const std::string& key_file) {
    auto certificate_text = read_whole(certificate_file);
    if (!certificate_text) return fail(std::move(certificate_text.error()));
    tls_identity made(std::move(*certificate_text), std::string());
    made.certificate_name = certificate_file;
    made.key_name = key_file.empty() ? certificate_file : key_file;
    if (key_file.empty()) {
        made.key = made.certificate;
        return made;
    }
    auto key_text = read_whole(key_file);
    if (!key_text) return fail(std::move(key_text.error()));
    made.key = std::move(*key_text);
    return made;
}

result<> set_identity(SSL_CTX& library, const tls_identity& identity) {
    ERR_clear_error();
    const auto certificates = reading(identity.certificate);
    const certificate_pointer own(
        PEM_read_bio_X509_AUX(certificates.get(), nullptr, refuse_password, nullptr));
    if (!own) return unusable(identity.certificate_name, "holds no certificate in PEM form");
    if (SSL_CTX_use_certificate(&library, own.get()) != 1)
        return unusable(identity.certificate_name, "the certificate cannot be used");
    while (true) {
        certificate_pointer signer(
            PEM_read_bio_X509(certificates.get(), nullptr, refuse_password, nullptr));
        if (!signer && ended()) break;
        if (!signer) return unusable(identity.certificate_name, "a certificate is damaged");
        if (SSL_CTX_add0_chain_cert(&library, signer.get()) != 1)
            return unusable(identity.certificate_name, "a signer's certificate cannot be used");
        [[maybe_unused]] const auto* const kept = signer.release();
    }
    const auto key_text = reading(identity.key);
    const key_pointer key(
        PEM_read_bio_PrivateKey(key_text.get(), nullptr, refuse_password, nullptr));
    if (!key) {
        const auto last = ERR_peek_last_error();
        const bool locked =
            ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_BAD_PASSWORD_READ;
        ERR_clear_error();
        return fail(errc::local_file,
                    identity.key_name +
                        (locked
                             ? ": the key is encrypted with a password, which ferry does not ask "
                               "for: openssl pkey writes it without"
                             : ": holds no private key in PEM form"));
    }
    if (X509_check_private_key(own.get(), key.get()) != 1)
        return unusable(identity.key_name, "is not the key of " + identity.certificate_name);
    if (SSL_CTX_use_PrivateKey(&library, key.get()) != 1)
        return unusable(identity.key_name, "the key cannot be used");
    return {};
}

} // namespace ferry::io
