// A walk over a tree on a server: depth first, sorted by name, without recursion. Symbolic links
// are shown and never followed.
#pragma once

#include <ferry/client.hpp>

#include <functional>
#include <optional>
#include <string>

namespace ferry::cli {

/// One entry on the way.
struct walked {
    const entry& what;
    const std::string& shown; ///< its path below where the walk began; empty if it began there
    std::size_t depth;        ///< 1 for what lies in the directory the walk began at, 0 for a file
    bool is_last;             ///< of its directory
};

class walk_steps {
public:
    walk_steps() = default;
    std::function<void(const walked&)> entry;
    /// All below a directory has been seen. Depth 0 and an empty path stand for the top.
    std::function<void(const std::string& shown, std::size_t depth)> leave;
    /// A directory that cannot be read. The walk goes on without it.
    std::function<void(const std::string& shown, const error&)> unreadable;
    std::optional<std::size_t> most_depth; ///< directories below are not read
    std::function<bool()> should_stop;
};

/// Fails if the top cannot be read, and where going on makes no sense: the connection is lost, or
/// somebody interrupted. Otherwise the first of `unreadable` is what it fails with at the end.
[[nodiscard]] result<> walk_tree(client& session, const std::string& top, const walk_steps& steps);

/// "a/b" of "a" and "b"; "b" of nothing and "b".
[[nodiscard]] std::string path_below(const std::string& directory, std::string_view name);

} // namespace ferry::cli
