// What rm -r may be used on.
#pragma once

#include <string_view>

namespace ferry::cli {

/// Not the login directory, not the root, and nothing with ".." in it.
[[nodiscard]] bool is_safe_to_remove(std::string_view path) noexcept;

} // namespace ferry::cli
