// What a mirror still has to do, on the disk: its memory does not grow with the tree.
//
// Directories wait to be listed; the entries of one directory at both ends are paired by name; the
// work that comes of it waits for a free connection; the times of directories are set at the end,
// since everything done in them changes them. Paths are relative to the roots, with '/' between
// names; "" is the root.
#pragma once

#include "transfer/database.hpp"

#include <ferry/entry.hpp>

#include <functional>

namespace ferry::transfer {

enum class work_kind : std::uint8_t {
    nothing,
    copy,
    compare, ///< the contents
    note,    ///< in the manifest: it is there already
    set_time,
    set_mode,
    set_time_and_mode,
    make_link,
    make_directory,
};

class work_item {
public:
    work_item() = default;

    std::int64_t id = 0;
    work_kind kind = work_kind::copy;
    std::string path;
    entry source;     ///< without its name
    int attempts = 0; ///< that have failed
    /// Of `compare`: what to do then. Any other content is copied.
    work_kind if_same = work_kind::nothing;
    work_kind if_unknown = work_kind::nothing;
};

/// Which of the waiting files comes first.
enum class work_order : std::uint8_t { largest, smallest };

/// What lies under one name at each end; nothing where there is nothing.
using pair_function = std::function<void(const entry* source, const entry* destination)>;

/// Where a directory is that waits to be compared.
enum class presence : std::uint8_t { both, only_source, only_destination };

class waiting_directory {
public:
    waiting_directory(std::string where, presence sides) : path(std::move(where)), at(sides) {}

    std::string path;
    presence at;
    int attempts = 0; ///< that have failed
};

class ended_directory {
public:
    ended_directory() = default;

    std::string path;
    std::optional<std::chrono::sys_seconds> time;
    std::string permissions;
};

class spool {
public:
    spool();

    // Directories.

    void add_directory(const waiting_directory& what);
    /// One that waits, taken from now on; in the order they were added.
    [[nodiscard]] std::optional<waiting_directory> take_directory();

    [[nodiscard]] std::size_t waiting_directories() const noexcept { return waiting_directories_; }

    // One directory at both ends.

    /// The two sides of `directory` begin empty.
    void begin_pairs(const std::string& directory);
    void put_source(const std::string& directory, const entry& what);
    void put_destination(const std::string& directory, const entry& what);
    /// Pairs in the order of their names' bytes, beginning behind `after`, at most `most` of them;
    /// gives the last name, or nothing when there were no more.
    [[nodiscard]] std::optional<std::string> for_pairs(const std::string& directory,
                                                       const std::string& after, int most,
                                                       const pair_function& each);
    void end_pairs(const std::string& directory);

    // Work.

    void add_work(const work_item& what);
    /// One that waits, taken from now on.
    [[nodiscard]] std::optional<work_item> take_work(work_order order);

    [[nodiscard]] std::size_t waiting_work() const noexcept { return waiting_work_; }

    // What comes at the end.

    /// `is_due`: its time is not yet what it should be. Permissions that are not to be set are
    /// empty.
    void end_directory(const std::string& path, const entry& source, bool is_due,
                       const std::string& permissions);
    /// Something in the directory changed, and with it its time.
    void directory_changed(const std::string& path);
    /// One of which something is to be set, deeper ones first: in a tree that may not be written
    /// to, nothing can be set any more.
    [[nodiscard]] std::optional<ended_directory> take_ended();

private:
    void put(statement& into, const std::string& directory, const entry& what);

    database database_;
    std::size_t waiting_directories_ = 0;
    std::size_t waiting_work_ = 0;

    class tables {
    public:
        explicit tables(database& in);
    } tables_;

    statement add_directory_, take_directory_, drop_directory_;
    statement forget_pairs_, put_source_, put_destination_, pairs_;
    statement add_work_, take_largest_, take_smallest_, drop_work_;
    statement end_directory_, change_directory_, take_ended_, drop_ended_;
};

} // namespace ferry::transfer
