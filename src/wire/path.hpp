// Paths on a server: always '/', never the local rules.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace ferry::wire {

/// `name` below `directory`: "a/b"; `name` alone if the directory is empty or `name` is absolute.
[[nodiscard]] std::string join_path(std::string_view directory, std::string_view name);
/// The directory and the last component: "a/b" gives {"a", "b"}, "/b" gives {"/", "b"}, "b" gives
/// {"", "b"}. Slashes at the end are dropped first.
[[nodiscard]] std::pair<std::string, std::string> split_path(std::string_view path);
/// An absolute path without ".", ".." and doubled slashes; ".." at the root stays there.
[[nodiscard]] std::string normalize_path(std::string_view base, std::string_view path);

} // namespace ferry::wire
