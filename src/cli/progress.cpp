#include "cli/progress.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/terminal.hpp"

#include <algorithm>
#include <vector>

namespace ferry::cli {

namespace {

constexpr std::size_t least_name = 12;

/// The parts behind the name, the most important first.
std::vector<std::string> parts_of(const transfer_progress& now) {
    const auto moved = now.position - std::min(now.position, now.resumed_at);
    const auto rate = format_rate(moved, now.elapsed);
    if (!now.total) return {format_size(now.position), rate};
    const auto total = std::max(*now.total, now.position);
    const auto percent = total == 0 ? 100
                                    : static_cast<unsigned>(static_cast<double>(now.position) *
                                                            100.0 / static_cast<double>(total));
    std::string percent_text = std::to_string(percent) + "%";
    percent_text.insert(0, 4 - std::min<std::size_t>(percent_text.size(), 4), ' ');
    std::vector<std::string> parts{percent_text,
                                   format_size(now.position) + "/" + format_size(total), rate};
    if (moved > 0 && now.position < total) {
        const auto left =
            now.elapsed * (static_cast<double>(total - now.position) / static_cast<double>(moved));
        parts.push_back("ETA " +
                        format_duration(std::chrono::duration_cast<std::chrono::nanoseconds>(
                            std::min<std::chrono::duration<double, std::nano>>(
                                left, std::chrono::hours(9999)))));
    }
    return parts;
}

std::string_view first_character(std::string_view text) {
    return text.substr(0, std::max<std::size_t>(utf8_sequence(text), 1));
}

/// The first `columns` of `text`, or the last; less where a wide character would be cut in two.
std::string_view head(std::string_view text, std::size_t columns) {
    std::size_t bytes = 0;
    while (bytes < text.size()) {
        const auto next = first_character(text.substr(bytes));
        const auto width = display_width(next);
        if (width > columns) break;
        columns -= width;
        bytes += next.size();
    }
    return text.substr(0, bytes);
}

std::string_view tail(std::string_view text, std::size_t columns) {
    auto width = display_width(text);
    while (width > columns) {
        const auto next = first_character(text);
        width -= display_width(next);
        text.remove_prefix(next.size());
    }
    return text;
}

/// ", SHA-256 verified"; nothing where there is no proof.
std::string proof_words(const transfer_proof& proof) {
    switch (proof.kind) {
    case proof_kind::none:
        break;
    case proof_kind::size:
        return ", size verified";
    case proof_kind::size_and_time:
        return ", size and time verified";
    case proof_kind::sample:
        return ", size and end verified";
    case proof_kind::hash:
        return ", " + printable(proof.algorithm) + " verified";
    }
    return {};
}

} // namespace

std::string shortened(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    if (width == 0) return {};
    const auto behind = (width - 1) / 2;
    std::string out(head(text, width - 1 - behind));
    out += "\u2026";
    out += tail(text, behind);
    return out;
}

std::string progress_line(std::string_view name, const transfer_progress& now, std::size_t width) {
    auto parts = parts_of(now);
    const auto wanted = std::min(display_width(name), least_name);
    std::size_t used = 0;
    for (const auto& part : parts)
        used += 2 + part.size();
    while (!parts.empty() && wanted + used > width) {
        used -= 2 + parts.back().size();
        parts.pop_back();
    }
    auto line = shortened(name, width - std::min(used, width));
    for (const auto& part : parts)
        line += "  " + part;
    return line;
}

std::string finished_line(std::string_view name, const transfer_report& done) {
    std::string line(name);
    line += ": " + format_size(done.bytes) + " in " + format_duration(done.elapsed) + " (" +
            format_rate(done.bytes, done.elapsed) + ")";
    if (done.resumed_at > 0)
        line += ", continued at " + format_size(done.resumed_at) + " of " + format_size(done.size);
    line += proof_words(done.proof);
    return line;
}

} // namespace ferry::cli
