#include "server/pattern.hpp"

namespace ferry::server_side {

bool is_pattern(std::string_view text) noexcept {
    return text.size() <= longest_pattern && text.find_first_of("*?") != std::string_view::npos;
}

bool matches(std::string_view pattern, std::string_view name) noexcept {
    if (name.starts_with('.') && !pattern.starts_with('.')) return false;
    // Only the last star is ever tried again: an earlier one has nothing to win by taking more.
    std::size_t in_pattern = 0;
    std::size_t in_name = 0;
    std::size_t after_star = std::string_view::npos;
    std::size_t star_ends = 0;
    while (in_name < name.size()) {
        const char want = in_pattern < pattern.size() ? pattern[in_pattern] : '\0';
        if (in_pattern < pattern.size() && want == '*') {
            after_star = ++in_pattern;
            star_ends = in_name;
        } else if (in_pattern < pattern.size() && (want == '?' || want == name[in_name])) {
            ++in_pattern;
            ++in_name;
        } else if (after_star != std::string_view::npos) {
            in_pattern = after_star;
            in_name = ++star_ends;
        } else {
            return false;
        }
    }
    while (in_pattern < pattern.size() && pattern[in_pattern] == '*')
        ++in_pattern;
    return in_pattern == pattern.size();
}

} // namespace ferry::server_side
