#include "transfer/spool.hpp"

namespace ferry::transfer {

namespace {

constexpr int columns_of_entry = 6;

std::optional<std::int64_t> number_of(const std::optional<std::uint64_t>& size) {
    if (!size) return std::nullopt;
    return static_cast<std::int64_t>(*size);
}

std::optional<std::int64_t> number_of(const std::optional<std::chrono::sys_seconds>& time) {
    if (!time) return std::nullopt;
    return time->time_since_epoch().count();
}

void bind(statement& into, const entry& what) {
    into.with(static_cast<std::int64_t>(what.type))
        .with(number_of(what.size))
        .with(number_of(what.mtime))
        .with(static_cast<std::int64_t>(what.precision))
        .with(std::string_view(what.permissions))
        .with(std::string_view(what.target));
}

entry read_entry(const statement& row, int first) {
    entry what;
    what.type = static_cast<entry_type>(row.number(first));
    if (!row.is_null(first + 1)) what.size = static_cast<std::uint64_t>(row.number(first + 1));
    if (!row.is_null(first + 2))
        what.mtime = std::chrono::sys_seconds(std::chrono::seconds(row.number(first + 2)));
    what.precision = static_cast<time_precision>(row.number(first + 3));
    what.permissions = row.text(first + 4);
    what.target = row.text(first + 5);
    return what;
}

work_item read_work(const statement& row) {
    work_item what;
    what.id = row.number(0);
    what.kind = static_cast<work_kind>(row.number(1));
    what.path = row.text(2);
    what.attempts = static_cast<int>(row.number(3));
    what.if_same = static_cast<work_kind>(row.number(4));
    what.if_unknown = static_cast<work_kind>(row.number(5));
    what.source = read_entry(row, 6);
    return what;
}

} // namespace

spool::tables::tables(database& in) {
    in.execute("CREATE TABLE directories(id INTEGER PRIMARY KEY, path BLOB, presence, attempts);"
               "CREATE TABLE pairs(directory BLOB, name BLOB,"
               " s_type, s_size, s_mtime, s_precision, s_permissions, s_target,"
               " d_type, d_size, d_mtime, d_precision, d_permissions, d_target,"
               " PRIMARY KEY(directory, name)) WITHOUT ROWID;"
               "CREATE TABLE work(id INTEGER PRIMARY KEY, kind, path BLOB, attempts,"
               " if_same, if_unknown, type, size, mtime, precision, permissions, target);"
               "CREATE INDEX work_by_size ON work(size, id);"
               "CREATE TABLE ended(path BLOB PRIMARY KEY, mtime, due, permissions BLOB)"
               " WITHOUT ROWID;"
               // Never committed: nobody but this run reads it.
               "BEGIN");
}

spool::spool()
    : tables_(database_)
    , add_directory_(database_.native(),
                     "INSERT INTO directories(path, presence, attempts) VALUES(?, ?, ?)")
    , take_directory_(database_.native(),
                      "SELECT id, path, presence, attempts FROM directories ORDER BY id LIMIT 1")
    , drop_directory_(database_.native(), "DELETE FROM directories WHERE id = ?")
    , forget_pairs_(database_.native(), "DELETE FROM pairs WHERE directory = ?")
    , put_source_(database_.native(),
                  "INSERT INTO pairs(directory, name, s_type, s_size, s_mtime, s_precision,"
                  " s_permissions, s_target) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT(directory, name) DO UPDATE SET s_type = excluded.s_type,"
                  " s_size = excluded.s_size, s_mtime = excluded.s_mtime,"
                  " s_precision = excluded.s_precision, s_permissions = excluded.s_permissions,"
                  " s_target = excluded.s_target")
    , put_destination_(database_.native(),
                       "INSERT INTO pairs(directory, name, d_type, d_size, d_mtime, d_precision,"
                       " d_permissions, d_target) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
                       " ON CONFLICT(directory, name) DO UPDATE SET d_type = excluded.d_type,"
                       " d_size = excluded.d_size, d_mtime = excluded.d_mtime,"
                       " d_precision = excluded.d_precision,"
                       " d_permissions = excluded.d_permissions, d_target = excluded.d_target")
    , pairs_(database_.native(),
             "SELECT name, s_type, s_size, s_mtime, s_precision, s_permissions, s_target,"
             " d_type, d_size, d_mtime, d_precision, d_permissions, d_target FROM pairs"
             " WHERE directory = ? AND name > ? ORDER BY name LIMIT ?")
    , add_work_(database_.native(),
                "INSERT INTO work(kind, path, attempts, if_same, if_unknown, type, size, mtime,"
                " precision, permissions, target) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    , take_largest_(database_.native(),
                    "SELECT id, kind, path, attempts, if_same, if_unknown, type, size, mtime,"
                    " precision, permissions, target FROM work ORDER BY size DESC, id DESC LIMIT 1")
    , take_smallest_(database_.native(),
                     "SELECT id, kind, path, attempts, if_same, if_unknown, type, size, mtime,"
                     " precision, permissions, target FROM work ORDER BY size, id LIMIT 1")
    , drop_work_(database_.native(), "DELETE FROM work WHERE id = ?")
    , end_directory_(database_.native(), "INSERT OR REPLACE INTO ended VALUES(?, ?, ?, ?)")
    , change_directory_(database_.native(), "UPDATE ended SET due = 1 WHERE path = ?")
    , take_ended_(database_.native(),
                  "SELECT path, mtime, due, permissions FROM ended WHERE due OR permissions != x''"
                  " ORDER BY path DESC LIMIT 1")
    , drop_ended_(database_.native(), "DELETE FROM ended WHERE path = ?") {}

void spool::add_directory(const waiting_directory& what) {
    add_directory_.with(std::string_view(what.path))
        .with(static_cast<std::int64_t>(what.at))
        .with(static_cast<std::int64_t>(what.attempts))
        .run();
    ++waiting_directories_;
}

std::optional<waiting_directory> spool::take_directory() {
    if (!take_directory_.step()) return std::nullopt;
    const auto id = take_directory_.number(0);
    waiting_directory what(take_directory_.text(1),
                           static_cast<presence>(take_directory_.number(2)));
    what.attempts = static_cast<int>(take_directory_.number(3));
    take_directory_.rewind();
    drop_directory_.with(id).run();
    --waiting_directories_;
    return what;
}

void spool::begin_pairs(const std::string& directory) {
    end_pairs(directory);
}

void spool::put(statement& into, const std::string& directory, const entry& what) {
    into.with(std::string_view(directory)).with(std::string_view(what.name));
    bind(into, what);
    into.run();
}

void spool::put_source(const std::string& directory, const entry& what) {
    put(put_source_, directory, what);
}

void spool::put_destination(const std::string& directory, const entry& what) {
    put(put_destination_, directory, what);
}

std::optional<std::string> spool::for_pairs(const std::string& directory, const std::string& after,
                                            int most, const pair_function& each) {
    std::optional<std::string> last;
    pairs_.with(std::string_view(directory))
        .with(std::string_view(after))
        .with(static_cast<std::int64_t>(most));
    while (pairs_.step()) {
        auto name = pairs_.text(0);
        entry source = read_entry(pairs_, 1);
        entry destination = read_entry(pairs_, 1 + columns_of_entry);
        source.name = name;
        destination.name = name;
        each(pairs_.is_null(1) ? nullptr : &source,
             pairs_.is_null(1 + columns_of_entry) ? nullptr : &destination);
        last = std::move(name);
    }
    return last;
}

void spool::end_pairs(const std::string& directory) {
    forget_pairs_.with(std::string_view(directory)).run();
}

void spool::add_work(const work_item& what) {
    add_work_.with(static_cast<std::int64_t>(what.kind))
        .with(std::string_view(what.path))
        .with(static_cast<std::int64_t>(what.attempts))
        .with(static_cast<std::int64_t>(what.if_same))
        .with(static_cast<std::int64_t>(what.if_unknown));
    bind(add_work_, what.source);
    add_work_.run();
    ++waiting_work_;
}

std::optional<work_item> spool::take_work(work_order order) {
    auto& next = order == work_order::largest ? take_largest_ : take_smallest_;
    if (!next.step()) return std::nullopt;
    auto what = read_work(next);
    next.rewind();
    drop_work_.with(what.id).run();
    --waiting_work_;
    return what;
}

void spool::end_directory(const std::string& path, const entry& source, bool is_due,
                          const std::string& permissions) {
    end_directory_.with(std::string_view(path))
        .with(number_of(source.mtime))
        .with(std::int64_t{is_due && source.mtime})
        .with(std::string_view(permissions))
        .run();
}

void spool::directory_changed(const std::string& path) {
    change_directory_.with(std::string_view(path)).run();
}

std::optional<ended_directory> spool::take_ended() {
    if (!take_ended_.step()) return std::nullopt;
    ended_directory taken;
    taken.path = take_ended_.text(0);
    const bool is_due = take_ended_.number(2) != 0 && !take_ended_.is_null(1);
    if (is_due) taken.time = std::chrono::sys_seconds(std::chrono::seconds(take_ended_.number(1)));
    taken.permissions = take_ended_.text(3);
    take_ended_.rewind();
    drop_ended_.with(std::string_view(taken.path)).run();
    return taken;
}

} // namespace ferry::transfer
