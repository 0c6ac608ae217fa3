// How many connections a server bears.
#include "plan/connection_limit.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace ferry;
using namespace ferry::plan;
using namespace std::chrono_literals;

namespace {

constexpr connection_limit::time start{100h};

} // namespace

TEST_CASE("connection limit: nothing refused -> as many as wanted, and at least one") {
    CHECK(connection_limit(4).allowed(start) == 4);
    CHECK(connection_limit(1).allowed(start) == 1);
    CHECK(connection_limit(0).allowed(start) == 1);
    CHECK(connection_limit(-1).allowed(start) == 1);
}

TEST_CASE("connection limit: every cause -> about the number or not") {
    const std::set<errc> about{errc::service_unavailable, errc::login_refused,
                               errc::try_later,           errc::connect_failed,
                               errc::connect_timeout,     errc::connection_lost};
    for (std::size_t i = 0; i < errc_count; ++i) {
        const auto cause = static_cast<errc>(i);
        INFO(describe(cause).name);
        connection_limit limit(4);
        CHECK(limit.refused(cause, 2, start) == about.contains(cause));
        CHECK(limit.allowed(start) == (about.contains(cause) ? 2 : 4));
    }
}

TEST_CASE("connection limit: refused without others -> a failure like any other") {
    connection_limit limit(4);
    CHECK_FALSE(limit.refused(errc::login_refused, 0, start));
    CHECK_FALSE(limit.refused(errc::connect_failed, 0, start));
    CHECK(limit.allowed(start) == 4);
}

TEST_CASE("connection limit: time after a refusal -> one more each pause, up to what is wanted") {
    connection_limit limit(4);
    REQUIRE(limit.refused(errc::service_unavailable, 1, start));
    CHECK(limit.allowed(start) == 1);
    CHECK(limit.allowed(start - 1h) == 1);
    CHECK(limit.allowed(start + 5min - 1ns) == 1);
    CHECK(limit.allowed(start + 5min) == 2);
    CHECK(limit.allowed(start + 10min) == 3);
    CHECK(limit.allowed(start + 15min) == 4);
    CHECK(limit.allowed(start + 1000h) == 4);
    CHECK(limit.allowed(connection_limit::time::max()) == 4);
}

TEST_CASE("connection limit: refused again behind a pause -> longer pauses, at most an hour") {
    connection_limit limit(4);
    auto now = start;
    for (const auto pause : {5min, 10min, 20min, 40min, 60min, 60min}) {
        REQUIRE(limit.refused(errc::service_unavailable, 2, now));
        CHECK(limit.allowed(now + pause - 1s) == 2);
        CHECK(limit.allowed(now + pause) == 3);
        now += pause;
    }
}

TEST_CASE("connection limit: several refused at once -> one refusal") {
    connection_limit limit(8);
    for (int i = 0; i < 5; ++i)
        REQUIRE(limit.refused(errc::login_refused, 3, start + i * 1s));
    CHECK(limit.allowed(start + 4s) == 3);
    CHECK(limit.allowed(start + 4s + 5min) == 4);
}

TEST_CASE("connection limit: others that were on their way come about -> they count") {
    connection_limit limit(8);
    REQUIRE(limit.refused(errc::service_unavailable, 1, start));
    limit.opened(2, start);
    limit.opened(3, start);
    CHECK(limit.allowed(start) == 3);
    limit.opened(1, start);
    CHECK(limit.allowed(start) == 3);
    limit.opened(100, start);
    CHECK(limit.allowed(start) == 8);
}

TEST_CASE("connection limit: one more came about behind a pause -> the next only behind another") {
    connection_limit limit(8);
    REQUIRE(limit.refused(errc::service_unavailable, 2, start));
    CHECK(limit.allowed(start + 6min) == 3);
    limit.opened(3, start + 6min);
    CHECK(limit.allowed(start + 6min) == 3);
    CHECK(limit.allowed(start + 11min) == 4);
    // One that only takes the place of another changes nothing.
    limit.opened(3, start + 10min);
    CHECK(limit.allowed(start + 11min) == 4);
}

TEST_CASE("connection limit: more were open than wanted -> no more than wanted") {
    connection_limit limit(2);
    REQUIRE(limit.refused(errc::service_unavailable, 5, start));
    CHECK(limit.allowed(start) == 2);
}

TEST_CASE("connection limit: every count -> waits only for somebody else's connection") {
    using enum connection_grant;
    for (const int wanted : {1, 2, 3})
        for (int open = 0; open <= 4; ++open)
            for (int idle = 0; idle <= open; ++idle)
                for (const bool holds_one : {false, true}) {
                    if (holds_one && idle == open) continue;
                    INFO(wanted, open, idle, holds_one);
                    const auto got = connection_limit(wanted).grant({open, idle}, holds_one, start);
                    if (idle > 0)
                        CHECK(got == use_idle);
                    else if (open < wanted)
                        CHECK(got == connection_grant::open);
                    else
                        CHECK(got == (holds_one ? do_without : wait));
                    // Somebody uses what is awaited, and gives it back.
                    if (got == wait) CHECK(open - idle > 0);
                }
}

TEST_CASE("connection limit: a learnt limit -> is what grants go by, until it rises") {
    connection_limit limit(4);
    REQUIRE(limit.refused(errc::service_unavailable, 2, start));
    CHECK(limit.grant({2, 0}, false, start) == connection_grant::wait);
    CHECK(limit.grant({2, 0}, true, start) == connection_grant::do_without);
    CHECK(limit.grant({1, 0}, true, start) == connection_grant::open);
    CHECK(limit.grant({2, 0}, false, start + 5min) == connection_grant::open);
}
