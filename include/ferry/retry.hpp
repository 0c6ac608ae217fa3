// Trying again what failed for a reason that passes: a connection cut, a server that is busy.
//
// A client that is allowed to connects again, logs in again as who was logged in, goes back to the
// directory it was in, and continues a transfer at the byte it had reached. What is not safe to do
// twice (MKD, DELE, RMD, RNTO, APPE) is looked at first: it may have been done before the reply was
// lost. docs/transfers.md has the rules.
#pragma once

#include <ferry/error.hpp>

#include <chrono>
#include <functional>
#include <optional>

namespace ferry {

/// What is told before a retry.
class retry_notice {
public:
    retry_notice(const error& cause, std::chrono::milliseconds pause, unsigned number,
                 unsigned out_of) noexcept
        : why(&cause), wait(pause), attempt(number), most(out_of) {}

    const error* why; ///< what failed; as long as the call lasts
    std::chrono::milliseconds wait;
    unsigned attempt; ///< the first retry is 1; begins anew after progress
    unsigned most;
};

class retry_options {
public:
    retry_options() = default;

    unsigned retries = 0; ///< in a row without progress; 0: what fails has failed
    /// No retry begins when a call has lasted so long.
    std::optional<std::chrono::milliseconds> most_time;
    /// Called before the wait. May be empty, and may call `client::cancel`.
    std::function<void(const retry_notice&)> on_retry;
};

} // namespace ferry
