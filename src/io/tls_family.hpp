// Which sessions come from one full handshake. For the .cpp files of TLS only.
//
// A server gives the session of each full handshake a random name. It travels inside the tickets,
// sealed, and with the session that is kept for clients without tickets, so that what is resumed
// has it again: in TLS 1.2 and 1.3, over any number of steps.
#pragma once

#include "io/tls_openssl.hpp"

#include <string>

namespace ferry::io {

/// Gives `session` a name if it has none. False if there is no randomness.
[[nodiscard]] bool mark_family(SSL_SESSION& session);
/// Empty if it has none.
[[nodiscard]] std::string family_of(SSL_SESSION& session);

} // namespace ferry::io
