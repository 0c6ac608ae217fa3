// A listing: bytes to lines to entries, one at a time, so that memory does not grow with it.
#include "wire/listing.hpp"

#include "base/limits.hpp"
#include "wire/facts.hpp"

namespace ferry::wire {

namespace {

// Of a line that was not understood, this much is kept to be shown.
constexpr std::size_t odd_line_shown = 256;

// NLST of a directory gives "directory/name" on some servers (RFC 959 leaves it open).
entry name_only(std::string_view line) {
    entry item;
    item.name = line.substr(line.rfind('/') + 1);
    return item;
}

} // namespace

listing_parser::listing_parser(listing_format format, std::chrono::sys_seconds now)
    : format_(format), now_(now), lines_(limits::listing_line, line_splitter::content::plain) {}

void listing_parser::finish() {
    breaks_off_ = lines_.pending() != 0;
    if (breaks_off_) lines_.feed("\n");
}

std::optional<entry> listing_parser::next() {
    for (;;) {
        const auto line = lines_.next();
        if (!line) {
            not_understood({}, line.error().detail());
            continue;
        }
        if (!*line) return std::nullopt;
        if (auto item = take(**line)) return item;
    }
}

void listing_parser::not_understood(std::string_view line, std::string_view otherwise) {
    if (not_understood_++ == 0)
        first_odd_ = line.empty() ? otherwise : line.substr(0, odd_line_shown);
}

std::optional<entry> listing_parser::take(std::string_view line) {
    std::optional<entry> item;
    if (line.empty()) return item;
    if (format_ == listing_format::mlsd) {
        auto listed = parse_fact_line(line);
        if (!listed)
            not_understood(line);
        else if (!listed->is_self_or_parent)
            item = std::move(listed->item);
    } else if (format_ == listing_format::list) {
        auto listed = parse_list_line(line, now_);
        if (!listed)
            not_understood(line);
        else
            item = *std::move(listed);
    } else {
        item = name_only(line);
        if (item->name == "." || item->name == "..") item.reset();
    }
    if (item && !is_safe_name(item->name)) {
        ++unsafe_;
        item.reset();
    }
    return item;
}

} // namespace ferry::wire
