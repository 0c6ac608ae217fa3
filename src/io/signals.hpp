// Signals as events of a context.
#pragma once

#include "io/task.hpp"

#include <initializer_list>

namespace ferry::io {

/// SIGINT and SIGTERM, for who sees no system header.
inline constexpr int interrupt_signal = 2;
inline constexpr int terminate_signal = 15;

/// While it lives, `on_signal` is called on the context for each of the signals, in place of what
/// they do otherwise.
class signal_watch {
public:
    signal_watch(context& where, std::initializer_list<int> signals,
                 std::function<void(int)> on_signal);
    ~signal_watch();
    signal_watch(const signal_watch&) = delete;
    signal_watch& operator=(const signal_watch&) = delete;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace ferry::io
