#include "plan/tree_path.hpp"

#include "base/text.hpp"

#include <ferry/entry.hpp>

#include <algorithm>

namespace ferry::plan {

namespace {

/// '/' before all other bytes.
int rank_of(char c) noexcept {
    return c == '/' ? -1 : static_cast<unsigned char>(c);
}

} // namespace

bool is_below_root(std::string_view path) noexcept {
    if (path.empty() || path.ends_with('/')) return false;
    while (!path.empty())
        if (!is_safe_name(take_until(path, '/'))) return false;
    return true;
}

bool is_within(std::string_view path, std::string_view directory) noexcept {
    if (directory.empty()) return true;
    return path.starts_with(directory) &&
           (path.size() == directory.size() || path[directory.size()] == '/');
}

std::string_view parent_of(std::string_view path) noexcept {
    const auto slash = path.rfind('/');
    return path.substr(0, slash == std::string_view::npos ? 0 : slash);
}

bool walk_order::operator()(std::string_view a, std::string_view b) const noexcept {
    const auto [in_a, in_b] = std::ranges::mismatch(a, b);
    if (in_b == b.end()) return false;
    return in_a == a.end() || rank_of(*in_a) < rank_of(*in_b);
}

} // namespace ferry::plan
