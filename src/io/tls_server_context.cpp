#include "io/tls_context_state.hpp"
#include "io/tls_engine.hpp"
#include "io/tls_family.hpp"
#include "io/tls_x509.hpp"

namespace ferry::io {

namespace {

/// Only with forward secrecy, and sealed in one step.
constexpr const char* server_ciphers = "DHE+AESGCM:DHE+CHACHA20:!PSK:!SRP:!aNULL";

/// Sessions of clients without tickets (TLS 1.2), which are kept here.
constexpr long most_kept = 1024;

int use_ticket_key(SSL* connection, unsigned char* name, unsigned char* start,
                   EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* authentication, int seal) {
    auto* const keys =
        static_cast<tls_ticket_keys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection)));
    // A ticket of TLS 1.3 serves once, so that who shows one gets another.
    const bool single_use = SSL_version(connection) >= TLS1_3_VERSION;
    return keys->use(name, start, cipher, authentication, seal != 0, single_use);
}

int mark_ticket(SSL* connection, void*) {
    return mark_family(*SSL_get_session(connection)) ? 1 : 0;
}

void set_sessions(SSL_CTX& library, tls_ticket_keys& keys, std::chrono::seconds key_life) {
    constexpr std::string_view where = "ferry";
    SSL_CTX_set_session_id_context(&library, bytes_of(where).data(), where.size());
    SSL_CTX_set_session_cache_mode(&library, SSL_SESS_CACHE_SERVER);
    SSL_CTX_sess_set_cache_size(&library, most_kept);
    SSL_CTX_set_timeout(&library, 2 * key_life.count());
    SSL_CTX_set_app_data(&library, &keys);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(&library, use_ticket_key);
    SSL_CTX_set_session_ticket_cb(&library, mark_ticket, nullptr, nullptr);
}

} // namespace

result<tls_server_context> tls_server_context::make(const tls_server_settings& settings) {
    auto library = make_context(TLS_server_method(), settings, server_ciphers);
    if (!library) return fail(std::move(library.error()));
    SSL_CTX& made = **library;
    auto shown = set_identity(made, settings.identity);
    if (!shown) return fail(std::move(shown.error()));
    // Our order, but a client that puts ChaCha20 first has no AES instructions.
    SSL_CTX_set_options(&made, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_dh_auto(&made, 1);
    SSL_CTX_set_alpn_select_cb(&made, tls_engine::protocols_offered, nullptr);
    const auto kept = std::make_shared<state>(settings.ticket_key_life, settings.clock);
    set_sessions(made, kept->tickets, settings.ticket_key_life);
    kept->library = std::move(*library);
    kept->kernel_tls = settings.kernel_tls;
    return tls_server_context(kept);
}

} // namespace ferry::io
