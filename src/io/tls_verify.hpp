// Verification of a server after the handshake. For the .cpp files of TLS only.
#pragma once

#include "io/tls_trust.hpp"

#include <ferry/tls.hpp>

namespace ferry::io {

/// Of the server at the other end of `connection`, which has finished its handshake: who it is, and
/// whether `trust`, the time, and `host` agree. `host` is a DNS name in A-label form or an address.
[[nodiscard]] tls_peer inspect_server(SSL& connection, const std::string& host,
                                      const tls_trust& trust);

/// Whether `host` is an address, not a name: then it takes no part in SNI (RFC 6066, 3).
[[nodiscard]] bool is_address(const std::string& host);
/// Without the dot at the end of an absolute name or the zone of an address, which no certificate
/// has.
[[nodiscard]] std::string bare_host(const std::string& host);

/// Whether the OCSP response that came with the handshake says that the certificate at the head of
/// the verified `chain` is revoked. A response that is not properly signed says nothing: who
/// suppresses revocation would send none.
[[nodiscard]] bool is_revoked(SSL& connection, STACK_OF(X509) & chain);

} // namespace ferry::io
