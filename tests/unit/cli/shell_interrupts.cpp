#include "cli/shell/interrupts.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <poll.h>
#include <signal.h>
#include <unistd.h>

using namespace ferry::cli;

namespace {

void press_ctrl_c() {
    REQUIRE(::kill(::getpid(), SIGINT) == 0);
}

bool is_readable(int fd, int patience) {
    pollfd event{fd, POLLIN, 0};
    return ::poll(&event, 1, patience) == 1;
}

constexpr int long_enough = 20'000; // milliseconds
constexpr int now = 0;

/// Counts calls, and lets a test wait for them.
class call_counter {
public:
    void call() {
        const std::scoped_lock lock(mutex_);
        ++count_;
        changed_.notify_all();
    }

    bool reaches(int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::milliseconds(long_enough),
                                 [&] { return count_ >= count; });
    }

    int count() {
        const std::scoped_lock lock(mutex_);
        return count_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

bool blocks_interrupt() {
    sigset_t mask;
    ::sigemptyset(&mask);
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return ::sigismember(&mask, SIGINT) == 1;
}

} // namespace

TEST_CASE("interrupts: Ctrl-C -> happened and readable, until it is cleared") {
    interrupts signals;
    CHECK_FALSE(signals.happened());
    CHECK_FALSE(is_readable(signals.descriptor(), now));
    press_ctrl_c();
    CHECK(is_readable(signals.descriptor(), long_enough));
    CHECK(signals.happened());
    signals.clear();
    CHECK_FALSE(signals.happened());
    CHECK_FALSE(is_readable(signals.descriptor(), now));
}

TEST_CASE("interrupts: Ctrl-C twice -> the canceller is called each time, with no clear between") {
    interrupts signals;
    call_counter cancelled;
    const interrupts::scope running(signals, [&] { cancelled.call(); });
    press_ctrl_c();
    CHECK(cancelled.reaches(1));
    press_ctrl_c();
    CHECK(cancelled.reaches(2));
    CHECK(signals.happened());
}

TEST_CASE("interrupts: after the scope -> the canceller is not called any more") {
    interrupts signals;
    call_counter cancelled;
    {
        const interrupts::scope ended(signals, [&] { cancelled.call(); });
    }
    press_ctrl_c();
    CHECK(is_readable(signals.descriptor(), long_enough));
    CHECK(cancelled.count() == 0);
}

TEST_CASE("interrupts: the canceller is running -> the scope ends behind it") {
    interrupts signals;
    call_counter begun;
    call_counter may_end;
    std::atomic<bool> ended = false;
    std::thread helper;
    {
        const interrupts::scope running(signals, [&] {
            begun.call();
            (void)may_end.reaches(1);
            ended = true;
        });
        press_ctrl_c();
        REQUIRE(begun.reaches(1));
        helper = std::thread([&] { may_end.call(); });
    }
    CHECK(ended.load());
    helper.join();
}

TEST_CASE("interrupts: a scope within another -> the inner one, and then the outer one again") {
    interrupts signals;
    call_counter outer;
    call_counter inner;
    const interrupts::scope around(signals, [&] { outer.call(); });
    {
        const interrupts::scope within(signals, [&] { inner.call(); });
        press_ctrl_c();
        CHECK(inner.reaches(1));
    }
    press_ctrl_c();
    CHECK(outer.reaches(1));
    CHECK(outer.count() == 1);
    CHECK(inner.count() == 1);
}

TEST_CASE("interrupts: the mask -> blocked while they live, also for new threads, and as before") {
    const bool before = blocks_interrupt();
    {
        const interrupts signals;
        CHECK(blocks_interrupt());
        bool of_thread = false;
        std::thread([&] { of_thread = blocks_interrupt(); }).join();
        CHECK(of_thread);
    }
    CHECK(blocks_interrupt() == before);
    interrupts again;
    press_ctrl_c();
    CHECK(is_readable(again.descriptor(), long_enough));
}
