// Trees that arrive whole: makes one tree like another, over several connections at a time.
//
// Either end is a directory here or on a server. Files are copied under temporary names and get
// their own when they are complete; one that fails does not stop the others, and the report says
// what is missing. Run again, it does only what is left.
#pragma once

#include <ferry/client.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry {

/// One end of a mirror.
class mirror_place {
public:
    /// A directory of this machine.
    [[nodiscard]] static mirror_place local(std::string directory);
    /// The directory that `where` names, as `who`, over connections with these options.
    [[nodiscard]] static mirror_place remote(url where, credentials who, client_options options);

    [[nodiscard]] bool is_local() const noexcept { return !where_; }

    [[nodiscard]] const std::string& directory() const noexcept { return directory_; }

    [[nodiscard]] const std::optional<url>& where() const noexcept { return where_; }

    [[nodiscard]] const credentials& who() const noexcept { return who_; }

    [[nodiscard]] const client_options& options() const noexcept { return options_; }

private:
    mirror_place() = default;

    std::string directory_; ///< local, or the path on the server
    std::optional<url> where_;
    credentials who_;
    client_options options_;
};

/// What happens to one path.
enum class mirror_step : std::uint8_t {
    list, ///< a directory, at either end
    make_directory,
    copy,
    make_link,
    set_time,
    set_mode,
    remove,
    skip, ///< left as it is, for the reason told
};

/// A stable name, for JSON: "copy".
[[nodiscard]] std::string_view name_of(mirror_step step) noexcept;

class mirror_event {
public:
    enum class state : std::uint8_t { planned, started, moving, done, failed };

    mirror_event() = default;
    state now = state::planned;
    mirror_step step = mirror_step::copy;
    std::string path;         ///< below the roots
    std::string reason;       ///< of `planned`: why, such as "newer"
    std::uint64_t bytes = 0;  ///< of the file; of `moving`: so far
    transfer_report transfer; ///< of `done`, for copies
    std::optional<error> why; ///< of `failed`
};

/// What a symbolic link in the source becomes.
enum class mirror_links : std::uint8_t {
    skip,
    follow, ///< what it leads to, where that lies in the tree
    copy,   ///< a link, where the destination is local
};

/// A rule about paths, as a line of .gitignore has it.
class mirror_rule {
public:
    enum class kind : std::uint8_t {
        exclude, ///< what fits the pattern is left out
        include, ///< and this is not, after all
        lines,   ///< the text of a file with a pattern a line, each excluding; '!' turns it round
    };

    mirror_rule(kind what, std::string words) : is(what), text(std::move(words)) {}

    kind is;
    std::string text;
};

/// Which names the destination cannot tell apart, or cannot have.
enum class mirror_names : std::uint8_t {
    automatic, ///< as the destination's system has it: SYST, or the file system here
    unix_like, ///< names are bytes
    windows,
    macos,
};

class mirror_options {
public:
    mirror_options() = default;

    unsigned connections = 4; ///< at most, to each server
    bool dry_run = false;     ///< only tell what would be done
    std::uint64_t limit = 0;  ///< of each file, in bytes a second; 0: none

    // What takes part.
    std::vector<mirror_rule> rules;                ///< of those that fit a path, the last decides
    std::optional<std::uint64_t> min_size;         ///< bytes, of files
    std::optional<std::uint64_t> max_size;         ///< bytes, of files
    std::optional<std::chrono::sys_seconds> newer; ///< files changed after this
    mirror_links links = mirror_links::skip;
    mirror_names names = mirror_names::automatic;
    /// Directories below the roots to look at, each without those below it, unless they are new;
    /// empty: everything.
    std::vector<std::string> only_in;

    // What counts as different, and what is made alike.
    bool checksum = false;   ///< files of one size are compared by content, not by time
    bool manifest = false;   ///< against what was deployed last, as the manifest there has it
    bool only_newer = false; ///< nothing newer is overwritten
    bool keep_times = true;
    verify_mode verify = verify_mode::automatic; ///< the proof of each file that is copied
    bool keep_modes = false;
    /// Between two servers: files go straight from one to the other (RFC 959, 5.2), proved by their
    /// sizes. Where the servers do not let that be, `on_notice` tells so, and they go through here.
    bool fxp = false;

    // What goes.
    bool remove = false; ///< what is not in the source; what is in the way too
    std::optional<std::uint64_t> most_removals; ///< more than these: none at all
    /// Where what would be removed is moved to instead; below the destination.
    std::string trash;
    std::string run_name;            ///< a name for this run there, such as its time
    bool allow_empty_source = false; ///< which removes all of the destination

    /// A file that outlives the run and remembers what was begun, and times that a server does not
    /// keep. Empty: none. Two runs with one journal at a time: the second is `local_exists`.
    std::string journal;
    /// As `transfer_options::on_notice`, of the path before it. May be empty.
    std::function<void(const std::string& path, const std::string& text)> on_notice;
    /// Called on the thread that runs. May call `mirror::cancel`.
    std::function<void(const mirror_event&)> on_event;
    /// While it runs, SIGINT and SIGTERM cancel it.
    bool cancel_on_signals = false;
};

class mirror_report {
public:
    mirror_report() = default;
    std::size_t directories = 0; ///< looked at
    std::size_t copied = 0;
    std::size_t unchanged = 0;
    std::size_t changed = 0; ///< only time or mode
    std::size_t removed = 0;
    std::size_t skipped = 0; ///< left as they are, for a reason that was told
    std::size_t excluded = 0;
    std::size_t failed = 0;
    std::size_t unproven = 0; ///< of those that failed: what arrived is not what was sent
    std::uint64_t bytes = 0;  ///< over the network, or copied here
};

class mirror {
public:
    mirror();
    ~mirror();
    mirror(const mirror&) = delete;
    mirror& operator=(const mirror&) = delete;

    /// Makes `to` like `from`. Errors: that the source cannot be read at all, or the destination
    /// not be made, `interrupted`; what fails for single paths is told by `on_event` and counted.
    [[nodiscard]] result<mirror_report> run(const mirror_place& from, const mirror_place& to,
                                            const mirror_options& options);

    /// Begins to notice what changes in a directory here, for `wait_for_changes`. Of one on a
    /// server nothing is told. What a run that begins afterwards looks at misses nothing.
    [[nodiscard]] result<> watch(const mirror_place& from);
    /// Waits for changes since `watch` or the last call, and then until nothing has changed for
    /// `quiet`; for a directory on a server just so long. Gives where they are, for `only_in`;
    /// none: anywhere. `interrupted`; `local_not_found` once the directory is gone.
    [[nodiscard]] result<std::vector<std::string>> wait_for_changes(std::chrono::milliseconds quiet,
                                                                    bool cancel_on_signals = false);

    /// Ends the running call with `errc::interrupted`. From any thread.
    void cancel() noexcept;

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace ferry
