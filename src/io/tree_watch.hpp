// Noticing what changes in a local tree (inotify).
//
// What is told is where to look, not what happened: a change may be told twice, and a directory may
// be the same again by the time it is looked at. No change is lost: where it is not known which
// directories they were in, "everything" is said.
#pragma once

#include "io/file.hpp"
#include "io/task.hpp"

#include <limits>
#include <set>
#include <string>
#include <unordered_map>

namespace ferry::io {

/// Where to look again.
class watch_outcome {
public:
    watch_outcome() = default;

    /// All of the tree; `directories` says nothing then.
    bool everything = false;
    /// In which entries came, went or changed: "" for the root, "a/b" below it. Of a directory that
    /// came, all that are below it. May be gone again.
    std::set<std::string> directories;

    [[nodiscard]] bool empty() const noexcept { return !everything && directories.empty(); }
};

class tree_watch_options {
public:
    tree_watch_options() = default;

    /// The most directories to watch; the system has a limit too (fs.inotify.max_user_watches).
    std::size_t most_watches = std::numeric_limits<std::size_t>::max();
    /// While there are directories that could not be watched, everything is told so often.
    milliseconds blind_interval{60'000};
};

class tree_watch {
public:
    /// Watches the directory `root` and all below it; symbolic links are not followed. Watching
    /// begins here: what is looked at afterwards misses nothing. `local_not_found`, `local_file`.
    [[nodiscard]] static result<tree_watch> open(std::string root,
                                                 tree_watch_options options = tree_watch_options());

    /// Waits for a change since the last call, then until nothing has changed for `settle`, but no
    /// longer than ten times that, and says where. Ferry's own unfinished files
    /// (`.NAME.ferry-part`) are no change. `interrupted` when cancelled: what was noticed is told
    /// by the next call. `local_not_found` once the root is gone.
    [[nodiscard]] task<result<watch_outcome>> next(milliseconds settle);

    /// Whether every directory is watched.
    [[nodiscard]] bool sees_all() const noexcept { return !blind_; }

private:
    tree_watch(std::string root, tree_watch_options options)
        : root_(std::move(root)), options_(options) {}

    [[nodiscard]] result<> begin();
    [[nodiscard]] result<bool> watch_one(const std::string& directory);
    [[nodiscard]] result<> watch_below(std::string directory);
    void forget_below(const std::string& directory);
    [[nodiscard]] result<bool> take();
    [[nodiscard]] result<bool> take_block(std::string_view events);
    [[nodiscard]] result<> look_at_everything();
    [[nodiscard]] result<> take_one(int watch, unsigned mask, const std::string& name);
    [[nodiscard]] task<result<bool>> wait(milliseconds limit) const;
    [[nodiscard]] task<result<>> wait_for_change();

    std::string root_;
    tree_watch_options options_;
    file events_;
    std::unordered_map<int, std::string> directories_; ///< by the number of the watch
    watch_outcome seen_;                               ///< and not told yet
    bool overflowed_ = false;
    bool blind_ = false; ///< there are directories without a watch
};

} // namespace ferry::io
