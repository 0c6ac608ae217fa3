// How many connections a server bears, learnt from those it refuses.
#pragma once

#include <ferry/error.hpp>

#include <chrono>
#include <cstdint>

namespace ferry::plan {

/// What becomes of somebody who needs a connection.
enum class connection_grant : std::uint8_t {
    use_idle,
    open,
    wait,       ///< one that is in use becomes free
    do_without, ///< it holds one already: waiting for a second could be for ever
};

/// The connections of one server and user.
class connection_count {
public:
    constexpr connection_count(int all_open, int not_in_use) : open(all_open), idle(not_in_use) {}

    int open; ///< those being opened too
    int idle;
};

/// Times are those of any clock that does not go back.
class connection_limit {
public:
    using time = std::chrono::steady_clock::time_point;

    /// The first wait before one more is tried, and the longest.
    static constexpr std::chrono::minutes first_pause{5};
    static constexpr std::chrono::minutes longest_pause{60};

    /// `wanted`: more are never opened. At least one.
    explicit connection_limit(int wanted) noexcept;

    /// How many may be open now: what was learnt, and one more for each pause since then.
    [[nodiscard]] int allowed(time now) const noexcept;

    /// A connection came about, with the login; now `open` are. What was refused in the same moment
    /// may have seen fewer.
    void opened(int open, time now) noexcept;

    /// A connection failed from `cause`, with `established` others logged in. True if that is about
    /// their number: then fewer are allowed, and whoever wanted it takes one of the others. False
    /// if it is a failure like any other: without others the number cannot be the reason. A refused
    /// login counts, since the others have shown that the password is right.
    [[nodiscard]] bool refused(errc cause, int established, time now) noexcept;

    /// `holds_one`: whoever asks has a connection in use.
    [[nodiscard]] connection_grant grant(const connection_count& count, bool holds_one,
                                         time now) const noexcept;

private:
    int wanted_;
    int learnt_;
    bool was_refused_ = false;
    time changed_at_; ///< when `learnt_` was
    std::chrono::minutes pause_ = first_pause;
};

} // namespace ferry::plan
