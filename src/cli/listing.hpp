// A directory as text. Each entry is rendered once, as it arrives, into one store of text, with a
// small row to sort by: a hundred thousand entries stay within a few megabytes.
#pragma once

#include "cli/arguments.hpp"
#include "cli/colours.hpp"

#include <ferry/entry.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

/// Text that is only ever added to, in blocks that never move.
class text_store {
public:
    text_store() = default;
    /// Valid as long as the store.
    [[nodiscard]] std::string_view add(std::string_view text);

    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
    static constexpr std::size_t block_size = 256 * 1024;
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t left_ = 0;
    char* next_ = nullptr;
    std::size_t bytes_ = 0;
};

enum class listing_format : std::uint8_t { names, columns, long_lines, json };

class listing_style {
public:
    listing_style() = default;
    listing_format format = listing_format::names;
    sort_key sort = sort_key::name;
    bool reverse = false;
    bool hidden = false;                   ///< names that begin with a dot too
    std::size_t width = 80;                ///< for columns
    const name_colours* colours = nullptr; ///< none: no colours. Outlives the listing
};

/// One directory.
class listing {
public:
    explicit listing(const listing_style& style) : style_(style) {}

    /// `directory` goes before the name, with a slash, as `path` of the JSON object. False when the
    /// listing has grown beyond `limits::listing_bytes`.
    [[nodiscard]] bool add(const entry& what, const std::optional<std::string>& directory = {});

    /// The lines, sorted. JSON objects are separated by commas, and preceded by one if
    /// `behind_others`. `write` is called with large blocks.
    void print(void (*write)(std::string_view), bool behind_others = false);

    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }

private:
    struct row {
        std::string_view name; ///< as the server sent it: what is sorted by
        std::string_view line; ///< as it is printed
        std::uint64_t rank = 0;
        std::uint16_t colour = 0;
    };

    void sort();
    [[nodiscard]] std::string in_columns() const;
    void append_coloured(std::string& out, const row& each) const;

    listing_style style_;
    text_store store_;
    std::vector<row> rows_;
    std::string scratch_;
};

/// "drwxr-xr-x  alice     users     1.5 KiB  2026-03-01 12:34  name", local time.
/// The name is the last part, and stands between `before` and `behind`, a colour perhaps.
void append_long_line(std::string& out, const entry& what, std::string_view before = {},
                      std::string_view behind = {});

/// "2026-03-01 12:34" in the local zone; as it stands where the zone is the server's; the date
/// alone where the listing knows no more.
[[nodiscard]] std::string local_time_text(const entry& what);

/// "drwxr-xr-x": the type's letter and the permissions, '?' where they are unknown.
[[nodiscard]] std::string mode_text(const entry& what);

} // namespace ferry::cli
