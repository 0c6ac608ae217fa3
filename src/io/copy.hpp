// Copies within this machine, and the few things around them.
#pragma once

#include "io/digest.hpp"
#include "io/pump.hpp"

#include <string>

namespace ferry::io {

/// From the present positions to the end of `from`: by the kernel where it can (copy_file_range),
/// else through a buffer. Lets others run now and then. Gives the bytes.
[[nodiscard]] task<result<std::uint64_t>> copy_contents(file& from, file& to,
                                                        const progress_function& progress);

/// Of all that lies behind the present position. Lets others run now and then.
[[nodiscard]] task<result<std::string>> digest_of(file& from, digest_kind kind);

class pipe_ends {
public:
    pipe_ends(file reading, file writing) : out(std::move(reading)), in(std::move(writing)) {}

    file out; ///< to read
    file in;  ///< to write
};

/// A pipe with room for a megabyte where the system allows it.
[[nodiscard]] result<pipe_ends> make_pipe();

/// A file. What hinders it shows when the name is used again.
void remove_if_there(const std::string& path) noexcept;

/// In TMPDIR or /tmp, without a name: it goes with its descriptor.
[[nodiscard]] result<file> make_temporary_file();

/// As mkdir -p.
[[nodiscard]] result<> make_directories(const std::string& path);

} // namespace ferry::io
