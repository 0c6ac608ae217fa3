#include "io/pipe_signal.hpp"

#include <cerrno>
#include <ctime>

namespace ferry::io {

namespace {

sigset_t only_pipe_signal() noexcept {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGPIPE);
    return set;
}

} // namespace

pipe_signal_block::pipe_signal_block() noexcept {
    sigset_t set;
    was_pending_ = ::sigpending(&set) == 0 && ::sigismember(&set, SIGPIPE) == 1;
    const auto pipe = only_pipe_signal();
    was_blocked_ =
        ::pthread_sigmask(SIG_BLOCK, &pipe, &set) == 0 && ::sigismember(&set, SIGPIPE) == 1;
}

pipe_signal_block::~pipe_signal_block() {
    const auto pipe = only_pipe_signal();
    if (!was_pending_) {
        const timespec at_once{0, 0};
        while (::sigtimedwait(&pipe, nullptr, &at_once) < 0 && errno == EINTR)
            continue;
    }
    if (!was_blocked_) ::pthread_sigmask(SIG_UNBLOCK, &pipe, nullptr);
}

} // namespace ferry::io
