// FEAT's reply: a heading, one feature a line, an end (RFC 2389, 3.2).
#include "wire/features.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace ferry::wire {

namespace {

// Whether `list`, separated by spaces, ';' or ',', holds `wanted`.
bool list_holds(std::string_view list, std::string_view wanted) noexcept {
    while (!list.empty()) {
        const auto end = std::min(list.find_first_of(" ;,"), list.size());
        if (equal_ignoring_case(list.substr(0, end), wanted)) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

} // namespace

features::features(const reply& feat) {
    if (!feat.completed() || feat.lines.size() < 3) return;
    for (std::size_t i = 1; i + 1 < feat.lines.size() && lines_.size() < limits::feature_lines;
         ++i) {
        auto line = trim(feat.lines[i]);
        if (line.starts_with("211-") || line.starts_with("211 ")) line = trim(line.substr(4));
        if (!line.empty()) lines_.emplace_back(line);
    }
}

bool features::has(std::string_view name) const noexcept {
    auto wanted = name;
    const auto word = take_until(wanted, ' ');
    return std::ranges::any_of(lines_, [&](std::string_view line) {
        return equal_ignoring_case(take_until(line, ' '), word) &&
               (wanted.empty() || list_holds(line, wanted));
    });
}

std::string_view features::argument_of(std::string_view name) const noexcept {
    for (std::string_view line : lines_)
        if (equal_ignoring_case(take_until(line, ' '), name)) return trim(line);
    return {};
}

} // namespace ferry::wire
