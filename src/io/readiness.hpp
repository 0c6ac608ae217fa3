// Waiting until a descriptor can be read or written: a pipe, a terminal.
//
// A read of a pipe that nobody writes to blocks the thread, and with it signals, timers and other
// sessions; so does a write to one whose reader stands still. The descriptor itself is left as it
// is: it may be shared with other programs, which would be surprised to find it non-blocking.
#pragma once

#include "io/file.hpp"
#include "io/task.hpp"

namespace ferry::io {

enum class readiness_to : std::uint8_t { read, write };

class readiness {
public:
    /// Watches `descriptor`, which must stay open.
    readiness(int descriptor, readiness_to what);

    /// False for what never blocks for long, such as a regular file: always ready.
    [[nodiscard]] bool may_block() const noexcept { return static_cast<bool>(watch_); }

    /// Until a read would not block, or a write of at most `slow_piece` bytes. At once if it is
    /// closed at the other end. `interrupted` when cancelled.
    [[nodiscard]] task<result<>> wait() const;

private:
    file watch_; ///< an epoll instance that holds the one descriptor; none for what is always ready
};

/// A pipe with any room takes so many bytes at once: half of PIPE_BUF, so that a few more do not
/// matter.
inline constexpr std::size_t slow_piece = 2048;

} // namespace ferry::io
