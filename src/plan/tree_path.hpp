// Paths within a tree: relative to its root, '/' between names, none at either end.
#pragma once

#include <string_view>

namespace ferry::plan {

/// Whether `path` names something below the root, and cannot be anything else: each component is a
/// safe name (`is_safe_name`). Not the root itself, which is "".
[[nodiscard]] bool is_below_root(std::string_view path) noexcept;

/// Whether `path` is `directory` or something below it.
[[nodiscard]] bool is_within(std::string_view path, std::string_view directory) noexcept;

/// The directory of `path`, "" for the root.
[[nodiscard]] std::string_view parent_of(std::string_view path) noexcept;

/// The order of a walk: by bytes, but a directory is followed by all that is below it before
/// anything else comes, because '/' sorts before every other byte.
class walk_order {
public:
    [[nodiscard]] bool operator()(std::string_view a, std::string_view b) const noexcept;
};

} // namespace ferry::plan
