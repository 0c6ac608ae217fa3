// LIST as `ls -l` writes it. Its columns vary: inode and blocks before the mode, links, owner and
// group each there or not, groups with spaces, "major, minor" for a size. What all have in common
// is a mode at the front and a date behind a number, so the date is looked for and the rest
// follows.
#include "base/text.hpp"
#include "wire/list_kinds.hpp"

#include <array>

namespace ferry::wire {

namespace {

using std::chrono::sys_seconds;

constexpr std::string_view arrow = " -> ";

bool is_number(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

// 1 to 12, or 0.
unsigned month_of(std::string_view text) noexcept {
    constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (text.size() != 3) return 0;
    const std::array<char, 3> lower{to_lower(text[0]), to_lower(text[1]), to_lower(text[2])};
    for (unsigned i = 0; i < 12; ++i)
        if (std::equal(lower.begin(), lower.end(), names.begin() + i * 3)) return i + 1;
    return 0;
}

bool read_type(char c, entry_type& type) noexcept {
    constexpr std::string_view others = "bcpsDCMnP?";
    if (c == '-')
        type = entry_type::file;
    else if (c == 'd')
        type = entry_type::directory;
    else if (c == 'l')
        type = entry_type::symlink;
    else if (others.find(c) != std::string_view::npos)
        type = entry_type::other;
    else
        return false;
    return true;
}

bool is_mode_character(char c) noexcept {
    switch (c) {
    case '-':
    case 'r':
    case 'w':
    case 'x':
    case 's':
    case 'S':
    case 't':
    case 'T':
    case 'l': // mandatory locking, in the place of the group's x
    case 'L':
        return true;
    default:
        return false;
    }
}

// "drwxr-xr-x", and behind it '+' or '.' or '@' where there are ACLs, contexts or attributes.
bool read_mode(std::string_view mode, entry& out) {
    constexpr std::string_view marks = "+.@";
    if (mode.size() != 10 && (mode.size() != 11 || marks.find(mode[10]) == marks.npos))
        return false;
    const auto permissions = mode.substr(1, 9);
    if (!std::ranges::all_of(permissions, is_mode_character) || !read_type(mode[0], out.type))
        return false;
    out.permissions = permissions;
    return true;
}

// The year that a date without one belongs to: the last in which it is not in the future. Some
// days exist only in leap years, which are at most eight years apart.
std::optional<sys_seconds> recent_time(unsigned month, unsigned day, std::chrono::minutes clock,
                                       sys_seconds now) noexcept {
    using namespace std::chrono;
    const year_month_day today(floor<days>(now));
    for (int year = static_cast<int>(today.year()) + 1, oldest = year - 9; year >= oldest; --year) {
        const auto date = time_of(year, month, day);
        if (date && *date + clock <= now + clock_tolerance) return *date + clock;
    }
    return std::nullopt;
}

bool set_time(std::optional<sys_seconds> time, time_precision precision, entry& out) noexcept {
    out.mtime = time;
    out.precision = precision;
    return time.has_value();
}

// A date that begins with `word`: "Mar 01 12:34", "1 Mar 2026", "2026-03-01 12:34". On success
// `line` stands behind it.
bool take_date(std::string_view word, words& line, sys_seconds now, entry& out) noexcept {
    auto ahead = line;
    if (const auto date = read_iso_date(word)) {
        const auto clock = read_clock(ahead.next());
        if (!clock) return false;
        line = ahead;
        return set_time(*date + *clock, time_precision::local_minute, out);
    }
    auto month = month_of(word);
    auto day_word = word;
    if (month != 0)
        day_word = ahead.next();
    else if (word.size() <= 2 && is_digit(word[0]))
        month = month_of(ahead.next());
    const auto day = month == 0 ? std::nullopt : short_number(day_word);
    if (!day) return false;

    const auto last = ahead.next();
    if (const auto clock = read_clock(last)) {
        line = ahead;
        return set_time(recent_time(month, *day, *clock, now), time_precision::local_minute, out);
    }
    const auto year = last.size() == 4 ? parse_number<unsigned>(last) : std::nullopt;
    if (!year) return false;
    line = ahead;
    return set_time(time_of(static_cast<int>(*year), month, *day), time_precision::local_day, out);
}

class columns {
public:
    /// Reads up to and with the date. False if there is none.
    bool read(words& line, sys_seconds now, entry& out) {
        for (;;) {
            const auto word = line.next();
            if (word.empty()) return false;
            if (count_ >= fewest && is_digit(fields_[count_ - 1].back()) &&
                take_date(word, line, now, out))
                return true;
            if (count_ == fields_.size()) return false;
            fields_[count_++] = word;
        }
    }

    /// What stood before the date: links, owner, group, size.
    void tell(entry& out) {
        const auto size = fields_[--count_];
        const bool is_device =
            size.find(',') != size.npos || (count_ > 0 && fields_[count_ - 1].ends_with(','));
        if (is_device && is_number(size)) --count_; // "major," and "minor" are two words
        const auto bytes = is_device ? std::nullopt : parse_number<std::int64_t>(size);
        if (bytes && *bytes >= 0) out.size = static_cast<std::uint64_t>(*bytes);

        std::size_t first = count_ > 0 && is_number(fields_[0]) ? 1 : 0;
        if (first < count_) out.owner = fields_[first++];
        for (; first < count_; ++first) {
            if (!out.group.empty()) out.group += ' ';
            out.group += fields_[first];
        }
    }

private:
    // A size, and before it links or an owner, so that an owner named "Mar" is none of the date.
    static constexpr std::size_t fewest = 2;

    std::array<std::string_view, 12> fields_;
    std::size_t count_ = 0;
};

// Where the target begins in "name -> target". The size of a link is the length of its target,
// which tells the arrow from one within the names.
std::size_t arrow_in(std::string_view text, std::optional<std::uint64_t> size) noexcept {
    if (size && text.size() > arrow.size() && *size < text.size() - arrow.size()) {
        const auto at = text.size() - arrow.size() - static_cast<std::size_t>(*size);
        if (text.substr(at, arrow.size()) == arrow) return at;
    }
    return text.find(arrow, 1);
}

} // namespace

bool parse_unix_line(std::string_view line, sys_seconds now, entry& out) {
    words in(line);
    auto mode = in.next();
    for (int i = 0; i < 2 && is_number(mode); ++i) // inode, blocks
        mode = in.next();
    columns before_date;
    if (!read_mode(mode, out) || !before_date.read(in, now, out)) return false;
    before_date.tell(out);

    auto name = in.rest();
    if (out.type == entry_type::symlink) {
        if (const auto at = arrow_in(name, out.size); at != name.npos) {
            out.target = name.substr(at + arrow.size());
            name = name.substr(0, at);
        }
    }
    // `ls -p` marks directories.
    if (out.type == entry_type::directory && name.size() > 1 && name.ends_with('/'))
        name.remove_suffix(1);
    out.name = name;
    return !name.empty();
}

} // namespace ferry::wire
