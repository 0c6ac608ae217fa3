// LIST as the `dir` of MS-DOS writes it, and IIS after it:
// "03-01-26  12:34PM       <DIR>          name", with 4-digit years and 24-hour times too.
#include "base/text.hpp"
#include "wire/list_kinds.hpp"

namespace ferry::wire {

namespace {

using std::chrono::sys_seconds;

// Between "<DIR>" and the name; more are the name's own.
constexpr std::size_t spaces_behind_kind = 10;

// "03-01-26", "03/01/2026": the month first. Two digits are 1970 to 2069.
std::optional<sys_seconds> read_date(std::string_view text) noexcept {
    if (const auto date = read_iso_date(text)) return date;
    if (text.size() != 8 && text.size() != 10) return std::nullopt;
    if ((text[2] != '-' && text[2] != '/') || text[5] != text[2]) return std::nullopt;
    const auto month = short_number(text.substr(0, 2));
    const auto day = short_number(text.substr(3, 2));
    auto year = parse_number<unsigned>(text.substr(6));
    if (!month || !day || !year) return std::nullopt;
    if (text.size() == 8) *year += *year < 70 ? 2000 : 1900;
    return time_of(static_cast<int>(*year), *month, *day);
}

// "12:34PM", "12:34P", "12:34". An "AM" or "PM" may stand apart.
std::optional<std::chrono::minutes> take_clock(words& line) noexcept {
    auto text = line.next();
    const auto letters = std::min(text.find_first_of("aApP"), text.size());
    auto half = text.substr(letters);
    if (half.empty()) {
        auto ahead = line;
        const auto word = ahead.next();
        if (equal_ignoring_case(word, "AM") || equal_ignoring_case(word, "PM")) {
            half = word;
            line = ahead;
        }
    }
    const auto clock = read_clock(text.substr(0, letters));
    if (!clock || half.empty()) return clock;
    if (half.size() > 2 || (half.size() == 2 && to_upper(half[1]) != 'M')) return std::nullopt;
    const auto hour = *clock / std::chrono::hours(1);
    if (hour < 1 || hour > 12) return std::nullopt;
    const std::chrono::hours shift((to_upper(half[0]) == 'P' ? 12 : 0) - (hour == 12 ? 12 : 0));
    return *clock + shift;
}

// "1,234,567".
std::optional<std::uint64_t> read_size(std::string_view text) noexcept {
    std::uint64_t value = 0;
    if (text.empty() || !is_digit(text.front()) || text.size() > 24) return std::nullopt;
    for (const char c : text) {
        if (c == ',') continue;
        constexpr std::uint64_t largest = INT64_MAX;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (!is_digit(c) || value > (largest - digit) / 10) return std::nullopt;
        value = value * 10 + digit;
    }
    return value;
}

bool read_kind(std::string_view word, entry& out) noexcept {
    if (word == "<DIR>")
        out.type = entry_type::directory;
    else if (word == "<SYMLINK>" || word == "<SYMLINKD>" || word == "<JUNCTION>")
        out.type = entry_type::symlink;
    else
        out.size = read_size(word);
    if (out.size) out.type = entry_type::file;
    return out.size || out.type != entry_type::other;
}

} // namespace

bool parse_dos_line(std::string_view line, entry& out) {
    words in(line);
    const auto date = read_date(in.next());
    if (!date) return false;
    const auto clock = take_clock(in);
    if (!clock || !read_kind(in.next(), out)) return false;
    out.mtime = *date + *clock;
    out.precision = time_precision::local_minute;

    auto name = in.rest(out.type == entry_type::file ? 1 : spaces_behind_kind);
    // "name [target]"
    if (const auto at = name.find(" [");
        out.type == entry_type::symlink && at != name.npos && name.ends_with(']')) {
        out.target = name.substr(at + 2, name.size() - at - 3);
        name = name.substr(0, at);
    }
    out.name = name;
    return !name.empty();
}

} // namespace ferry::wire
