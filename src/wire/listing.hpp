// Listings as streams: LIST of the UNIX and MS-DOS kinds, MLSD, NLST.
#pragma once

#include "wire/line_splitter.hpp"

#include <ferry/entry.hpp>
#include <ferry/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::wire {

enum class listing_format : std::uint8_t { mlsd, list, nlst };

/// One line of LIST, whichever kind it is. Nothing for lines that carry no entry ("total 12", empty
/// lines, "." and ".."). `protocol_error` for a line of no known kind. `now` is in the server's
/// local time and decides the year of dates without one.
[[nodiscard]] result<std::optional<entry>> parse_list_line(std::string_view line,
                                                           std::chrono::sys_seconds now);

/// "-rw-r--r--    1 owner    group          1234 Mar 01 12:34 name" as `ls -l` writes it, times in
/// UTC, a year in place of the hour for times half a year ago or more than a day ahead of `now`.
/// Without a line end. Owners with spaces are written "-".
void format_list_line(const entry& item, std::chrono::sys_seconds now, std::string& out);

/// Entries out of the bytes of a data connection. One line that cannot be understood does not lose
/// the others: it is counted, and the first is kept to be shown.
class listing_parser {
public:
    listing_parser(listing_format format, std::chrono::sys_seconds now);

    void feed(std::string_view bytes) { lines_.feed(bytes); }

    /// No more bytes come: a last line without its end counts.
    void finish();

    /// The next entry, or nothing if more bytes are needed. Entries whose name fails
    /// `is_safe_name` are passed over and counted. Of NLST, where servers put the directory before
    /// the name, only the last component counts.
    [[nodiscard]] std::optional<entry> next();

    /// Whether the last line had no end.
    [[nodiscard]] bool breaks_off() const noexcept { return breaks_off_; }

    [[nodiscard]] std::size_t lines_not_understood() const noexcept { return not_understood_; }

    [[nodiscard]] std::size_t unsafe_names() const noexcept { return unsafe_; }

    [[nodiscard]] const std::string& first_odd_line() const noexcept { return first_odd_; }

private:
    [[nodiscard]] std::optional<entry> take(std::string_view line);
    void not_understood(std::string_view line, std::string_view otherwise = {});

    listing_format format_;
    std::chrono::sys_seconds now_;
    line_splitter lines_;
    std::size_t not_understood_ = 0;
    std::size_t unsafe_ = 0;
    bool breaks_off_ = false;
    std::string first_odd_;
};

} // namespace ferry::wire
