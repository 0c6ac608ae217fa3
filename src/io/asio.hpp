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

} // namespace ferry::io
