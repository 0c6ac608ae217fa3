#include "io/task.hpp"

#include "io/asio.hpp"
#include "io/pipe_signal.hpp"

#include <atomic>
#include <stdexcept>

namespace ferry::io {

struct context::state {
    asio::io_context loop{1};
    asio::cancellation_signal cancellation;
    std::atomic<std::uint64_t> running{0}; ///< number of the run, 0 between runs
    std::uint64_t runs = 0;
};

context::context() : state_(std::make_unique<state>()) {}

context::~context() = default;

asio::io_context& context::native() noexcept {
    return state_->loop;
}

void context::run(task<> work) {
    const pipe_signal_block no_pipe_signal;
    bool done = false;
    std::exception_ptr thrown;
    state_->running = ++state_->runs;
    asio::co_spawn(
        state_->loop, root(std::move(work)),
        asio::bind_cancellation_slot(state_->cancellation.slot(), [&](std::exception_ptr e) {
            done = true;
            thrown = std::move(e);
        }));
    state_->loop.restart();
    while (!done)
        if (state_->loop.run_one() == 0) throw std::logic_error("a task waits for nothing");
    state_->running = 0;
    if (thrown) std::rethrow_exception(thrown);
}

void context::settle() {
    state_->loop.poll();
}

void context::cancel() noexcept {
    // The number keeps a late cancel from ending the run after the one it was meant for.
    const auto meant = state_->running.load();
    if (meant == 0) return;
    post([this, meant] {
        if (state_->running.load() == meant)
            state_->cancellation.emit(asio::cancellation_type::terminal);
    });
}

void context::post(std::function<void()> what) {
    asio::post(state_->loop, std::move(what));
}

task<result<>> sleep_for(milliseconds time) {
    const bool cancelled = co_await take_cancellation();
    if (cancelled) co_return fail(errc::interrupted);
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    const auto [problem] = co_await timer.async_wait(use_task);
    if (problem) co_return co_await interrupted();
    co_return result<>();
}

} // namespace ferry::io
