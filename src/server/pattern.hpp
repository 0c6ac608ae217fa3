// File name patterns: '*' and '?', in time proportional to pattern times name (threats S6, C14).
#pragma once

#include <string_view>

namespace ferry::server_side {

/// What is longer is no pattern, but a name.
inline constexpr std::size_t longest_pattern = 1024;

[[nodiscard]] bool is_pattern(std::string_view text) noexcept;
/// Whether all of `name` fits. '?' stands for one byte, and no wildcard for a leading dot.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name) noexcept;

} // namespace ferry::server_side
