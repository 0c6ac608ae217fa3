// Data connections: opened by either side, in the way that works with this server (RFC 959, 3.3;
// RFC 2428).
#pragma once

#include "client/session.hpp"

namespace ferry::client_side {

/// A data connection before its transfer command: open, or awaited from the server.
class data_connection {
public:
    data_connection() = default;

    std::unique_ptr<io::stream> stream;      ///< passive mode: connected
    std::unique_ptr<io::acceptor> listening; ///< active mode: where the server is to connect
};

/// Where a reply to PASV or EPSV says that the server listens: at the address of the control
/// connection, whatever a PASV reply names, unless the options trust that. `protocol_error`.
[[nodiscard]] result<endpoint> passive_address(session& with, plan::data_way way,
                                               const reply& said);

/// Tries EPSV, PASV, EPRT, PORT as the ladder says, until one leads to a data connection.
/// `data_connection_failed` if none does; errors of the control connection.
[[nodiscard]] task<result<data_connection>> open_data_connection(session& with);

/// Waits for the server to connect. Others who do are dropped, and the waiting goes on (threats S2,
/// seen from the other side). `data_connection_failed` if nobody came in time; `interrupted`.
[[nodiscard]] task<result<std::unique_ptr<io::stream>>> accept_server(session& with,
                                                                      io::acceptor& listening);

} // namespace ferry::client_side
