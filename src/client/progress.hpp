// How far a transfer is, told some times a second and at its end.
#pragma once

#include "io/pump.hpp"

#include <ferry/client.hpp>

namespace ferry::client_side {

class progress_teller {
public:
    using clock = std::chrono::steady_clock;

    explicit progress_teller(std::function<void(const transfer_progress&)> told)
        : told_(std::move(told)), began_(clock::now()), last_(began_) {}

    void set(std::uint64_t resumed_at, std::optional<std::uint64_t> total) noexcept {
        now_.resumed_at = resumed_at;
        now_.position = resumed_at;
        now_.total = total;
    }

    /// `bytes` have gone over the data connection.
    void moved(std::uint64_t bytes) {
        now_.position = now_.resumed_at + bytes;
        if (!told_ || clock::now() - last_ < interval) return;
        last_ = clock::now();
        tell();
    }

    void tell() {
        now_.elapsed = elapsed();
        if (told_) told_(now_);
    }

    [[nodiscard]] std::chrono::nanoseconds elapsed() const { return clock::now() - began_; }

    [[nodiscard]] io::progress_function function() {
        return [this](std::uint64_t bytes) { moved(bytes); };
    }

private:
    static constexpr std::chrono::milliseconds interval{100};

    std::function<void(const transfer_progress&)> told_;
    clock::time_point began_;
    clock::time_point last_;
    transfer_progress now_;
};

} // namespace ferry::client_side
