// One RETR: from which byte, into what, and whether all of it came.
#pragma once

#include "client/progress.hpp"
#include "client/transfer_memory.hpp"
#include "io/pump.hpp"

namespace ferry::client_side {

/// What the server says of the file before it is fetched: its size and its time, if wanted. SIZE
/// says nothing of a transfer in TYPE A, and 0 is what some servers say of a file that is not
/// a plain one.
[[nodiscard]] task<result<plan::file_facts>> facts_before(session& with, std::string remote,
                                                          bool want_time, bool want_size);

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

class retrieve_request {
public:
    retrieve_request() = default;

    std::string remote;
    io::sink* to = nullptr;
    beginning from;
    std::optional<std::uint64_t> size; ///< of the whole file, if known
    bool ascii = false;
    io::rate_limits limits;
    io::digest* sum = nullptr; ///< takes the bytes on their way, if there is one
};

/// One RETR, and the check that all of the file came: `truncated` if the size says that there is
/// more, `verification_failed` if more came. `memory` is told when all came, whatever followed.
[[nodiscard]] task<result<transfer_report>>
retrieve(session& with, retrieve_request what, progress_teller& progress, transfer_memory& memory);

} // namespace ferry::client_side
