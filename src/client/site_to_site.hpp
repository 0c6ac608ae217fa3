// A file from one server straight to another (RFC 959, 5.2), known as FXP: one server listens, the
// other connects to it, and no byte of the file passes here.
#pragma once

#include "client/session.hpp"

namespace ferry::client_side {

/// What is known of the way between two servers.
class direct_way {
public:
    direct_way() = default;

    bool source_listens = false; ///< else the destination does: PASV there, PORT at the source
    bool works = false;          ///< a file has gone it
};

/// Copies `source` to `part`, from zero, and compares their sizes (not with `verify_mode::none`).
/// Both sessions are logged in, and in step afterwards, or closed. Where they protect their data,
/// one server has to be the TLS client of the other: CPSV, or else SSCN, which FEAT lists.
///
/// Since no byte passes here, nobody sees one move: until both have said 150, the longer of the
/// timeouts for replies and connections goes; from then on ten times that of the data and a second
/// for every 16 KiB of the file, or no limit if its size is not known (twice that of the data, if
/// no file has gone this way yet); when one has ended, that of the data for the other (5 s, if no
/// file has gone this way yet), and as long as it took so far.
///
/// Errors: `data_connection_failed` where the servers do not connect to each other, because one
/// refuses (PORT to an address that is not the client's), or cannot, or has no TLS for it: the file
/// has to go through here. `not_supported` if that is certain before anything was tried. Else those
/// of STOR and RETR, `reply_timeout`, `truncated` where the sizes differ, `interrupted`.
[[nodiscard]] task<result<transfer_report>> copy_between(session& from, session& to,
                                                         std::string source, std::string part,
                                                         transfer_options options, direct_way& way);

} // namespace ferry::client_side
