// One RETR: from which byte, into what, and whether all of it came.
#pragma once

#include "client/progress.hpp"
#include "client/session.hpp"
#include "plan/resume.hpp"

namespace ferry::client_side {

/// What the server says of the file before it is fetched: its size, and its time if wanted.
/// SIZE says nothing of a transfer in TYPE A, and 0 is what some servers say of a file that is not
/// a plain one.
[[nodiscard]] task<result<plan::file_facts>> facts_before(session& with, std::string remote,
                                                          bool want_time, bool ascii);

/// Where a RETR begins.
class beginning {
public:
    beginning() = default;

    explicit beginning(std::uint64_t offset, std::uint64_t again = 0)
        : resumed_at(offset), overlap(again) {}

    std::uint64_t resumed_at = 0; ///< bytes that are there already
    std::uint64_t overlap = 0;    ///< of which so many come once more, to be compared

    [[nodiscard]] std::uint64_t offset() const noexcept { return resumed_at - overlap; }
};

/// One RETR into `to`, and the check that all of the file came: `truncated` if `size` says that
/// there is more, `verification_failed` if more came.
[[nodiscard]] task<result<transfer_report>> retrieve(session& with, std::string remote,
                                                     io::sink& to, beginning from,
                                                     std::optional<std::uint64_t> size, bool ascii,
                                                     progress_teller& progress);

} // namespace ferry::client_side
