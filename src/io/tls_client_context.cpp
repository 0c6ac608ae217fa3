#include "io/file.hpp"
#include "io/tls_context_state.hpp"
#include "io/tls_engine.hpp"

#include <openssl/err.h>

namespace ferry::io {

namespace {

/// Old servers know no better ones; the handshake takes what is best for both.
constexpr const char* client_ciphers = "DEFAULT:!PSK:!SRP";

result<> set_trust(SSL_CTX& library, const std::string& ca_file) {
    X509_STORE* const store = SSL_CTX_get_cert_store(&library);
    // A certificate in the store is trusted, whoever has signed it.
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    if (ca_file.empty()) {
        // A system without a store knows nobody, which the verdicts will tell.
        SSL_CTX_set_default_verify_paths(&library);
        ERR_clear_error();
        return {};
    }
    auto there = file::open_to_read(ca_file);
    if (!there) return fail(std::move(there.error()));
    if (X509_STORE_load_file(store, ca_file.c_str()) != 1)
        return fail(tls_error(ca_file + ": holds no certificate in PEM form", errc::local_file));
    return {};
}

/// The handshake goes on whatever the certificate is: `inspect_server` looks at it afterwards.
int take_any(X509_STORE_CTX* now, void*) {
    X509_STORE_CTX_set_error(now, X509_V_OK);
    return 1;
}

} // namespace

result<tls_client_context> tls_client_context::make(const tls_client_settings& settings) {
    auto library = make_context(TLS_client_method(), settings, client_ciphers);
    if (!library) return fail(std::move(library.error()));
    SSL_CTX& made = **library;
    auto trusting = set_trust(made, settings.ca_file);
    if (!trusting) return fail(std::move(trusting.error()));
    if (settings.identity) {
        auto shown = set_identity(made, *settings.identity);
        if (!shown) return fail(std::move(shown.error()));
    }
    SSL_CTX_set_cert_verify_callback(&made, take_any, nullptr);
    SSL_CTX_set_session_cache_mode(&made, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(&made, tls_engine::session_arrived);
    const auto kept = std::make_shared<state>();
    kept->library = std::move(*library);
    kept->kernel_tls = settings.kernel_tls;
    return tls_client_context(kept);
}

} // namespace ferry::io
