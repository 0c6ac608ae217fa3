// The local side of the command line: small files with secrets, commands that print one, names.
#pragma once

#include <ferry/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ferry::cli {

/// A small text file. `private_to_owner` tells whether others may read it.
struct small_file {
    std::string text;
    bool private_to_owner = false;
};

/// The whole of a file of at most 1 MiB.
[[nodiscard]] result<small_file> read_small_file(const std::string& path);

/// The first line of `path`, without its end.
[[nodiscard]] result<std::string> read_secret_file(const std::string& path);

/// The first line that a shell command prints. A command that fails is a failure.
[[nodiscard]] result<std::string> read_secret_command(const std::string& command);

/// A new directory below TMPDIR or /tmp that only its owner may enter.
[[nodiscard]] result<std::string> make_private_directory();

/// Enough of a file to see whether it was changed: size and time. Empty if there is none.
[[nodiscard]] std::string state_of_file(const std::string& path);

/// An environment variable; nothing if it is not set.
[[nodiscard]] std::optional<std::string> environment(const char* name);

/// Without a line's end, LF or CR LF, and all behind it.
[[nodiscard]] std::string_view first_line(std::string_view text) noexcept;

} // namespace ferry::cli
