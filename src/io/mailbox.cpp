#include "io/mailbox.hpp"

#include "io/asio.hpp"

namespace ferry::io {

struct wake_up::state {
    explicit state(context& where) : timer(where.native()) {}

    asio::steady_timer timer;
    bool is_set = false;
};

wake_up::wake_up(context& where) : state_(std::make_unique<state>(where)) {}

wake_up::~wake_up() = default;

void wake_up::set() noexcept {
    state_->is_set = true;
    state_->timer.cancel();
}

task<result<>> wake_up::wait(std::optional<milliseconds> limit) {
    if (!state_->is_set) {
        const bool cancelled = co_await take_cancellation();
        if (cancelled) co_return fail(errc::interrupted);
        if (limit)
            state_->timer.expires_after(*limit);
        else
            state_->timer.expires_at(asio::steady_timer::time_point::max());
        const auto [problem] = co_await state_->timer.async_wait(use_task);
        if (!state_->is_set) {
            if (problem) co_return co_await interrupted();
            co_return fail(errc::reply_timeout);
        }
    }
    state_->is_set = false;
    co_return result<>();
}

} // namespace ferry::io
