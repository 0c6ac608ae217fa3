// What a mirror with --delete may delete: all is collected first, so that nothing is deleted before
// it is known to be harmless, and not too much.
#pragma once

#include <ferry/result.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ferry::plan {

class deletion_options {
public:
    deletion_options() = default;

    std::optional<std::uint64_t> max_deletions; ///< more than these: none at all
    bool allow_empty_source = false;            ///< an empty source empties the destination
    /// Where what would be deleted is moved to instead; empty: it is deleted. A relative path is
    /// one in the tree, and never deleted from.
    std::string trash;
    /// A name for this run, such as its time: what was thrown away twice is there twice.
    std::string run_name;
};

class deletion {
public:
    deletion(std::string what, bool directory) : path(std::move(what)), is_directory(directory) {}

    std::string path; ///< relative to the root of the destination
    bool is_directory;
    std::string trash_path; ///< move it there; empty: delete it

    friend bool operator==(const deletion&, const deletion&) = default;
};

/// Collects what the destination has and the source has not, and what must stay.
///
/// What stays keeps the directories above it, and what is below it: an excluded directory, one that
/// could not be listed (whatever the reason, it is not empty), one whose source could not be. It
/// does not matter which is told first.
class deletion_guard {
public:
    explicit deletion_guard(deletion_options options);

    /// `path` is not in the source. `errc::unsafe_name` for what does not lie below the root, which
    /// the root itself does not either.
    result<> propose(std::string_view path, bool is_directory);

    /// `path` must stay, with all below it: it was excluded, or on either side it could not be
    /// listed completely. "" is the root: then nothing is deleted.
    void keep(std::string_view path);

    /// What to delete, in this order: children before their directory. With a trash only the
    /// topmost of what goes together, since moving a directory takes along what is in it.
    ///
    /// `source_entries`: how many the source has, excluded ones too. `errc::deletion_refused`
    /// if the source is empty, and if there is more to delete than allowed.
    [[nodiscard]] result<std::vector<deletion>> plan(std::uint64_t source_entries) const;

    /// How many of those proposed stay, because of what is in or above them.
    [[nodiscard]] std::uint64_t kept() const;

private:
    using path_set = std::set<std::string, std::less<>>;

    [[nodiscard]] bool stays(std::string_view path) const;
    [[nodiscard]] std::vector<deletion> allowed() const;

    deletion_options options_;
    std::vector<deletion> proposed_;
    path_set kept_;       ///< with all below
    path_set above_kept_; ///< directories that hold some of it
};

/// Where `path` goes in the trash of a run: "TRASH/RUN/a/b".
[[nodiscard]] std::string trash_path(std::string_view trash, std::string_view run_name,
                                     std::string_view path);

} // namespace ferry::plan
