// How many bytes may go now, and how long to wait then: the arithmetic of a token bucket, without a
// clock or a memory of its own.
//
// Bytes are paid for when they have gone, by time: each payment moves the moment until which the
// bucket is busy. Whoever paid waits for the moment its own payment led to, so several take turns
// in the order in which they came.
#pragma once

#include <chrono>
#include <cstdint>

namespace ferry {

class rate_rule {
public:
    /// Since the epoch of a clock that is common to all users and never goes back.
    using moment = std::chrono::nanoseconds;

    /// Bytes a second; 0: no limit.
    explicit rate_rule(std::uint64_t bytes_per_second) noexcept : rate_(bytes_per_second) {}

    [[nodiscard]] bool is_limit() const noexcept { return rate_ != 0; }

    /// The most bytes to move before the next payment: at least one.
    [[nodiscard]] std::uint64_t piece() const noexcept;
    /// Until when a bucket is busy that was so until `busy`, now that `count` more bytes, at most a
    /// piece, have gone: it is for whoever moved them to wait for that moment. More than a piece
    /// was begun under another rate, and costs no more than a piece.
    [[nodiscard]] moment busy_after(moment busy, std::uint64_t count, moment now) const noexcept;

    /// Of a second, what a piece takes.
    static constexpr unsigned pieces_a_second = 16;
    /// What an idle bucket lets go at once, and how late a waiter may be without losing by it.
    static constexpr std::chrono::milliseconds credit{125};

private:
    std::uint64_t rate_;
};

} // namespace ferry
