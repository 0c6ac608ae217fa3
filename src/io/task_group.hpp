// Tasks that run beside their owner and never outlive it.
//
// The owner spawns, and must await `join` before the group is destroyed; destroying a group with
// running tasks ends the program, because those tasks would use what is gone.
#pragma once

#include "io/task.hpp"

#include <cstddef>
#include <list>
#include <memory>

namespace ferry::io {

class task_group {
public:
    explicit task_group(context& where);
    ~task_group();
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    /// Starts `work` now; it runs up to its first wait before this returns or soon after.
    void spawn(task<> work);
    /// The operations that the tasks wait in fail with `errc::interrupted`.
    void cancel();
    /// Waits for all. Goes on waiting when the waiting task itself is cancelled (and cancels the
    /// group then), because what the tasks use must stay.
    [[nodiscard]] task<> join();

    [[nodiscard]] std::size_t size() const noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace ferry::io
