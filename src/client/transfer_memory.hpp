// What the tries of one download or upload tell each other.
#pragma once

#include "client/recovery.hpp"
#include "io/digest.hpp"
#include "io/file.hpp"
#include "plan/resume.hpp"

#include <memory>

namespace ferry::client_side {

class transfer_memory : public try_memory {
public:
    transfer_memory() = default;

    /// A try has brought the file to `position`, or found it there.
    void reached(std::uint64_t position) noexcept {
        if (position <= furthest_) return;
        furthest_ = position;
        progressed = true;
    }

    bool began = false; ///< a part of this run's lies at the other end: go on behind it
    /// The remote file when the transfer began. Both halves must be of the same.
    std::optional<plan::file_facts> origin;

    std::optional<io::file> out;  ///< of a download to a pipe or device
    std::uint64_t handed_out = 0; ///< bytes that went there

    bool whole = false;              ///< of a download: all bytes that SIZE says have come
    std::unique_ptr<io::digest> sum; ///< of what has passed, while a hash is wanted
    io::digest_kind sum_kind = io::digest_kind::sha256;
    bool hash_is_overdue = false; ///< the server took too long: do without
    bool unproven = false; ///< all is there, but the proof that was demanded is not to be had

    bool damaged = false;                ///< what arrived was not what was sent
    bool naming = false;                 ///< an upload was complete, and given its final name
    std::optional<std::uint64_t> before; ///< bytes of the file that is appended to

private:
    std::uint64_t furthest_ = 0;
};

} // namespace ferry::client_side
