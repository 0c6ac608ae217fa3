// One transfer command with its data connection, from the set-up to the last reply.
#pragma once

#include "client/session.hpp"
#include "io/pump.hpp"
#include "plan/transfer_machine.hpp"

namespace ferry::client_side {

class transfer_request {
public:
    transfer_request() = default;

    std::string verb; ///< RETR, STOR, APPE, LIST, NLST, MLSD
    std::string path;
    std::uint64_t offset = 0;          ///< for REST; the other end is at this byte already
    io::sink* to = nullptr;            ///< of a download; outlives the transfer
    io::source* from = nullptr;        ///< of an upload
    std::optional<std::uint64_t> size; ///< of the whole file, for messages
    /// A download of more bytes than this is stopped: `verification_failed`.
    std::optional<std::uint64_t> at_most;
    io::progress_function progress; ///< bytes over the data connection
    io::rate_limits limits;

    [[nodiscard]] plan::transfer_direction direction() const noexcept {
        return to != nullptr ? plan::transfer_direction::download
                             : plan::transfer_direction::upload;
    }
};

class transfer_result {
public:
    transfer_result() = default;

    std::uint64_t bytes = 0; ///< over the data connection
    bool data_ended = false; ///< in an orderly way, whatever the server said then
    bool touched = false;    ///< bytes may have been taken from the source, or given to the sink
    reply said;              ///< the reply that ended it, if one did
    result<> status;
};

/// REST, which goes right before the transfer command (RFC 3659, 5.3). Some servers keep one that
/// no transfer has used, so that with 0 such a one is taken back. `restart_refused`.
[[nodiscard]] task<result<>> set_restart(session& with, std::uint64_t offset);

/// Errors: what the server said (`plan::refusal`), `restart_refused` (then nothing was moved),
/// `data_connection_failed`, `data_stalled`, `transfer_aborted`, `interrupted` (after an ABOR whose
/// replies were awaited), those of the sink or source, and those of the control connection, which
/// is closed if the transfer leaves it out of step.
[[nodiscard]] task<transfer_result> transfer(session& with, transfer_request what);

} // namespace ferry::client_side
