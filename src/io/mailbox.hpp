// A queue from any number of tasks to one, all on the same context.
#pragma once

#include "io/task.hpp"

#include <deque>
#include <memory>
#include <optional>

namespace ferry::io {

/// Wakes one waiting task. `set` before `wait` is remembered.
class wake_up {
public:
    explicit wake_up(context& where);
    ~wake_up();
    wake_up(const wake_up&) = delete;
    wake_up& operator=(const wake_up&) = delete;

    void set() noexcept;
    /// `errc::interrupted` when cancelled, `errc::reply_timeout` after `limit` if one is given.
    [[nodiscard]] task<result<>> wait(std::optional<milliseconds> limit = std::nullopt);

private:
    struct state;
    std::unique_ptr<state> state_;
};

template<class T>
class mailbox {
public:
    explicit mailbox(context& where) : filled_(where) {}

    void push(T item) {
        items_.push_back(std::move(item));
        filled_.set();
    }

    [[nodiscard]] bool empty() const noexcept { return items_.empty(); }

    /// The oldest item. Errors as `wake_up::wait`.
    [[nodiscard]] task<result<T>> pop(std::optional<milliseconds> limit = std::nullopt) {
        while (items_.empty()) {
            auto woken = co_await filled_.wait(limit);
            if (!woken) co_return fail(std::move(woken.error()));
        }
        T item = std::move(items_.front());
        items_.pop_front();
        co_return item;
    }

private:
    std::deque<T> items_;
    wake_up filled_;
};

} // namespace ferry::io
