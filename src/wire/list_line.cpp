// One line of LIST, read and written.
#include "base/text.hpp"
#include "wire/facts.hpp"
#include "wire/list_kinds.hpp"
#include "wire/listing.hpp"

#include <array>
#include <charconv>

namespace ferry::wire {

namespace {

using namespace std::chrono;

// Beyond this `ls` writes the year in place of the time (half a mean Gregorian year).
constexpr seconds half_a_year{31556952 / 2};

void append_padded(std::string_view text, std::size_t width, bool right, std::string& out) {
    const std::size_t padding = width > text.size() ? width - text.size() : 0;
    if (right) out.append(padding, ' ');
    out += text;
    if (!right) out.append(padding, ' ');
}

void append_number(std::uint64_t value, std::size_t width, std::string& out, char fill = ' ') {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    const auto length = static_cast<std::size_t>(end - digits.data());
    if (length < width) out.append(width - length, fill);
    out.append(digits.data(), length);
}

void append_time(sys_seconds time, sys_seconds now, std::string& out) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const auto minute = static_cast<std::uint64_t>(floor<minutes>(time - day).count());
    out += months.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3);
    out += ' ';
    append_number(static_cast<unsigned>(date.day()), 2, out, '0');
    out += ' ';
    if (time > now - half_a_year && time <= now + clock_tolerance) {
        append_number(minute / 60, 2, out, '0');
        out += ':';
        append_number(minute % 60, 2, out, '0');
    } else {
        out += ' ';
        append_number(static_cast<std::uint64_t>(std::max(0, static_cast<int>(date.year()))), 4,
                      out, '0');
    }
}

// Owners that would be read as two columns, or as none, are not given.
std::string_view column(std::string_view name) noexcept {
    const bool fits = !name.empty() && name.find_first_of(" \t\r\n") == name.npos;
    return fits ? name : "-";
}

} // namespace

std::optional<unsigned> short_number(std::string_view text) noexcept {
    return text.size() > 2 ? std::nullopt : parse_number<unsigned>(text);
}

std::optional<minutes> read_clock(std::string_view text) noexcept {
    if (text.find(':') == text.npos) return std::nullopt;
    const auto hour = short_number(take_until(text, ':'));
    const auto minute = text.size() == 2 ? short_number(text) : std::nullopt;
    if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
    return hours(*hour) + minutes(*minute);
}

std::optional<sys_seconds> time_of(int year_number, unsigned month_number,
                                   unsigned day_number) noexcept {
    const year_month_day date{year(year_number), month(month_number), day(day_number)};
    if (!date.ok()) return std::nullopt;
    return sys_days(date);
}

std::optional<sys_seconds> read_iso_date(std::string_view text) noexcept {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year_number = parse_number<unsigned>(text.substr(0, 4));
    const auto month_number = short_number(text.substr(5, 2));
    const auto day_number = short_number(text.substr(8, 2));
    if (!year_number || !month_number || !day_number) return std::nullopt;
    return time_of(static_cast<int>(*year_number), *month_number, *day_number);
}

result<std::optional<entry>> parse_list_line(std::string_view line, sys_seconds now) {
    const auto first = line.find_first_not_of(" \t");
    if (first == line.npos || line.starts_with("total ")) return std::nullopt;
    // Both kinds may begin with a digit: a date, or an inode before the mode.
    entry item;
    const bool understood =
        (is_digit(line[first]) && parse_dos_line(line, item)) || parse_unix_line(line, now, item);
    if (!understood) return fail(errc::protocol_error, "not a line of a listing");
    if (item.name == "." || item.name == "..") return std::nullopt;
    return item;
}

void format_list_line(const entry& item, sys_seconds now, std::string& out) {
    constexpr std::array<char, 4> types{'-', 'd', 'l', 'p'};
    const bool is_directory = item.type == entry_type::directory;
    out += types[static_cast<std::size_t>(item.type)];
    if (parse_permissions(item.permissions))
        out += item.permissions;
    else
        out += is_directory ? "rwxr-xr-x" : "rw-r--r--";
    out += "    1 ";
    append_padded(column(item.owner), 8, false, out);
    out += ' ';
    append_padded(column(item.group), 8, false, out);
    out += ' ';
    // The size of a link is the length of its target: it tells readers which arrow is which.
    const bool is_link = item.type == entry_type::symlink;
    append_number(is_link ? item.target.size() : item.size.value_or(0), 10, out);
    out += ' ';
    append_time(item.mtime.value_or(sys_seconds()), now, out);
    (out += ' ') += item.name;
    if (is_link) (out += " -> ") += item.target;
}

} // namespace ferry::wire
