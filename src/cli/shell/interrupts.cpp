#include "cli/shell/interrupts.hpp"

#include <cstdint>
#include <utility>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace ferry::cli {

namespace {

sigset_t only_interrupt() noexcept {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGINT);
    return set;
}

void raise_event(int fd) noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto count = ::write(fd, &one, sizeof one);
}

void lower_event(int fd) noexcept {
    std::uint64_t times = 0;
    [[maybe_unused]] const auto count = ::read(fd, &times, sizeof times);
}

} // namespace

interrupts::interrupts() : raised_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    const auto set = only_interrupt();
    ::pthread_sigmask(SIG_BLOCK, &set, &mask_before_);
    thread_ = std::thread([this] { run(); });
}

interrupts::~interrupts() {
    ending_ = true;
    ::pthread_kill(thread_.native_handle(), SIGINT);
    thread_.join();
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    if (raised_ >= 0) ::close(raised_);
}

void interrupts::clear() noexcept {
    const std::scoped_lock lock(flag_mutex_);
    happened_ = false;
    lower_event(raised_);
}

void interrupts::wait(std::chrono::milliseconds longest) const noexcept {
    pollfd event{raised_, POLLIN, 0};
    [[maybe_unused]] const int count = ::poll(&event, 1, static_cast<int>(longest.count()));
}

// Not by signalfd: it would take the signal from a thread that has unblocked it for a question,
// while a thread in sigwait is passed over then.
void interrupts::run() {
    const auto set = only_interrupt();
    while (true) {
        int number = 0;
        const bool taken = ::sigwait(&set, &number) == 0;
        if (ending_) return;
        if (taken) tell();
    }
}

void interrupts::tell() noexcept {
    {
        const std::scoped_lock lock(flag_mutex_);
        happened_ = true;
        raise_event(raised_);
    }
    const std::scoped_lock lock(mutex_);
    if (cancel_) cancel_();
}

interrupts::scope::scope(interrupts& of, std::function<void()> cancel)
    : of_(&of), outer_(std::move(cancel)) {
    const std::scoped_lock lock(of_->mutex_);
    std::swap(outer_, of_->cancel_);
}

interrupts::scope::~scope() {
    const std::scoped_lock lock(of_->mutex_);
    of_->cancel_ = std::move(outer_);
}

} // namespace ferry::cli
