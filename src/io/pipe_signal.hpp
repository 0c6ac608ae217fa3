// SIGPIPE kept away from the program while ferry writes.
//
// sendfile, splice and write raise it when nobody reads any more, and have no flag against it, as
// send has; its default ends the process. Here the error that comes beside it says all there is to
// say.
#pragma once

#include <csignal>

namespace ferry::io {

/// Blocks SIGPIPE in this thread while it lives, and takes away one that has come meanwhile. One
/// that was waiting before is left for who waits for it.
class pipe_signal_block {
public:
    pipe_signal_block() noexcept;
    ~pipe_signal_block();
    pipe_signal_block(const pipe_signal_block&) = delete;
    pipe_signal_block& operator=(const pipe_signal_block&) = delete;

private:
    bool was_pending_ = false;
    bool was_blocked_ = false;
};

} // namespace ferry::io
