// SQLite as this layer uses it: statements that are prepared once, and rows.
//
// A statement that fails throws: that happens only where the disk is full or broken, and nothing
// sensible can be done half-way through a queue. `ferry::mirror` catches it.
#pragma once

#include <ferry/result.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace ferry::transfer {

class database_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Another process has it.
class database_busy : public database_error {
public:
    using database_error::database_error;
};

class statement {
public:
    statement(sqlite3* of, const char* sql);
    ~statement();
    statement(const statement&) = delete;
    statement& operator=(const statement&) = delete;

    /// Sets the next parameter. Texts are bytes, kept until `run`, `step` or `rewind` is over.
    statement& with(std::int64_t value);
    statement& with(std::string_view bytes);
    statement& with(std::optional<std::int64_t> value);

    /// Executes a statement without rows.
    void run();
    /// The next row. False behind the last one, and the statement is ready to be used again.
    [[nodiscard]] bool step();
    /// Leaves the rows that have not been read.
    void rewind();

    // Of the present row:

    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::string text(int column) const;

private:
    void check(int outcome) const;

    sqlite3* of_;
    sqlite3_stmt* prepared_ = nullptr;
    int bound_ = 0;
};

class database {
public:
    /// One on the disk that nobody else sees and that goes away with it: its size is bounded by the
    /// disk, its memory by a small cache.
    database();
    /// One in a file, for this process alone. `database_busy` if another has it.
    explicit database(const std::string& path);
    ~database();
    database(const database&) = delete;
    database& operator=(const database&) = delete;

    void execute(const char* sql);

    /// A number that its owner keeps in it; 0 in a new one.
    [[nodiscard]] int version();
    void set_version(int value);

    [[nodiscard]] sqlite3* native() const noexcept { return native_; }

private:
    sqlite3* native_ = nullptr;
};

} // namespace ferry::transfer
