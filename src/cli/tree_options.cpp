#include "cli/tree_options.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/option_table.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace ferry::cli {

namespace {

/// More than any server grants.
constexpr unsigned most_connections = 64;

result<> links(arguments& into, mirror_links what) {
    into.tree.links = what;
    return {};
}

result<> names(arguments& into, mirror_names what) {
    into.tree.names = what;
    return {};
}

} // namespace

result<> connection_count(arguments& into, std::string_view value) {
    const auto number = parse_number<std::uint16_t>(value);
    if (!number || *number == 0 || *number > most_connections)
        return fail(errc::usage, "wants a number from 1 to " + std::to_string(most_connections));
    into.tree.connections = *number;
    return {};
}

result<> removal_count(arguments& into, std::string_view value) {
    into.tree.most_removals = parse_number<std::uint64_t>(value);
    if (!into.tree.most_removals) return fail(errc::usage, "wants a number");
    return {};
}

result<> least_time(arguments& into, std::string_view value) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    into.tree.newer = parse_moment(value, now);
    if (!into.tree.newer)
        return fail(errc::usage, "wants a date, such as 2026-03-01 or 2026-03-01T12:00:00Z (UTC), "
                                 "or an age, such as 12h or 7d");
    return {};
}

result<> what_links_become(arguments& into, std::string_view value) {
    if (value == "skip") return links(into, mirror_links::skip);
    if (value == "follow") return links(into, mirror_links::follow);
    if (value == "copy") return links(into, mirror_links::copy);
    return fail(errc::usage, "wants skip, follow or copy");
}

result<> rules_of_names(arguments& into, std::string_view value) {
    if (value == "auto") return names(into, mirror_names::automatic);
    if (value == "unix") return names(into, mirror_names::unix_like);
    if (value == "windows") return names(into, mirror_names::windows);
    if (value == "macos") return names(into, mirror_names::macos);
    return fail(errc::usage, "wants auto, unix, windows or macos");
}

result<> check_tree_options(const arguments& asked) {
    if (asked.recursive) return {};
    constexpr std::array<std::string_view, 6> rules{"exclude", "include",  "exclude-from",
                                                    "newer",   "min-size", "max-size"};
    for (const auto& given : asked.given)
        if (std::ranges::find(rules, given.row->name) != rules.end())
            return fail(errc::usage, "--" + std::string(given.row->name) + " needs -r");
    return {};
}

} // namespace ferry::cli
