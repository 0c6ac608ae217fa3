#include "transfer/database.hpp"

#include <sqlite3.h>

namespace ferry::transfer {

namespace {

[[noreturn]] void give_up(sqlite3* native) {
    const std::string why = native != nullptr ? sqlite3_errmsg(native) : "no memory";
    if (native != nullptr && sqlite3_errcode(native) == SQLITE_BUSY) throw database_busy(why);
    throw database_error(why);
}

} // namespace

statement::statement(sqlite3* of, const char* sql) : of_(of) {
    check(sqlite3_prepare_v3(of, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared_, nullptr));
}

statement::~statement() {
    sqlite3_finalize(prepared_);
}

void statement::check(int outcome) const {
    if (outcome != SQLITE_OK) give_up(of_);
}

statement& statement::with(std::int64_t value) {
    check(sqlite3_bind_int64(prepared_, ++bound_, value));
    return *this;
}

statement& statement::with(std::string_view bytes) {
    check(sqlite3_bind_blob64(prepared_, ++bound_, bytes.empty() ? "" : bytes.data(), bytes.size(),
                              SQLITE_TRANSIENT));
    return *this;
}

statement& statement::with(std::optional<std::int64_t> value) {
    if (value) return with(*value);
    check(sqlite3_bind_null(prepared_, ++bound_));
    return *this;
}

void statement::run() {
    while (step()) {
    }
}

bool statement::step() {
    const int outcome = sqlite3_step(prepared_);
    if (outcome == SQLITE_ROW) return true;
    if (outcome != SQLITE_DONE) {
        rewind();
        give_up(of_);
    }
    rewind();
    return false;
}

void statement::rewind() {
    sqlite3_reset(prepared_);
    bound_ = 0;
}

std::int64_t statement::number(int column) const {
    return sqlite3_column_int64(prepared_, column);
}

bool statement::is_null(int column) const {
    return sqlite3_column_type(prepared_, column) == SQLITE_NULL;
}

std::string statement::text(int column) const {
    const void* const bytes = sqlite3_column_blob(prepared_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(prepared_, column));
    return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

database::database() {
    if (sqlite3_open("", &native_) != SQLITE_OK) {
        sqlite3_close(native_);
        throw database_error("no temporary database can be made");
    }
    // Nobody reads it after a crash.
    execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-4096;"
            "PRAGMA locking_mode=EXCLUSIVE");
}

database::database(const std::string& path) {
    if (sqlite3_open(path.c_str(), &native_) != SQLITE_OK) {
        const std::string why = sqlite3_errmsg(native_);
        sqlite3_close(native_);
        throw database_error(why);
    }
    try {
        // Losing the last lines with the power costs comparisons; waiting for the disk with each
        // file would cost more.
        execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                "BEGIN EXCLUSIVE; COMMIT");
    } catch (...) {
        sqlite3_close(native_);
        throw;
    }
}

database::~database() {
    sqlite3_close(native_);
}

void database::execute(const char* sql) {
    if (sqlite3_exec(native_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) give_up(native_);
}

int database::version() {
    statement asked(native_, "PRAGMA user_version");
    return asked.step() ? static_cast<int>(asked.number(0)) : 0;
}

void database::set_version(int value) {
    execute(("PRAGMA user_version=" + std::to_string(value)).c_str());
}

} // namespace ferry::transfer
