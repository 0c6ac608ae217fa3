#include "cli/listing.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/json.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>

namespace ferry::cli {

namespace {

constexpr std::size_t output_block = 64 * 1024;

char type_letter(entry_type type) noexcept {
    constexpr std::array letters{'-', 'd', 'l', '?'};
    return letters[static_cast<std::size_t>(type)];
}

/// Larger comes first. Shifted so that times before 1970 keep their place.
std::uint64_t rank_of(const entry& what, sort_key key) noexcept {
    constexpr auto middle = std::uint64_t{1} << 63U;
    if (key == sort_key::size) return what.size.value_or(0);
    if (key == sort_key::time && what.mtime)
        return middle + static_cast<std::uint64_t>(what.mtime->time_since_epoch().count());
    return 0;
}

std::string_view name_or_dash(std::string_view name) noexcept {
    return name.empty() ? "-" : name;
}

} // namespace

std::string_view text_store::add(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left_) {
        left_ = std::max(block_size, text.size());
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
        next_ = blocks_.back().get();
        bytes_ += left_;
    }
    std::memcpy(next_, text.data(), text.size());
    const std::string_view kept(next_, text.size());
    next_ += text.size();
    left_ -= text.size();
    return kept;
}

std::string mode_text(const entry& what) {
    return type_letter(what.type) +
           (what.permissions.empty() ? std::string("?????????") : printable(what.permissions));
}

std::string local_time_text(const entry& what) {
    if (!what.mtime) return "?";
    const std::time_t time = what.mtime->time_since_epoch().count();
    std::tm parts{};
    const bool zone_known = what.precision == time_precision::utc_second;
    if ((zone_known ? ::localtime_r(&time, &parts) : ::gmtime_r(&time, &parts)) == nullptr)
        return "?";
    std::array<char, 32> text{};
    const char* format =
        what.precision == time_precision::local_day ? "%Y-%m-%d" : "%Y-%m-%d %H:%M";
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

void append_long_line(std::string& out, const entry& what, std::string_view before,
                      std::string_view behind) {
    const auto size = what.size ? format_size(*what.size) : std::string("-");
    fmt::format_to(std::back_inserter(out), "{}  {:<8}  {:<8}  {:>8}  {:<16}  {}{}{}",
                   mode_text(what), printable(name_or_dash(what.owner)),
                   printable(name_or_dash(what.group)),
                   what.type == entry_type::directory ? "-" : size, local_time_text(what), before,
                   printable(what.name), behind);
    if (!what.target.empty()) out += " -> " + printable(what.target);
}

bool listing::add(const entry& what, const std::optional<std::string>& directory) {
    if (!style_.hidden && what.name.starts_with('.')) return true;
    scratch_.clear();
    row added;
    if (style_.colours != nullptr) added.colour = style_.colours->colour_of(what);
    switch (style_.format) {
    case listing_format::names:
    case listing_format::columns:
        scratch_ = printable(what.name);
        break;
    case listing_format::long_lines:
        if (added.colour != 0)
            append_long_line(scratch_, what, style_.colours->begin(added.colour),
                             name_colours::end);
        else
            append_long_line(scratch_, what);
        break;
    case listing_format::json: {
        auto path = directory;
        if (path) *path += (path->empty() ? "" : "/") + what.name;
        append_json(scratch_, what, path);
        break;
    }
    }
    added.line = store_.add(scratch_);
    added.name = scratch_ == what.name ? added.line : store_.add(what.name);
    added.rank = rank_of(what, style_.sort);
    rows_.push_back(added);
    return store_.bytes() + rows_.capacity() * sizeof(row) <= limits::listing_bytes;
}

void listing::sort() {
    const auto before = [](const row& a, const row& b) {
        return a.rank != b.rank ? a.rank > b.rank : a.name < b.name;
    };
    // Many servers sort already.
    if (!std::ranges::is_sorted(rows_, before)) std::ranges::sort(rows_, before);
    if (style_.reverse) std::ranges::reverse(rows_);
}

/// For names; a long line has its colour inside.
void listing::append_coloured(std::string& out, const row& each) const {
    const bool coloured = each.colour != 0 && style_.format != listing_format::long_lines;
    if (coloured) out += style_.colours->begin(each.colour);
    out += each.line;
    if (coloured) out += name_colours::end;
}

std::string listing::in_columns() const {
    std::size_t widest = 1;
    for (const auto& each : rows_)
        widest = std::max(widest, display_width(each.line));
    const auto columns = std::max<std::size_t>((style_.width + 1) / (widest + 2), 1);
    const auto lines = (rows_.size() + columns - 1) / columns;
    std::string out;
    for (std::size_t line = 0; line < lines; ++line) {
        for (std::size_t i = line; i < rows_.size(); i += lines) {
            append_coloured(out, rows_[i]);
            if (i + lines < rows_.size())
                out.append(widest + 2 - display_width(rows_[i].line), ' ');
        }
        out += '\n';
    }
    return out;
}

void listing::print(void (*write)(std::string_view), bool behind_others) {
    sort();
    if (style_.format == listing_format::columns) return write(in_columns());
    const bool json = style_.format == listing_format::json;
    std::string block;
    bool separate = behind_others;
    for (const auto& each : rows_) {
        if (json) block += separate ? ",\n" : "\n";
        separate = true;
        append_coloured(block, each);
        if (!json) block += '\n';
        if (block.size() < output_block) continue;
        write(block);
        block.clear();
    }
    write(block);
}

} // namespace ferry::cli
