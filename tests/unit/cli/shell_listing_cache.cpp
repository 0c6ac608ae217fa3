#include "base/limits.hpp"
#include "cli/shell/listing_cache.hpp"

#include <doctest/doctest.h>

using namespace ferry::cli;
using namespace std::chrono_literals;

namespace {

const listing_cache::clock::time_point start{};

std::vector<cached_name> names(std::size_t count) {
    std::vector<cached_name> made;
    for (std::size_t i = 0; i < count; ++i)
        made.push_back({std::to_string(i), false});
    return made;
}

} // namespace

TEST_CASE("a listing is believed for its time and no longer") {
    listing_cache cache(60s);
    cache.keep("/pub", {{"b", false}, {"a", true}}, start);
    const auto known = cache.find("/pub", start + 59s);
    REQUIRE(known != nullptr);
    CHECK(known->front().name == "a");
    CHECK(known->front().is_directory);
    CHECK(cache.find("/pub", start + 60s) == nullptr);
    CHECK(cache.find("/other", start) == nullptr);
    cache.set_lifetime(0s);
    CHECK(cache.find("/pub", start + 1s) != nullptr);
    CHECK(cache.find("/pub", start + 2s) == nullptr);
}

TEST_CASE("what was kept anew takes the place of what was there") {
    listing_cache cache(60s);
    cache.keep("/pub", names(3), start);
    cache.keep("/pub", names(1), start + 50s);
    REQUIRE(cache.find("/pub", start + 100s) != nullptr);
    CHECK(cache.find("/pub", start + 100s)->size() == 1);
    cache.forget();
    CHECK(cache.find("/pub", start + 50s) == nullptr);
}

TEST_CASE("the oldest listings make room, and one that is too large is cut") {
    listing_cache cache(60s);
    const auto cap = ferry::limits::cached_names;
    cache.keep("/old", names(10), start);
    cache.keep("/new", names(cap - 10), start + 1s);
    CHECK(cache.find("/old", start + 1s) != nullptr);
    cache.keep("/newer", names(1), start + 2s);
    CHECK(cache.find("/old", start + 2s) == nullptr);
    CHECK(cache.find("/new", start + 2s) != nullptr);
    cache.keep("/huge", names(cap + 1), start + 3s);
    CHECK(cache.find("/huge", start + 3s)->size() == cap);
    CHECK(cache.find("/new", start + 3s) == nullptr);
}
