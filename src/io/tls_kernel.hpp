// The kernel's TLS (kTLS): it seals what is written to the socket. For the .cpp files of TLS only.
//
// Only for sending. For receiving OpenSSL would take one record with each system call, and 3.0
// knows it for TLS 1.2 alone: opening many at once in user space costs less.
#pragma once

#include "io/tls_openssl.hpp"
#include "io/tls_wire.hpp"

namespace ferry::io {

/// Before the handshake: lets OpenSSL hand the sending to the kernel, if there is one that can.
/// What it writes goes to `socket` directly then.
void offer_to_kernel(SSL& connection, int socket);
/// After it: whether the kernel seals. If not, writing goes to `wire` again.
[[nodiscard]] bool take_back_from_kernel(SSL& connection, tls_wire& wire);
/// The socket is to be closed: nothing more is written to it.
void give_up_socket(SSL& connection, tls_wire& wire);

} // namespace ferry::io
