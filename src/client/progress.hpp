// How far a transfer is, told as often as the options say and at its end.
#pragma once

#include "io/pump.hpp"

#include <ferry/client.hpp>

#include <algorithm>

namespace ferry::client_side {

class progress_teller {
public:
    using clock = std::chrono::steady_clock;

    explicit progress_teller(const transfer_options& options)
        : told_(options.on_progress)
        , interval_(options.progress_interval)
        , began_(clock::now())
        , last_(began_) {}

    /// The first `overlap` bytes that move are those before `resumed_at`.
    void set(std::uint64_t resumed_at, std::optional<std::uint64_t> total,
             std::uint64_t overlap = 0) noexcept {
        overlap_ = overlap;
        now_.resumed_at = resumed_at;
        now_.position = resumed_at;
        now_.total = total;
    }

    /// `bytes` have gone over the data connection.
    void moved(std::uint64_t bytes) {
        now_.position = now_.resumed_at + bytes - std::min(bytes, overlap_);
        if (!told_ || clock::now() - last_ < interval_) return;
        last_ = clock::now();
        tell();
    }

    void tell() {
        now_.elapsed = elapsed();
        if (told_) told_(now_);
    }

    [[nodiscard]] std::uint64_t position() const noexcept { return now_.position; }

    [[nodiscard]] std::chrono::nanoseconds elapsed() const { return clock::now() - began_; }

    [[nodiscard]] io::progress_function function() {
        return [this](std::uint64_t bytes) { moved(bytes); };
    }

private:
    std::function<void(const transfer_progress&)> told_;
    std::chrono::milliseconds interval_;
    clock::time_point began_;
    clock::time_point last_;
    transfer_progress now_;
    std::uint64_t overlap_ = 0;
};

} // namespace ferry::client_side
