// What the pumps share: the state of one run, and errors in the system's words. For the io layer's
// .cpp files only.
#pragma once

#include "io/asio.hpp"
#include "io/pump.hpp"
#include "io/rate_bucket.hpp"

#include <algorithm>
#include <cerrno>

namespace ferry::io {

/// A pump that never has to wait lets others run after so many bytes. A turn costs a microsecond or
/// two; so few bytes, because a cancellation is one of the others.
inline constexpr std::uint64_t fair_share = 2 * 1024 * 1024;

/// While it waits for its limits, a pump looks so often whether they have been changed: another
/// process may do that, and cannot wake it.
inline constexpr milliseconds limit_look{50};

inline bool would_block() noexcept {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

inline error stream_error() {
    const std::error_code os(errno, std::system_category());
    return error(errc::connection_lost, os.message());
}

inline error file_error(std::string_view what) {
    const std::error_code os(errno, std::system_category());
    return error::from_system(os, errc::local_file, what);
}

/// The state of one run: what moved, and what to do after each block.
class pump_run {
public:
    pump_run(const progress_function& progress, const rate_limits& limits)
        : progress_(&progress), limits_(&limits) {}

    /// How much of `most` to move before the next `go_on`.
    [[nodiscard]] std::size_t piece(std::size_t most) const noexcept {
        for (const auto& each : *limits_)
            most = static_cast<std::size_t>(
                std::min<std::uint64_t>(most, rate_bucket(each->state()).piece()));
        return most;
    }

    void moved(std::size_t count) {
        report.bytes += count;
        since_wait_ += count;
        unpaid_ += count;
        if (*progress_) (*progress_)(report.bytes);
    }

    void stream_failed(error e) {
        if (report.status) report.status = fail(std::move(e));
    }

    void failed_here(error e) {
        report.failed_here = true;
        report.status = fail(std::move(e));
    }

    void waited() noexcept { since_wait_ = 0; }

    /// Waits as the limits ask, and gives others on this context a turn, if this pump has had its
    /// share. False if it was cancelled meanwhile.
    [[nodiscard]] task<bool> go_on() {
        for (const auto& each : *limits_) {
            const rate_bucket limit(each->state());
            const bool in_time = co_await keep_to(limit);
            if (!in_time) co_return false;
        }
        unpaid_ = 0;
        if (since_wait_ < fair_share) co_return true;
        since_wait_ = 0;
        co_await asio::post(asio::use_awaitable);
        const bool cancelled = co_await take_cancellation();
        if (!cancelled) co_return true;
        stream_failed(error(errc::interrupted));
        co_return false;
    }

    pump_report report;

private:
    using clock = std::chrono::steady_clock; // the same for all processes (CLOCK_MONOTONIC)

    [[nodiscard]] task<bool> keep_to(rate_bucket limit) {
        const auto paid = limit.pay(unpaid_, clock::now().time_since_epoch());
        while (true) {
            const auto left = limit.wait(paid, clock::now().time_since_epoch());
            if (left.count() == 0) co_return true;
            const auto time = std::min(std::chrono::ceil<milliseconds>(left), limit_look);
            auto slept = co_await sleep_for(time);
            since_wait_ = 0;
            if (slept) continue;
            stream_failed(std::move(slept.error()));
            co_return false;
        }
    }

    const progress_function* progress_;
    const rate_limits* limits_;
    std::uint64_t since_wait_ = 0;
    std::uint64_t unpaid_ = 0; ///< what moved since the limits were told
};

} // namespace ferry::io
