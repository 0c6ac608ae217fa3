// The modes of chmod: octal, or symbolic as POSIX has them.
#pragma once

#include <ferry/result.hpp>

#include <optional>
#include <string_view>

namespace ferry::cli {

/// "640", "u+x", "go-w,a=r" applied to the permissions a file has now. Octal does not need them;
/// without them a symbolic mode is `errc::usage`.
[[nodiscard]] result<unsigned> changed_mode(std::string_view mode, std::optional<unsigned> now,
                                            bool is_directory);

/// Whether `mode` says what to change rather than what to be.
[[nodiscard]] bool is_symbolic(std::string_view mode) noexcept;

/// "rwxr-x---" as 0750, with s, S, t and T.
[[nodiscard]] std::optional<unsigned> parse_permissions(std::string_view text) noexcept;

} // namespace ferry::cli
