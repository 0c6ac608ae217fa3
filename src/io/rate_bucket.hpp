// The memory of a rate limit: what all who move bytes under it share, threads and processes.
#pragma once

#include "base/rate_rule.hpp"

namespace ferry {

/// All zeros: no limit. Changed by `rate_bucket` only.
struct rate_state {
    std::uint64_t rate;    ///< bytes a second; 0: no limit
    std::int64_t busy;     ///< see `rate_rule`, in nanoseconds of the clock
    std::uint64_t changes; ///< of the rate
};

namespace io {

class rate_bucket {
public:
    using moment = rate_rule::moment;

    /// What was paid: when to go on, and under which rate.
    class payment {
    public:
        payment() = default;

    private:
        friend class rate_bucket;
        moment until_{0};
        std::uint64_t changes_ = 0;
    };

    /// The state must outlive it.
    explicit rate_bucket(rate_state& at) noexcept : at_(&at) {}

    /// Debts are forgiven: nobody waits for what an old rate made long.
    void set(std::uint64_t bytes_per_second) noexcept;
    [[nodiscard]] std::uint64_t rate() const noexcept;

    /// The most bytes to move before the next payment.
    [[nodiscard]] std::uint64_t piece() const noexcept { return rate_rule(rate()).piece(); }

    /// `count` bytes have gone.
    [[nodiscard]] payment pay(std::uint64_t count, moment now) noexcept;
    /// How long whoever paid must wait; zero if not at all, and once the rate has been changed.
    [[nodiscard]] std::chrono::nanoseconds wait(const payment& paid, moment now) const noexcept;

private:
    rate_state* at_;
};

} // namespace io

} // namespace ferry
