// Patterns and what they match in a tree, remote or local.
#pragma once

#include "base/limits.hpp"

#include <ferry/entry.hpp>
#include <ferry/result.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

/// All entries of a directory; "" is the current one. Called once for each at most.
using directory_lister = std::function<result<std::vector<entry>>(const std::string& directory)>;

class glob_limits {
public:
    glob_limits() = default;
    std::size_t results = limits::glob_results; ///< names matched, and directories listed
    std::size_t depth = limits::depth;          ///< levels below the first directory listed
};

/// The paths that a pattern matches (base/pattern.hpp), after its braces are expanded: sorted by
/// their bytes, each once. None if there are none; a pattern without wildcards gives its own text,
/// whether that exists or not.
///
/// Wildcards stand for no '/', and for no dot at the start of a name. A component "**" stands for
/// any number of directories, none included; as the last one for all that lies below. It does not
/// follow symbolic links. A '/' at the end matches directories only. Leading components without
/// wildcards are neither listed nor changed. Entries whose name is not safe are passed over.
///
/// A directory that cannot be listed is passed over; if no directory can be listed, the first
/// failure is returned. `errc::interrupted` and what breaks the connection is returned at once.
/// `errc::limit_exceeded` beyond `caps`; `errc::usage` for braces that make too much, and for more
/// components than `caps.depth` behind the first wildcard.
[[nodiscard]] result<std::vector<std::string>> glob(std::string_view pattern,
                                                    const directory_lister& list_directory,
                                                    const glob_limits& caps = {});

} // namespace ferry::cli
