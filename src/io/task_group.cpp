#include "io/task_group.hpp"

#include "io/asio.hpp"
#include "io/mailbox.hpp"

#include <cstdlib>

namespace ferry::io {

struct task_group::state {
    explicit state(context& home) : where(&home), ended(home) {}

    context* where;
    std::list<asio::cancellation_signal> running;
    wake_up ended;
    std::exception_ptr thrown;
};

task_group::task_group(context& where) : state_(std::make_shared<state>(where)) {}

task_group::~task_group() {
    if (!state_->running.empty()) std::abort();
}

void task_group::spawn(task<> work) {
    auto& running = state_->running;
    const auto signal = running.emplace(running.end());
    auto on_end = [state = state_, signal](std::exception_ptr thrown) {
        if (thrown && !state->thrown) state->thrown = std::move(thrown);
        state->running.erase(signal);
        state->ended.set();
    };
    asio::co_spawn(state_->where->native(), root(std::move(work)),
                   asio::bind_cancellation_slot(signal->slot(), std::move(on_end)));
}

void task_group::cancel() {
    // A task may end, and leave the list, while it is told.
    for (auto it = state_->running.begin(); it != state_->running.end();) {
        const auto signal = it++;
        signal->emit(asio::cancellation_type::terminal);
    }
}

task<> task_group::join() {
    while (!state_->running.empty()) {
        const auto woken = co_await state_->ended.wait();
        if (!woken) cancel();
    }
    if (state_->thrown) std::rethrow_exception(std::exchange(state_->thrown, nullptr));
}

std::size_t task_group::size() const noexcept {
    return state_->running.size();
}

} // namespace ferry::io
