// Ctrl-C in the shell: it never ends the program, it ends what runs.
//
// SIGINT is blocked in every thread, and one thread takes it. So a canceller may lock and notify
// as any code may, and no system call of the others is cut short. Programs that are started inherit
// the blocked signal unless they are given a mask of their own: run_local does that.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <thread>

#include <signal.h>

namespace ferry::cli {

class interrupts {
public:
    /// Must come before any other thread is started, so that they inherit the mask. Only one at a
    /// time. A main thread that unblocks SIGINT gets it itself while it does: see `ask_secret`.
    interrupts();
    /// Ends the thread. Ctrl-C does again what it did before.
    ~interrupts();
    interrupts(const interrupts&) = delete;
    interrupts& operator=(const interrupts&) = delete;

    /// Whether Ctrl-C came since the last `clear`.
    [[nodiscard]] bool happened() const noexcept { return happened_.load(); }

    void clear() noexcept;

    /// Waits until it has happened, but no longer than this.
    void wait(std::chrono::milliseconds longest) const noexcept;

    /// Readable while `happened`. Only to be waited for, not to be read. -1 if the system had none.
    [[nodiscard]] int descriptor() const noexcept { return raised_; }

    /// While it lives, each Ctrl-C calls `cancel`, on the thread of the interrupts: the second one
    /// too, if the first did not help. It is not called any more when the destructor has returned.
    /// A scope within another takes its place until it ends. `cancel` must not make or end a scope,
    /// nor wait for the thread that does.
    class scope {
    public:
        scope(interrupts& of, std::function<void()> cancel);
        ~scope();
        scope(const scope&) = delete;
        scope& operator=(const scope&) = delete;

    private:
        interrupts* of_;
        std::function<void()> outer_;
    };

private:
    void run();
    void tell() noexcept;

    std::mutex flag_mutex_; ///< keeps `happened_` and `raised_` the same
    std::atomic<bool> happened_ = false;
    int raised_ = -1; ///< eventfd, behind `descriptor`
    std::atomic<bool> ending_ = false;
    sigset_t mask_before_{};
    std::mutex mutex_; ///< of `cancel_`, and held while it runs
    std::function<void()> cancel_;
    std::thread thread_;
};

} // namespace ferry::cli
