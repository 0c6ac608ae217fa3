// From a socket to a file or a pipe without passing user space. For the io layer's .cpp files only.
#pragma once

#include "io/pump_run.hpp"
#include "io/readiness.hpp"

namespace ferry::io {

enum class splice_end : std::uint8_t { finished, failed, unsupported };

/// Moves what comes from `from`, a plain socket, until its end. `slow` is there if `to` is a pipe,
/// whose reader may take its time: it is waited for, and never blocks the thread. `unsupported`
/// where the kernel cannot; then what has been moved is in `to`, and the rest still to come.
[[nodiscard]] task<splice_end> splice_to_file(stream& from, file& to, readiness* slow,
                                              pump_run& now);

} // namespace ferry::io
