// Listings from a hostile server: MLSD, LIST and NLST, chosen by the first byte.
//
// Thesis: whatever the bytes, the parser gives entries with safe names and counts what it could not
// read, each line at most once; whole and byte by byte it gives the same; and an entry it gave,
// formatted as facts or as `ls` does, reads back so that it formats the same.
#include "check.hpp"
#include "wire/facts.hpp"
#include "wire/listing.hpp"

#include <algorithm>

namespace {

using namespace std::chrono;
using namespace ferry;

constexpr sys_seconds now = sys_days(2026y / 3 / 1) + 12h + 34min;

std::string as_facts(const entry& item) {
    std::string out;
    wire::format_fact_line(item, wire::all_facts, item.name, out);
    return out;
}

std::string as_list(const entry& item) {
    std::string out;
    wire::format_list_line(item, now, out);
    return out;
}

entry through_a_list_line(const entry& item) {
    const auto parsed = wire::parse_list_line(as_list(item), now);
    fuzz::require(parsed && *parsed);
    return **parsed;
}

void check_entry(const entry& item) {
    fuzz::require(is_safe_name(item.name));
    fuzz::require(item.mtime.has_value() == (item.precision != time_precision::unknown));

    const auto facts = as_facts(item);
    const auto from_facts = wire::parse_fact_line(facts);
    fuzz::require(from_facts.has_value() && as_facts(from_facts->item) == facts);
    fuzz::require(from_facts->item.name == item.name);

    // A date in place of a time loses its hours, once; that day may then be near enough for hours.
    const auto once = through_a_list_line(item);
    fuzz::require(once.name == item.name && once.type == item.type && once.target == item.target);
    fuzz::require(as_list(through_a_list_line(once)) == as_list(once));
}

std::string read(wire::listing_format format, std::string_view bytes, std::size_t step) {
    wire::listing_parser parser(format, now);
    std::string seen;
    std::size_t entries = 0;
    const auto take_all = [&] {
        while (const auto item = parser.next()) {
            check_entry(*item);
            (seen += as_facts(*item)) += '\n';
            (seen += item->target) += '\n';
            ++entries;
        }
    };
    fuzz::in_pieces(bytes, step, [&](std::string_view piece) {
        parser.feed(piece);
        take_all();
    });
    parser.finish();
    take_all();
    const auto odd = parser.lines_not_understood() + parser.unsafe_names();
    fuzz::require(entries + odd <= 1U + static_cast<std::size_t>(std::ranges::count(bytes, '\n')));
    return seen + std::to_string(odd) + parser.first_odd_line();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    const auto format = static_cast<wire::listing_format>(data[0] % 3);
    const auto bytes = fuzz::text_of(data + 1, size - 1);
    const auto whole = read(format, bytes, bytes.size() + 1);
    fuzz::require(read(format, bytes, 1) == whole);
    fuzz::require(read(format, bytes, 7) == whole);
    return 0;
}
