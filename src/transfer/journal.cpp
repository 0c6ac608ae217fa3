#include "transfer/journal.hpp"

#include "io/copy.hpp"

namespace ferry::transfer {

namespace {

/// Raised when the tables change: another version's journal is begun anew.
constexpr int version = 1;

std::optional<std::int64_t> size_of(const entry& what) {
    if (!what.size) return std::nullopt;
    return static_cast<std::int64_t>(*what.size);
}

std::optional<std::int64_t> time_of(const entry& what) {
    if (!what.mtime) return std::nullopt;
    return what.mtime->time_since_epoch().count();
}

bool is_same(const statement& row, int column, const std::optional<std::int64_t>& value) {
    if (row.is_null(column)) return !value;
    return value && row.number(column) == *value;
}

std::unique_ptr<database> open_database(const std::string& path) {
    auto made = std::make_unique<database>(path);
    if (made->version() != 0 && made->version() != version) return nullptr;
    made->set_version(version);
    return made;
}

} // namespace

journal::tables::tables(database& in) {
    in.execute("CREATE TABLE IF NOT EXISTS begun(path BLOB PRIMARY KEY, size, mtime) WITHOUT ROWID;"
               "CREATE TABLE IF NOT EXISTS remembered(path BLOB PRIMARY KEY, size, mtime,"
               " seen, d_size, d_mtime) WITHOUT ROWID");
}

journal::journal(std::unique_ptr<database> file)
    : database_(std::move(file))
    , tables_(*database_)
    , begin_(database_->native(), "INSERT OR REPLACE INTO begun VALUES(?, ?, ?)")
    , end_(database_->native(), "DELETE FROM begun WHERE path = ?")
    , begun_(database_->native(), "SELECT size, mtime FROM begun WHERE path = ?")
    , all_begun_(database_->native(), "SELECT path FROM begun")
    , remember_(database_->native(),
                "INSERT OR REPLACE INTO remembered VALUES(?, ?, ?, 0, NULL, NULL)")
    , forget_(database_->native(), "DELETE FROM remembered WHERE path = ?")
    , remembered_(database_->native(),
                  "SELECT size, mtime, seen, d_size, d_mtime FROM remembered WHERE path = ?")
    , learn_(database_->native(),
             "UPDATE remembered SET seen = 1, d_size = ?, d_mtime = ? WHERE path = ?") {}

result<std::unique_ptr<journal>> journal::open(const std::string& path) {
    // Once more without what was there, if that is of no use.
    for (const bool is_last : {false, true}) {
        try {
            if (auto opened = open_database(path))
                return std::make_unique<journal>(std::move(opened));
        } catch (const database_busy&) {
            error busy(errc::local_exists, path + " is in use: the same mirror runs already");
            busy.advise("wait until it has ended");
            return fail(std::move(busy));
        } catch (const database_error& problem) {
            if (is_last) return fail(errc::local_file, path + ": " + problem.what());
        }
        io::remove_if_there(path);
        io::remove_if_there(path + "-wal");
    }
    return fail(errc::local_file, path);
}

void journal::begin(const std::string& path, const entry& source) {
    begin_.with(std::string_view(path)).with(size_of(source)).with(time_of(source)).run();
}

void journal::end(const std::string& path) {
    end_.with(std::string_view(path)).run();
}

bool journal::was_begun(const std::string& path, const entry& source) {
    begun_.with(std::string_view(path));
    const bool found =
        begun_.step() && is_same(begun_, 0, size_of(source)) && is_same(begun_, 1, time_of(source));
    begun_.rewind();
    return found;
}

void journal::for_begun(const std::function<void(const std::string& path)>& each) {
    while (all_begun_.step())
        each(all_begun_.text(0));
}

void journal::remember(const std::string& path, const entry& source) {
    remember_.with(std::string_view(path)).with(size_of(source)).with(time_of(source)).run();
}

void journal::forget(const std::string& path) {
    forget_.with(std::string_view(path)).run();
}

bool journal::is_remembered(const std::string& path, const entry& source,
                            const entry& destination) {
    remembered_.with(std::string_view(path));
    const bool found = remembered_.step() && is_same(remembered_, 0, size_of(source)) &&
                       is_same(remembered_, 1, time_of(source));
    const bool was_seen = found && remembered_.number(2) != 0;
    const bool is_as_seen = was_seen && is_same(remembered_, 3, size_of(destination)) &&
                            is_same(remembered_, 4, time_of(destination));
    remembered_.rewind();
    if (!found || was_seen) return is_as_seen;
    if (size_of(source) && size_of(destination) && size_of(source) != size_of(destination))
        return false;
    learn_.with(size_of(destination)).with(time_of(destination)).with(std::string_view(path)).run();
    return true;
}

} // namespace ferry::transfer
