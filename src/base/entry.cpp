#include <ferry/entry.hpp>

#include <array>

namespace ferry {

std::string_view to_string(entry_type type) noexcept {
    constexpr std::array<std::string_view, 4> names{"file", "directory", "symlink", "other"};
    return names[static_cast<std::size_t>(type)];
}

bool is_safe_name(std::string_view name) noexcept {
    constexpr std::string_view forbidden("/\0", 2);
    return !name.empty() && name != "." && name != ".." &&
           name.find_first_of(forbidden) == std::string_view::npos;
}

} // namespace ferry
