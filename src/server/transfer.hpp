// One transfer over the data connection, from the 150 to the reply that ends it.
#pragma once

#include "io/pump.hpp"
#include "server/session.hpp"

#include <optional>
#include <string>

namespace ferry::server_side {

/// What a transfer is called in its replies and in the log.
class transfer_title {
public:
    transfer_title(std::string verb_and_path, std::string opening_text)
        : what(std::move(verb_and_path)), opening(std::move(opening_text)) {}

    std::string what;    ///< "RETR /pub/file"
    std::string opening; ///< text of the 150
    std::optional<std::uint64_t> total;
};

/// Replies 425 and gives false if neither PASV nor PORT has come: nothing else need be tried then.
[[nodiscard]] bool data_announced(session& s);
/// TLS for the data connection that was opened. The reply why not, or nothing.
[[nodiscard]] io::task<std::optional<reply>> secure_data(session& s);
/// Sends all of `from`, and the replies.
[[nodiscard]] io::task<> send_over_data(session& s, transfer_title title, io::source& from);
/// Receives all into `to`, and sends the replies but the good one: true when the upload may be
/// committed.
[[nodiscard]] io::task<bool> receive_over_data(session& s, transfer_title title, io::sink& to);
/// A line for the log about the transfer that has ended well.
void tell_transfer(const session& s, const running_transfer& done);

} // namespace ferry::server_side
