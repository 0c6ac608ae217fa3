// A timer that may be set anew for every operation at next to no cost.
//
// Setting it stores a time. One timer runs behind it, and when it fires looks whether the stored
// time has passed or must be waited for again: a transfer of many blocks costs no timer calls.
#pragma once

#include "io/asio.hpp"

#include <functional>
#include <memory>

namespace ferry::io {

class deadline {
public:
    using clock = std::chrono::steady_clock;

    /// `on_expiry` is called when a set time passes, and not after the deadline is destroyed.
    deadline(asio::any_io_executor where, std::function<void()> on_expiry)
        : state_(std::make_shared<state>(std::move(where), std::move(on_expiry))) {}

    ~deadline() {
        state_->on_expiry = nullptr;
        state_->timer.cancel();
    }

    deadline(const deadline&) = delete;
    deadline& operator=(const deadline&) = delete;

    /// Expires `limit` from now; never if zero.
    void set(milliseconds limit) {
        state_->expired = false;
        state_->when = limit.count() == 0 ? clock::time_point::max() : clock::now() + limit;
        if (limit.count() != 0 && (!state_->waiting || state_->when < state_->timer.expiry()))
            wait(state_);
    }

    void clear() noexcept { state_->when = clock::time_point::max(); }

    [[nodiscard]] bool expired() const noexcept { return state_->expired; }

private:
    struct state {
        state(asio::any_io_executor where, std::function<void()> action)
            : timer(where), on_expiry(std::move(action)) {}

        asio::steady_timer timer;
        std::function<void()> on_expiry;
        clock::time_point when = clock::time_point::max();
        std::uint64_t waits = 0; ///< number of the latest wait: earlier ones have no say
        bool waiting = false;
        bool expired = false;
    };

    static void wait(const std::shared_ptr<state>& self) {
        self->waiting = true;
        const auto number = ++self->waits;
        self->timer.expires_at(self->when);
        self->timer.async_wait([self, number](const boost::system::error_code&) {
            if (number == self->waits) look(self);
        });
    }

    static void look(const std::shared_ptr<state>& self) {
        self->waiting = false;
        if (!self->on_expiry || self->when == clock::time_point::max()) return;
        if (clock::now() < self->when) return wait(self);
        self->expired = true;
        self->when = clock::time_point::max();
        self->on_expiry();
    }

    std::shared_ptr<state> state_;
};

} // namespace ferry::io
