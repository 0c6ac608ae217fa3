#include "cli/shell/completion_list.hpp"

#include "base/text.hpp"
#include "cli/shell/line_text.hpp"

#include <algorithm>

namespace ferry::cli {

namespace {

constexpr std::size_t gap = 2; // between columns

bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// "2,315".
std::string grouped(std::size_t number) {
    auto digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

} // namespace

std::string_view common_part(const std::vector<completion>& found) {
    if (found.empty()) return {};
    const std::string_view first = found.front().replacement;
    std::size_t length = first.size();
    std::size_t shortest = first.size();
    for (const auto& each : found) {
        const std::string_view other = each.replacement;
        shortest = std::min(shortest, other.size());
        length = std::min(length, shortest);
        const auto differ = std::ranges::mismatch(first.substr(0, length), other.substr(0, length));
        length = static_cast<std::size_t>(differ.in1 - first.begin());
    }
    if (length == first.size() && found.size() == 1) return first;
    // All of them go on with the same lead byte, or this is where one ends: back to its beginning.
    while (length > 0 && length < first.size() && is_continuation(first[length]))
        --length;
    const auto common = first.substr(0, length);
    const auto text_end = common.find_last_not_of('\\');
    const auto slashes = length - (text_end == std::string_view::npos ? 0 : text_end + 1);
    return slashes % 2 == 0 ? common : common.substr(0, length - 1);
}

std::string list_of(const std::vector<completion>& found, std::size_t width) {
    if (found.size() > most_listed) return grouped(found.size()) + " names; type more\n";
    std::vector<std::string> labels;
    std::vector<std::size_t> widths;
    std::size_t widest = 1;
    for (const auto& each : found) {
        labels.push_back(printable(each.shown));
        widths.push_back(columns_of(labels.back()));
        widest = std::max(widest, widths.back());
    }
    // One column stays free at the edge: terminals differ in what a full line does.
    const auto columns = std::max<std::size_t>((width - 1 + gap) / (widest + gap), 1);
    const auto lines = (labels.size() + columns - 1) / columns;
    std::string out;
    for (std::size_t line = 0; line < lines; ++line) {
        for (std::size_t i = line; i < labels.size(); i += lines) {
            out += labels[i];
            if (i + lines < labels.size()) out.append(widest + gap - widths[i], ' ');
        }
        out += '\n';
    }
    return out;
}

} // namespace ferry::cli
