// Waiting until a descriptor can be read: a pipe, a terminal.
//
// A read of a pipe that nobody writes to blocks the thread, and with it signals, timers and other
// sessions. The descriptor itself is left as it is: it may be shared with other programs, which
// would be surprised to find it non-blocking.
#pragma once

#include "io/file.hpp"
#include "io/task.hpp"

namespace ferry::io {

class readiness {
public:
    /// Watches `descriptor`, which must stay open. A regular file is always ready.
    explicit readiness(int descriptor);

    /// Until a read would not block. `interrupted` when cancelled.
    [[nodiscard]] task<result<>> wait() const;

private:
    file watch_; ///< an epoll instance that holds the one descriptor; none for what is always ready
};

} // namespace ferry::io
