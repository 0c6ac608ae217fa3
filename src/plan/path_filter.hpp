// Which paths of a tree are left out, by rules as .gitignore has them.
#pragma once

#include "base/pattern.hpp"

#include <ferry/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::plan {

/// One rule: a pattern, and whether what fits is left out or taken back in.
///
/// A pattern without a slash fits a name in any directory; one with a slash, at the start or
/// within, fits the path from the root. "**" as a whole component stands for any number of them,
/// at the end for at least one. A slash at the end: directories only. Inside a component all is as
/// in `name_pattern`, hidden names being as others. A '!' at the start turns the rule round; a
/// backslash takes from the next character its meaning, so "\!x" is the name "!x".
class path_rule {
public:
    /// `leaves_out`: what the rule says without a '!'.
    path_rule(std::string_view text, bool leaves_out);

    /// `path` is relative to the root, without a slash at either end. The time is proportional to
    /// pattern times path at worst.
    [[nodiscard]] bool fits(std::string_view path, bool is_directory) const noexcept;

    [[nodiscard]] bool leaves_out() const noexcept { return leaves_out_; }

    /// As it was written.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    /// Whether there is nothing a path could fit: "", "!", "/".
    [[nodiscard]] bool is_empty() const noexcept { return parts_.empty(); }

private:
    /// A component: a pattern, or nothing for "**".
    using part = std::optional<name_pattern>;

    void add_component(std::string_view text, bool before_slash);
    [[nodiscard]] bool fits_from_root(std::string_view path) const noexcept;

    std::string text_;
    bool leaves_out_;
    bool only_directories_ = false;
    bool at_any_depth_ = false;
    std::vector<part> parts_;
};

/// Rules in the order they were given: the last that fits decides, and what none fits is wanted.
/// Nothing below a directory that is left out can be taken back in, since a walk does not go there.
class path_filter {
public:
    path_filter() = default;

    /// `errc::usage` if the pattern could fit nothing: an unset variable rather than a rule.
    result<> exclude(std::string_view pattern) { return add(pattern, true); }

    result<> include(std::string_view pattern) { return add(pattern, false); }

    /// The text of a file, a pattern a line. Empty lines and those that begin with '#' say nothing;
    /// spaces at the end of a line do not count unless a backslash stands before them.
    void exclude_lines(std::string_view text);

    /// The rule that leaves `path`, or a directory above it, out; nothing if it is wanted.
    [[nodiscard]] const path_rule* excluding(std::string_view path,
                                             bool is_directory) const noexcept;

    /// As `excluding`, for a walk: the directories above are known to be wanted.
    [[nodiscard]] const path_rule* excluding_here(std::string_view path,
                                                  bool is_directory) const noexcept;

private:
    result<> add(std::string_view pattern, bool leaves_out);

    std::vector<path_rule> rules_;
};

} // namespace ferry::plan
