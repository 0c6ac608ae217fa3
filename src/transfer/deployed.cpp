#include "transfer/deployed.hpp"

#include "base/text.hpp"
#include "client/recovery.hpp"
#include "client/upload.hpp"
#include "io/copy.hpp"
#include "io/replacement_file.hpp"
#include "plan/tree_path.hpp"

#include <algorithm>
#include <array>

namespace ferry::transfer {

namespace {

constexpr std::size_t block = 64 * 1024;
const std::string name(plan::manifest_name);

/// In this order, by bytes, the paths are in that of a walk: nothing sorts before the end of a
/// name.
std::string key_of(std::string path) {
    std::ranges::replace(path, '/', '\0');
    return path;
}

std::string path_of(std::string key) {
    std::ranges::replace(key, '\0', '/');
    return key;
}

plan::sha256_digest digest_from(std::string_view hex) {
    plan::sha256_digest bytes{};
    for (std::size_t i = 0; i < bytes.size() && 2 * i + 1 < hex.size(); ++i)
        bytes[i] = parse_number<std::uint8_t>(hex.substr(2 * i, 2), 16).value_or(0);
    return bytes;
}

std::string_view bytes_of(const plan::sha256_digest& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()}; // NOLINT(*-reinterpret-cast)
}

plan::manifest_entry read_row(const statement& row) {
    plan::manifest_entry what;
    what.path = path_of(row.text(0));
    const auto hash = row.text(1);
    std::ranges::copy_n(hash.begin(),
                        static_cast<std::ptrdiff_t>(std::min(hash.size(), what.hash.size())),
                        what.hash.begin());
    what.size = static_cast<std::uint64_t>(row.number(2));
    if (!row.is_null(3)) what.mtime = plan::file_time(std::chrono::nanoseconds(row.number(3)));
    return what;
}

} // namespace

deployed_files::tables::tables(database& in) {
    in.execute("CREATE TABLE files(key BLOB PRIMARY KEY, parent BLOB, hash BLOB, size, mtime)"
               " WITHOUT ROWID;"
               "CREATE INDEX by_parent ON files(parent);"
               "CREATE TABLE directories(parent BLOB, path BLOB, PRIMARY KEY(parent, path))"
               " WITHOUT ROWID;"
               "BEGIN");
}

deployed_files::deployed_files()
    : tables_(database_)
    , put_(database_.native(), "INSERT OR REPLACE INTO files VALUES(?, ?, ?, ?, ?)")
    , put_directory_(database_.native(), "INSERT OR IGNORE INTO directories VALUES(?, ?)")
    , forget_(database_.native(), "DELETE FROM files WHERE key = ?")
    , find_(database_.native(), "SELECT key, hash, size, mtime FROM files WHERE key = ?")
    , files_in_(database_.native(), "SELECT key, hash, size, mtime FROM files WHERE parent = ?")
    , directories_in_(database_.native(), "SELECT path FROM directories WHERE parent = ?")
    , all_(database_.native(), "SELECT key, hash, size, mtime FROM files ORDER BY key") {}

void deployed_files::put(const plan::manifest_entry& what) {
    std::string directory(plan::parent_of(what.path));
    std::optional<std::int64_t> time;
    if (what.mtime) time = what.mtime->time_since_epoch().count();
    const auto key = key_of(what.path);
    put_.with(std::string_view(key))
        .with(std::string_view(directory))
        .with(bytes_of(what.hash))
        .with(static_cast<std::int64_t>(what.size))
        .with(time)
        .run();
    while (!directory.empty()) {
        const std::string above(plan::parent_of(directory));
        put_directory_.with(std::string_view(above)).with(std::string_view(directory)).run();
        directory = above;
    }
}

void deployed_files::forget(const std::string& path) {
    const auto key = key_of(path);
    forget_.with(std::string_view(key)).run();
}

std::optional<plan::manifest_entry> deployed_files::find(const std::string& path) {
    const auto key = key_of(path);
    find_.with(std::string_view(key));
    std::optional<plan::manifest_entry> found;
    if (find_.step()) found = read_row(find_);
    find_.rewind();
    return found;
}

void deployed_files::list(const std::string& directory,
                          const std::function<void(const entry&)>& each) {
    const auto last_name = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
    files_in_.with(std::string_view(directory));
    while (files_in_.step()) {
        const auto row = read_row(files_in_);
        entry what;
        what.name = last_name(row.path);
        what.type = entry_type::file;
        what.size = row.size;
        what.precision = time_precision::utc_second;
        if (row.mtime) what.mtime = std::chrono::floor<std::chrono::seconds>(*row.mtime);
        each(what);
    }
    directories_in_.with(std::string_view(directory));
    while (directories_in_.step()) {
        entry what;
        what.name = last_name(directories_in_.text(0));
        what.type = entry_type::directory;
        each(what);
    }
}

result<> deployed_files::load(io::file& from) {
    is_known_ = true;
    plan::manifest_reader reader;
    std::vector<char> room(block);
    while (true) {
        auto next = reader.next();
        if (!next) return fail(std::move(next.error()));
        if (*next) {
            put(**next);
            continue;
        }
        if (reader.is_complete()) return {};
        const auto got = from.read(room);
        if (!got) return fail(error(got.error()));
        if (*got == 0)
            reader.finish();
        else
            reader.feed(std::string_view(room.data(), *got));
    }
}

result<> deployed_files::write(io::file& into) {
    plan::manifest_writer writer;
    std::string text;
    while (all_.step()) {
        if (auto added = writer.add(read_row(all_), text); !added) {
            all_.rewind();
            return added;
        }
        if (text.size() < block) continue;
        if (auto written = into.write(text); !written) {
            all_.rewind();
            return written;
        }
        text.clear();
    }
    writer.finish(text);
    return into.write(text);
}

task<result<>> load_manifest(site& from, deployed_files& into) {
    auto made = io::make_temporary_file();
    if (!made) co_return fail(std::move(made.error()));
    const auto fetched = co_await fetch_file(from, name, *made);
    if (!fetched) {
        const auto why = fetched.error().code();
        const bool is_first = why == errc::not_found || why == errc::local_not_found;
        co_return is_first ? result<>() : fail(error(fetched.error()));
    }
    auto at = made->seek(0);
    if (!at) co_return fail(std::move(at.error()));
    auto loaded = into.load(*made);
    if (!loaded) {
        loaded.error().at(name);
        loaded.error().advise("remove it from the destination, and all is compared anew");
    }
    co_return loaded;
}

task<result<>> save_manifest(deployed_files& what, site& to) {
    auto made = io::make_temporary_file();
    if (!made) co_return fail(std::move(made.error()));
    auto written = what.write(*made);
    if (!written) co_return written;
    auto at = made->seek(0);
    if (!at) co_return fail(std::move(at.error()));
    co_return co_await store_file(*made, to, name);
}

task<result<>> note_deployed(site& source, std::string path, deployed_files& into) {
    plan::manifest_entry what;
    what.path = path;
    const auto before = source.local()->facts_of(path);
    if (!before) co_return fail(error(before.error()));
    what.size = before->size;
    what.mtime = before->modified;
    const auto hash = co_await source.hash(io::digest_kind::sha256, path, what.size);
    if (!hash) co_return fail(error(hash.error()));
    what.hash = digest_from(hash->value_or(std::string()));
    into.put(what);
    co_return result<>();
}

} // namespace ferry::transfer
