// What of Boost.Asio the io layer uses, for its .cpp files only.
#pragma once

#include "io/task.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ferry::io {

namespace asio = boost::asio;

/// Awaits an operation and gives its results, the error code first, in place of an exception.
inline constexpr auto use_task = asio::as_tuple(asio::use_awaitable);

/// The first frame of every coroutine thread: a cancelled operation says so by its result and later
/// ones still work, so that clean-up runs (Asio would throw at the next await).
[[nodiscard]] inline task<> root(task<> work) {
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await std::move(work);
}

/// Whether the task was cancelled and has not been told yet; telling takes the mark away. Every
/// wait asks before it begins, because a cancellation that finds no operation waiting ends none,
/// and when it was ended, so that the next wait is one.
[[nodiscard]] inline task<bool> take_cancellation() {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() == asio::cancellation_type::none) co_return false;
    co_await asio::this_coro::reset_cancellation_state();
    co_return true;
}

/// How a wait that did not end well ends: the cancellation, if it was one, has been told.
[[nodiscard]] inline task<failure> interrupted() {
    [[maybe_unused]] const bool told = co_await take_cancellation();
    co_return fail(errc::interrupted);
}

} // namespace ferry::io
