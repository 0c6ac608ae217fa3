#include "base/units.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace ferry {

namespace {

template<class... Arguments>
std::string print(const char* format, Arguments... arguments) {
    std::array<char, 64> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), format, arguments...);
    return {buffer.data(), static_cast<std::size_t>(std::max(length, 0))};
}

std::string scaled(double value) {
    constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    std::size_t unit = 0;
    // 1023.5 would print as 1024.
    while (value >= 1023.5 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    if (unit == 0) return print("%.0f B", value);
    return print(value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

struct civil_time {
    explicit civil_time(std::chrono::sys_seconds time)
        : day(std::chrono::floor<std::chrono::days>(time)), date(day), clock(time - day) {}

    std::chrono::sys_days day;
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<std::chrono::seconds> clock;

    [[nodiscard]] std::string print_as(const char* format) const {
        return print(format, static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                     static_cast<int>(clock.minutes().count()),
                     static_cast<int>(clock.seconds().count()));
    }
};

/// A number, with one of `suffixes` behind it for powers of 1024: each in both cases, side by side.
std::optional<std::uint64_t> parse_bytes(std::string_view text, std::string_view suffixes) {
    const auto suffix = text.empty() ? std::string_view::npos : suffixes.find(text.back());
    const auto shift = suffix == std::string_view::npos ? 0 : 10 * (suffix / 2 + 1);
    if (shift > 0) text.remove_suffix(1);
    const auto number = parse_number<std::uint64_t>(text);
    if (!number || (*number << shift) >> shift != *number) return std::nullopt;
    return *number << shift;
}

} // namespace

std::string format_size(std::uint64_t bytes) {
    return scaled(static_cast<double>(bytes));
}

std::string format_rate(std::uint64_t bytes, std::chrono::nanoseconds elapsed) {
    const double seconds = std::max(std::chrono::duration<double>(elapsed).count(), 1e-6);
    return scaled(static_cast<double>(bytes) / seconds) + "/s";
}

std::optional<std::uint64_t> parse_rate(std::string_view text) {
    return text == "none" ? 0 : parse_bytes(text, "kKmMgG");
}

std::string format_limit(std::uint64_t bytes_per_second) {
    return bytes_per_second == 0 ? "none" : scaled(static_cast<double>(bytes_per_second)) + "/s";
}

std::string format_duration(std::chrono::nanoseconds time) {
    const double seconds = std::chrono::duration<double>(time).count();
    if (seconds < 9.95) return print("%.1fs", seconds);
    const auto whole = std::chrono::round<std::chrono::seconds>(time).count();
    if (whole < 60) return print("%llds", static_cast<long long>(whole));
    if (whole < 3600)
        return print("%lldm %02llds", static_cast<long long>(whole / 60),
                     static_cast<long long>(whole % 60));
    return print("%lldh %02lldm", static_cast<long long>(whole / 3600),
                 static_cast<long long>(whole / 60 % 60));
}

std::string waited(std::chrono::milliseconds time) {
    return print("waited %.6g s", std::chrono::duration<double>(time).count());
}

std::string format_iso8601(std::chrono::sys_seconds time) {
    return civil_time(time).print_as("%04d-%02u-%02uT%02d:%02d:%02dZ");
}

std::string format_time_val(std::chrono::sys_seconds time) {
    return civil_time(time).print_as("%04d%02u%02u%02d%02d%02d");
}

std::optional<std::chrono::sys_seconds> parse_time_val(std::string_view text) {
    using namespace std::chrono;
    text = text.substr(0, text.find('.'));
    // Some servers print the year as 19 followed by the years since 1900: 19126 for 2026.
    const bool year_2000_bug = text.size() == 15 && text.starts_with("191");
    if (text.size() != 14 && !year_2000_bug) return std::nullopt;
    if (!std::ranges::all_of(text, is_digit)) return std::nullopt;

    const auto number = [&](std::size_t from_end, std::size_t digits) {
        return parse_number<unsigned>(text.substr(text.size() - from_end, digits)).value_or(0);
    };
    const unsigned written = year_2000_bug
                                 ? parse_number<unsigned>(text.substr(2, 3)).value_or(0) + 1900
                                 : number(14, 4);
    const year_month_day date{year(static_cast<int>(written)), month(number(10, 2)),
                              day(number(8, 2))};
    const unsigned hour = number(6, 2);
    const unsigned minute = number(4, 2);
    const unsigned second = number(2, 2); // 60 is a leap second
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
}

std::optional<std::chrono::milliseconds> parse_seconds(std::string_view text) {
    const auto whole_text = take_until(text, '.');
    const auto whole = parse_number<std::uint32_t>(whole_text);
    if (!whole || text.size() > 9) return std::nullopt;
    std::uint32_t thousandths = 0;
    if (!text.empty()) {
        std::string digits(text.substr(0, 3));
        digits.resize(3, '0');
        const auto fraction = parse_number<std::uint32_t>(digits);
        if (!fraction || !std::ranges::all_of(text, is_digit)) return std::nullopt;
        thousandths = *fraction;
    }
    return std::chrono::seconds(*whole) + std::chrono::milliseconds(thousandths);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    return parse_bytes(text, "kKmMgGtT");
}

std::optional<std::chrono::sys_seconds> parse_moment(std::string_view text,
                                                     std::chrono::sys_seconds now) {
    constexpr std::array units{std::pair('s', 1), std::pair('m', 60), std::pair('h', 3600),
                               std::pair('d', 86400), std::pair('w', 7 * 86400)};
    if (text.empty()) return std::nullopt;
    const auto unit = std::ranges::find(units, text.back(), &std::pair<char, int>::first);
    if (unit != units.end()) {
        const auto count = parse_number<std::uint32_t>(text.substr(0, text.size() - 1));
        if (!count) return std::nullopt;
        return now - std::chrono::seconds(std::int64_t{*count} * unit->second);
    }
    // With the marks taken out it is what MDTM says.
    constexpr std::string_view day = "dddd-dd-dd";
    constexpr std::string_view moment = "dddd-dd-ddTdd:dd:ddZ";
    if (text.size() != day.size() && text.size() != moment.size()) return std::nullopt;
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (moment[i] == 'd' ? !is_digit(text[i]) : text[i] != moment[i]) return std::nullopt;
        if (moment[i] == 'd') digits += text[i];
    }
    digits.resize(14, '0');
    return parse_time_val(digits);
}

std::string counted(std::uint64_t count, std::string_view thing) {
    auto text = std::to_string(count) + ' ' + std::string(thing);
    if (count == 1) return text;
    if (!thing.ends_with('y')) return text + 's';
    text.pop_back();
    return text + "ies";
}

} // namespace ferry
