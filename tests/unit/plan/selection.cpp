// What a mirror looks at.
#include "plan/selection.hpp"

#include <doctest/doctest.h>

using namespace ferry;
using namespace ferry::plan;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::sys_seconds noon(12h);

entry file(std::optional<std::uint64_t> size, std::optional<std::chrono::sys_seconds> time = {},
           time_precision precision = time_precision::utc_second) {
    entry item;
    item.type = entry_type::file;
    item.size = size;
    item.mtime = time;
    item.precision = precision;
    return item;
}

entry of_type(entry_type type) {
    auto item = file(0, noon - 24h);
    item.type = type;
    return item;
}

/// "" if it is wanted.
std::string reason(const selection& from, const entry& item, std::string_view path = "f") {
    const auto why = from.why_not(item, path);
    CHECK(from.wants(item, path) == !why);
    return why ? std::string(to_string(why->cause)) + ": " + why->text : "";
}

selection limited(std::optional<std::uint64_t> min, std::optional<std::uint64_t> max,
                  std::optional<std::chrono::sys_seconds> newer = {}) {
    selection_limits limits;
    limits.min_size = min;
    limits.max_size = max;
    limits.newer = newer;
    return selection(path_filter(), limits);
}

} // namespace

TEST_CASE("selection: no rules -> everything") {
    CHECK(reason(selection(), file(0)).empty());
    CHECK(reason(selection(), of_type(entry_type::directory)).empty());
}

TEST_CASE("selection: sizes -> the limits themselves are allowed, an unknown size too") {
    const auto some = limited(10, 2048);
    CHECK(reason(some, file(9)) == "too_small: smaller than 10 B");
    CHECK(reason(some, file(10)).empty());
    CHECK(reason(some, file(2048)).empty());
    CHECK(reason(some, file(2049)) == "too_large: larger than 2.0 KiB");
    CHECK(reason(some, file(std::nullopt)).empty());
}

TEST_CASE("selection: age -> changed after the limit, or perhaps so") {
    const auto some = limited({}, {}, noon);
    CHECK(reason(some, file(0, noon)) == "too_old: not newer than 1970-01-01T12:00:00Z");
    CHECK(reason(some, file(0, noon + 1s)).empty());
    CHECK(reason(some, file(0)).empty());
    using enum time_precision;
    CHECK(reason(some, file(0, noon, local_minute)).empty());
    CHECK_FALSE(reason(some, file(0, noon - 59s, local_minute)).empty());
    CHECK(reason(some, file(0, noon - 24h + 2s, local_day)).empty());
    CHECK_FALSE(reason(some, file(0, noon - 24h + 1s, local_day)).empty());
}

TEST_CASE("selection: what is no file -> has no limits") {
    const auto some = limited(10, 20, noon);
    for (const auto type : {entry_type::directory, entry_type::symlink, entry_type::other})
        CHECK(reason(some, of_type(type)).empty());
}

TEST_CASE("selection: rules -> name the one that decided, escaped, and come before limits") {
    path_filter rules;
    REQUIRE(rules.exclude("cache/"));
    REQUIRE(rules.exclude("*\x1b"));
    selection_limits limits;
    limits.min_size = 10;
    const selection some(rules, limits);
    CHECK(reason(some, of_type(entry_type::directory), "cache") == "rule: excluded by cache/");
    CHECK(reason(some, file(1), "cache/f") == "rule: excluded by cache/");
    CHECK(reason(some, file(1), "cache") == "too_small: smaller than 10 B");
    CHECK(reason(some, file(10), "x\x1b") == "rule: excluded by *\\x1B");
    CHECK(reason(some, file(10), "x").empty());
}
