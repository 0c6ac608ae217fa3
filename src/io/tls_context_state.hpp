// What is behind the contexts. For the .cpp files of TLS only.
#pragma once

#include "io/tls_context.hpp"
#include "io/tls_openssl.hpp"
#include "io/tls_tickets.hpp"
#include "io/tls_trust.hpp"

namespace ferry::io {

struct tls_client_context::state {
    library_context_pointer library;
    tls_trust trust;
    bool kernel_tls = false;
};

struct tls_server_context::state {
    state(std::chrono::seconds key_life, tls_ticket_keys::clock_function clock)
        : tickets(key_life, std::move(clock)) {}

    mutable tls_ticket_keys tickets; ///< outlives the library's context, which points to it
    library_context_pointer library;
    bool kernel_tls = false;
};

/// A context with what clients and servers share: versions, ciphers, no compression and no
/// renegotiation (threats S13).
[[nodiscard]] result<library_context_pointer>
make_context(const SSL_METHOD* method, const tls_settings& settings, const char* default_ciphers);

/// Shows `identity` to peers. `local_file` if it is damaged, or the key is another's.
[[nodiscard]] result<> set_identity(SSL_CTX& library, const tls_identity& identity);

} // namespace ferry::io
