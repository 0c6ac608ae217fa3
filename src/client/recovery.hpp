// Doing an operation again when it failed for a reason that passes: over a connection made anew,
// with the same login, in the same directory.
#pragma once

#include "client/session.hpp"
#include "plan/retry.hpp"

namespace ferry::client_side {

/// What the tries of one operation tell each other.
class try_memory {
public:
    try_memory() = default;

    bool lost = false;       ///< a try ended without its reply: it may have been carried out
    bool progressed = false; ///< the last try got further than all before it
    bool spent = false;      ///< what the operation needs is used up: no further try
};

/// USER, PASS and ACCT as the server asks, and what protects the data from then on.
[[nodiscard]] task<result<>> enter(session& with, credentials who);

/// Connects, logs in, and goes back, as the session was before. Errors as of those steps.
[[nodiscard]] task<result<>> restore(session& with);

class retry_run {
public:
    retry_run(session& with, plan::operation what, try_memory& memory);

    /// Whether there is to be another try: tells of it, and waits. `errc::interrupted` if the wait
    /// was broken off.
    [[nodiscard]] task<result<bool>> again(const error& why);

private:
    using clock = std::chrono::steady_clock;

    session* with_;
    plan::operation what_;
    try_memory* memory_;
    plan::retry_plan plan_;
    clock::time_point began_;
};

/// Calls `attempt` until it succeeds, fails for good, or the retries are used up. It is a function
/// that gives a task, and is called on a connection that stands, as far as is known.
template<class T, class Attempt>
[[nodiscard]] task<result<T>> with_retries(session& with, plan::operation what, try_memory& memory,
                                           const Attempt& attempt) {
    retry_run tries(with, what, memory);
    for (bool first = true;; first = false) {
        memory.progressed = false;
        result<> ready;
        if (!first && !with.talk().is_open() && what != plan::operation::connect)
            ready = co_await restore(with);
        result<T> got = fail(errc::unexpected);
        if (ready)
            got = co_await attempt();
        else
            got = fail(std::move(ready.error()));
        if (got) co_return got;
        auto goes_on = co_await tries.again(got.error());
        if (!goes_on) co_return fail(std::move(goes_on.error()));
        if (!*goes_on) co_return got;
    }
}

} // namespace ferry::client_side
