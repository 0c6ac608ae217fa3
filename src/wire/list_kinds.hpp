// The kinds of LIST lines, one function each. Only for listing.cpp and the files of the kinds.
#pragma once

#include <ferry/entry.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>

namespace ferry::wire {

/// A line as words, with what stands behind them kept byte for byte: names may begin with spaces.
class words {
public:
    explicit words(std::string_view line) : rest_(line) {}

    /// The next word, empty at the end. Words are separated by any number of spaces and tabs.
    [[nodiscard]] std::string_view next() noexcept {
        std::size_t begin = 0;
        while (begin < rest_.size() && is_blank(rest_[begin]))
            ++begin;
        std::size_t end = begin;
        while (end < rest_.size() && !is_blank(rest_[end]))
            ++end;
        const auto word = rest_.substr(begin, end - begin);
        rest_.remove_prefix(end);
        return word;
    }

    /// What follows the last word, after at most `spaces` spaces.
    [[nodiscard]] std::string_view rest(std::size_t spaces = 1) const noexcept {
        const auto text = std::min(rest_.find_first_not_of(' '), rest_.size());
        return rest_.substr(std::min(text, spaces));
    }

private:
    [[nodiscard]] static bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

    std::string_view rest_;
};

/// A whole number of one or two digits, or nothing.
[[nodiscard]] std::optional<unsigned> short_number(std::string_view text) noexcept;
/// Minutes since midnight of "12:34" or "7:05".
[[nodiscard]] std::optional<std::chrono::minutes> read_clock(std::string_view text) noexcept;
/// The date as a time, or nothing if there is no such day.
[[nodiscard]] std::optional<std::chrono::sys_seconds> time_of(int year, unsigned month,
                                                              unsigned day) noexcept;
/// "2026-03-01".
[[nodiscard]] std::optional<std::chrono::sys_seconds> read_iso_date(std::string_view text) noexcept;

/// Both fill `out` and return true, or return false for a line of another kind.
[[nodiscard]] bool parse_unix_line(std::string_view line, std::chrono::sys_seconds now, entry& out);
[[nodiscard]] bool parse_dos_line(std::string_view line, entry& out);

/// Dates without a year that lie further ahead than this belong to the year before: clocks and time
/// zones differ by less.
inline constexpr std::chrono::hours clock_tolerance{24};

} // namespace ferry::wire
