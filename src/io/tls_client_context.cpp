#include "io/tls_context_state.hpp"
#include "io/tls_engine.hpp"

namespace ferry::io {

namespace {

/// Old servers know no better ones; the handshake takes what is best for both.
constexpr const char* client_ciphers = "DEFAULT:!PSK:!SRP";

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
    const auto kept = std::make_shared<state>();
    auto trusting = kept->trust.fill(*SSL_CTX_get_cert_store(&made), settings.ca_file);
    if (!trusting) return fail(std::move(trusting.error()));
    if (settings.identity) {
        auto shown = set_identity(made, *settings.identity);
        if (!shown) return fail(std::move(shown.error()));
    }
    SSL_CTX_set_cert_verify_callback(&made, take_any, nullptr);
    SSL_CTX_set_session_cache_mode(&made, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(&made, tls_engine::session_arrived);
    kept->library = std::move(*library);
    kept->kernel_tls = settings.kernel_tls;
    return tls_client_context(kept);
}

} // namespace ferry::io
