// TLS of a session (RFC 4217): on the control connection, and on each data connection.
#pragma once

#include "client/session.hpp"

namespace ferry::client_side {

/// Errors: `local_file` or a neighbour for files, `invalid_argument` for ciphers that are none.
[[nodiscard]] result<io::tls_client_context> make_tls_context(const tls_options& options);

/// AUTH, as `tls_options::mode` says, and what follows. If the server has no TLS: `tls_failed`
/// where it is required, else nothing is protected.
[[nodiscard]] task<result<>> ask_for_tls(session& with, std::string host);

/// Puts the control connection into TLS. All that was known of the server is forgotten. Errors:
/// `untrusted`, `tls_failed`, those of the connection, which is closed then.
[[nodiscard]] task<result<>> secure_control(session& with, std::string host);

/// PBSZ and PROT, once. `tls_failed` if the server refuses to
/// protect them.
[[nodiscard]] task<result<>> choose_protection(session& with);

/// CCC: back to plain text on the control connection.
[[nodiscard]] task<result<>> leave_tls(session& with);

/// Whether data connections are put into TLS.
[[nodiscard]] bool protects_data(session& with) noexcept;

/// A data connection in TLS, its handshake still to come.
[[nodiscard]] result<std::unique_ptr<io::tls_stream>> wrap_data(session& with,
                                                                std::unique_ptr<io::stream> below);
/// That handshake, and whether the other end is the server of the control connection.
[[nodiscard]] task<result<>> secure_data(session& with, io::tls_stream& data);

} // namespace ferry::client_side
