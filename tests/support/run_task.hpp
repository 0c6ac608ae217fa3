// Runs a coroutine to its end, for tests.
#pragma once

#include "io/task.hpp"

namespace ferry::test {

/// Runs `work` on a loop of its own.
inline void run(io::task<> work) {
    io::context where;
    where.run(std::move(work));
}

} // namespace ferry::test
