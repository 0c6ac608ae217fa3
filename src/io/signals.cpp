#include "io/signals.hpp"

#include "io/asio.hpp"

#include <boost/asio/signal_set.hpp>

#include <csignal>

namespace ferry::io {

static_assert(interrupt_signal == SIGINT && terminate_signal == SIGTERM);

struct signal_watch::state {
    state(context& where, std::function<void(int)> action)
        : set(where.native()), on_signal(std::move(action)) {}

    asio::signal_set set;
    std::function<void(int)> on_signal;

    static void wait(const std::shared_ptr<state>& self) {
        self->set.async_wait([self](const boost::system::error_code& problem, int number) {
            if (problem || !self->on_signal) return;
            self->on_signal(number);
            wait(self);
        });
    }
};

signal_watch::signal_watch(context& where, std::initializer_list<int> signals,
                           std::function<void(int)> on_signal)
    : state_(std::make_shared<state>(where, std::move(on_signal))) {
    for (const int number : signals)
        state_->set.add(number);
    state::wait(state_);
}

signal_watch::~signal_watch() {
    state_->on_signal = nullptr;
    boost::system::error_code ignored;
    state_->set.cancel(ignored);
    state_->set.clear(ignored);
}

} // namespace ferry::io
