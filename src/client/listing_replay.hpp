// A listing that is read again after it was cut: what was handed out before is not handed out
// twice.
#pragma once

#include "client/recovery.hpp"

#include <ferry/client.hpp>

namespace ferry::client_side {

/// Counts what was handed out and keeps a hash of the names, in constant memory. A server lists a
/// directory in one order as long as nobody changes it; where it does not, the listing fails.
class listing_replay {
public:
    /// `each` must outlive it.
    explicit listing_replay(const entry_function& each) : each_(&each) {}

    /// A try begins.
    void begin() noexcept {
        seen_ = 0;
        seen_hash_ = 0;
    }

    /// Hands out what is new. False to end the listing.
    [[nodiscard]] bool take(const entry& what);

    /// Whether this try gave all that was handed out before it, and in the same order.
    [[nodiscard]] bool is_consistent() const noexcept { return !differs_ && seen_ >= handed_out_; }

    [[nodiscard]] try_memory& memory() noexcept { return memory_; }

private:
    const entry_function* each_;
    try_memory memory_;
    std::uint64_t handed_out_ = 0;
    std::size_t handed_hash_ = 0;
    std::uint64_t seen_ = 0;
    std::size_t seen_hash_ = 0;
    bool differs_ = false;
};

/// One try. `transfer_aborted`, and no further try, if the directory changed between two of them.
[[nodiscard]] task<result<listing_report>>
list_again(session& with, std::string path, listing_replay& replay, listing_options options);
[[nodiscard]] task<result<listing_report>> names_again(session& with, std::string path,
                                                       listing_replay& replay);

} // namespace ferry::client_side
