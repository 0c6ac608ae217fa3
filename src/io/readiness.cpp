#include "io/readiness.hpp"

#include "io/asio.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <sys/epoll.h>

namespace ferry::io {

readiness::readiness(int descriptor, readiness_to what) {
    file watch(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    event.events = what == readiness_to::read ? EPOLLIN : EPOLLOUT;
    // Refused (EPERM) for files that never block.
    if (watch && ::epoll_ctl(watch.descriptor(), EPOLL_CTL_ADD, descriptor, &event) == 0)
        watch_ = std::move(watch);
}

task<result<>> readiness::wait() const {
    if (!watch_) co_return result<>();
    const bool cancelled = co_await take_cancellation();
    if (cancelled) co_return fail(errc::interrupted);
    // Only what is looked at now counts: a wake-up may be a stale one, and reading would block
    // then.
    file watched;
    epoll_event event{};
    while (::epoll_wait(watch_.descriptor(), &event, 1, 0) <= 0) {
        if (!watched) {
            auto copied = file::duplicate(watch_.descriptor());
            if (!copied) co_return fail(std::move(copied.error()));
            watched = std::move(*copied);
        }
        // Asio makes what it watches non-blocking: here that is only the epoll instance.
        asio::posix::stream_descriptor waiting(co_await asio::this_coro::executor);
        boost::system::error_code problem;
        waiting.assign(watched.descriptor(), problem);
        if (problem) co_return fail(errc::local_file, problem.message());
        const auto [ended] =
            co_await waiting.async_wait(asio::posix::stream_descriptor::wait_read, use_task);
        waiting.release();
        if (ended) co_return co_await interrupted();
    }
    co_return result<>();
}

} // namespace ferry::io
