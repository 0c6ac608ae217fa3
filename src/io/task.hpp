// The coroutine type of ferry and the thread it runs on.
//
// Rules (docs/decisions): parameters by value or references to something that outlives the task;
// no braced temporaries and no capturing lambdas in a statement with co_await (GCC 12 destroys some
// of them twice); every task is awaited or belongs to a task_group.
#pragma once

#include <ferry/result.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace boost::asio {
class io_context;
}

namespace ferry::io {

template<class T = void>
using task = boost::asio::awaitable<T>;

using milliseconds = std::chrono::milliseconds;

/// One event loop, run by one thread at a time. Objects made on a context live on it.
class context {
public:
    context();
    ~context();
    context(const context&) = delete;
    context& operator=(const context&) = delete;

    [[nodiscard]] boost::asio::io_context& native() noexcept;

    /// Starts `work` and runs the loop on this thread until it has finished. `cancel` cancels it.
    /// Exceptions of `work` come out here. SIGPIPE is blocked in this thread while it runs.
    void run(task<> work);

    /// Does what is ready, after `run`: signals that came while the work ended.
    void settle();

    /// Cancels what `run` is running: the operation it waits in fails with `errc::interrupted`,
    /// and later ones work again, so that it can clean up. From any thread.
    void cancel() noexcept;

    /// Calls `what` on the loop. From any thread.
    void post(std::function<void()> what);

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// Lets other work run for a time. `errc::interrupted` when cancelled.
[[nodiscard]] task<result<>> sleep_for(milliseconds time);

} // namespace ferry::io
