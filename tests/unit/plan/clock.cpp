// The clock of a server: zones, summer time, missing years.
#include "plan/clock.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace ferry;
using namespace ferry::plan;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

constexpr sys_seconds at(int year, unsigned month, unsigned day, seconds clock = 0s) {
    return sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)) +
           clock;
}

constexpr auto now = at(2026, 8, 1);

entry listed(sys_seconds time, time_precision precision = time_precision::local_minute) {
    entry item;
    item.mtime = time;
    item.precision = precision;
    return item;
}

/// What LIST shows of a file in a zone.
entry shown(sys_seconds utc, seconds zone) {
    return listed(floor<minutes>(utc + zone));
}

/// A clock that learnt from files of these times, in this zone.
server_clock clock_of(seconds zone, std::initializer_list<sys_seconds> times) {
    server_clock clock(listing_kind::unix_list);
    for (const auto each : times)
        REQUIRE(clock.learn(shown(each, zone), each));
    return clock;
}

constexpr auto july = at(2026, 7, 10, 12h + 34min + 56s);
constexpr auto january = at(2026, 1, 20, 3h);

} // namespace

TEST_CASE("times: spans that touch within the slack -> can be the same moment") {
    const time_span minute(july, july + 59s);
    const auto compare = [&](seconds from_start, seconds slack) {
        return compare_times(minute, time_span(july + from_start), slack);
    };
    CHECK(compare(0s, 0s) == std::partial_ordering::equivalent);
    CHECK(compare(59s, 0s) == std::partial_ordering::equivalent);
    CHECK(compare(60s, 0s) == std::partial_ordering::less);
    CHECK(compare(60s, 1s) == std::partial_ordering::equivalent);
    CHECK(compare(62s, 2s) == std::partial_ordering::less);
    CHECK(compare(-1s, 0s) == std::partial_ordering::greater);
    CHECK(compare(-1s, 1s) == std::partial_ordering::equivalent);
    CHECK(compare(-3s, 2s) == std::partial_ordering::greater);
    CHECK(compare_times(minute, std::nullopt, 0s) == std::partial_ordering::unordered);
    CHECK(compare_times(std::nullopt, minute, 0s) == std::partial_ordering::unordered);
    CHECK(compare_times(std::nullopt, std::nullopt, 0s) == std::partial_ordering::unordered);
}

TEST_CASE("times: their rounding -> by precision") {
    CHECK(rounding_of(time_precision::unknown) == 0s);
    CHECK(rounding_of(time_precision::utc_second) == 0s);
    CHECK(rounding_of(time_precision::local_minute) == 59s);
    CHECK(rounding_of(time_precision::local_day) == 24h - 1s);
}

TEST_CASE("clock: every zone on the quarter of an hour -> found from one file") {
    for (minutes zone = -12h; zone <= 14h; zone += 15min) {
        INFO(zone.count());
        const auto clock = clock_of(zone, {july});
        CHECK(clock.offset() == zone);
        const auto span = clock.span_of(shown(july + 5h, zone), now);
        REQUIRE(span);
        CHECK(span->first == floor<minutes>(july + 5h));
        CHECK(span->last == floor<minutes>(july + 5h) + 59s);
    }
}

TEST_CASE("clock: a server that rounds up, or is a minute late -> still its zone") {
    for (const auto wrong : {-60s, 0s, 60s}) {
        server_clock clock(listing_kind::dos_list);
        CHECK(clock.learn(listed(floor<minutes>(july) + 2h + wrong), july));
        CHECK(clock.offset() == 2h);
    }
}

TEST_CASE("clock: what no zone explains, or has no minutes -> teaches nothing") {
    server_clock clock(listing_kind::unix_list);
    const auto minute = floor<minutes>(july);
    CHECK_FALSE(clock.learn(listed(minute + 7min), july));
    CHECK_FALSE(clock.learn(listed(minute + 14h + 15min), july));
    CHECK_FALSE(clock.learn(listed(minute - 12h - 15min), july));
    CHECK_FALSE(clock.learn(listed(minute + days(3)), july));
    CHECK_FALSE(clock.learn(listed(floor<days>(july), time_precision::local_day), july));
    CHECK_FALSE(clock.learn(listed(july, time_precision::utc_second), july));
    CHECK_FALSE(clock.learn(entry(), july));
    CHECK_FALSE(clock.offset());
    CHECK_FALSE(clock.is_utc());
}

TEST_CASE("clock: nothing learnt -> every zone is possible") {
    const server_clock clock(listing_kind::unix_list);
    const auto span = clock.span_of(shown(july, 0s), now);
    REQUIRE(span);
    CHECK(span->first == floor<minutes>(july) - 14h);
    CHECK(span->last == floor<minutes>(july) + 12h + 59s);
    CHECK(clock.wants_sample(shown(july, 0s), now));
}

TEST_CASE("clock: MLSD -> UTC to the second, nothing to learn") {
    server_clock clock(listing_kind::mlsd);
    const auto item = listed(july, time_precision::utc_second);
    CHECK(clock.span_of(item, now) == time_span(july));
    CHECK_FALSE(clock.wants_sample(item, now));
    CHECK_FALSE(clock.learn(item, july));
    CHECK(clock.offset() == 0min);
    CHECK(clock.is_utc());
    CHECK_FALSE(clock.span_of(entry(), now));
}

TEST_CASE("clock: far from what was learnt -> an hour of summer time is left open, and asked for") {
    const auto clock = clock_of(2h, {july});
    const auto near_by = shown(july - days(14), 2h);
    CHECK_FALSE(clock.wants_sample(near_by, now));
    CHECK(clock.span_of(near_by, now) == time_span(*near_by.mtime - 2h, *near_by.mtime - 2h + 59s));
    const auto far = shown(july - days(14) - 1min, 2h);
    CHECK(clock.wants_sample(far, now));
    CHECK(clock.span_of(far, now) == time_span(*far.mtime - 3h, *far.mtime - 1h + 59s));
}

TEST_CASE("clock: between two files of one season -> certain; of more than one -> not") {
    const auto middle = shown(july - days(45), 2h);
    CHECK_FALSE(clock_of(2h, {july, july - days(90)}).wants_sample(middle, now));
    CHECK(clock_of(2h, {july, july - days(91)}).wants_sample(middle, now));
}

TEST_CASE("clock: two offsets -> between them, either") {
    server_clock clock(listing_kind::unix_list);
    REQUIRE(clock.learn(shown(july, 2h), july));
    const auto march = at(2026, 3, 1);
    REQUIRE(clock.learn(shown(march, 1h), march));
    CHECK(clock.offset() == 2h);
    const auto item = listed(at(2026, 5, 1));
    CHECK(clock.span_of(item, now) == time_span(*item.mtime - 2h, *item.mtime - 1h + 59s));
    CHECK(clock.wants_sample(item, now));
    CHECK_FALSE(clock.wants_sample(shown(july + days(3), 2h), now));
    CHECK_FALSE(clock.wants_sample(shown(march - days(3), 1h), at(2026, 6, 1)));
}

TEST_CASE("clock: winter and summer show one offset -> certain at any time") {
    server_clock clock(listing_kind::dos_list);
    REQUIRE(clock.learn(shown(july, 0s), july));
    CHECK_FALSE(clock.is_utc()); // London, perhaps
    REQUIRE(clock.learn(shown(january, 0s), january));
    CHECK(clock.is_utc());
    const auto old = listed(at(2019, 4, 1));
    CHECK_FALSE(clock.wants_sample(old, now));
    CHECK(clock.span_of(old, now) == time_span(*old.mtime, *old.mtime + 59s));
    CHECK_FALSE(clock_of(1h, {july, january}).is_utc());
}

TEST_CASE("clock: summer time -> not taken for UTC") {
    server_clock clock(listing_kind::dos_list);
    REQUIRE(clock.learn(shown(july, 1h), july));
    REQUIRE(clock.learn(shown(january, 0s), january));
    CHECK_FALSE(clock.is_utc());
    CHECK(clock.offset() == 1h);
}

TEST_CASE("clock: days of old files -> a whole day, in the zone") {
    const auto clock = clock_of(2h, {july});
    const auto item = listed(at(2026, 7, 5), time_precision::local_day);
    CHECK(clock.span_of(item, now) == time_span(*item.mtime - 2h, *item.mtime + 22h - 1s));
    CHECK_FALSE(clock.wants_sample(listed(at(2019, 1, 1), time_precision::local_day), now));
}

TEST_CASE("clock: a year that was guessed for a time half a year ago -> unknown until asked for") {
    const server_clock of_unix(listing_kind::unix_list);
    const auto ahead = listed(now - days(362)); // two or three days ahead of us, a year too old
    CHECK(of_unix.year_is_uncertain(ahead, now));
    CHECK_FALSE(of_unix.span_of(ahead, now));
    CHECK(of_unix.wants_sample(ahead, now));
    CHECK_FALSE(of_unix.year_is_uncertain(listed(now - days(192)), now));
    CHECK(of_unix.year_is_uncertain(listed(now - days(193)), now));
    CHECK_FALSE(
        of_unix.year_is_uncertain(listed(ahead.mtime.value(), time_precision::local_day), now));
    const server_clock of_dos(listing_kind::dos_list);
    CHECK_FALSE(of_dos.year_is_uncertain(ahead, now));
    CHECK(of_dos.span_of(ahead, now));
}

TEST_CASE("clock: a year that was guessed wrong -> MDTM still tells the zone") {
    for (const auto year : {days(365), days(366), days(-365), days(-366)}) {
        INFO(year.count());
        server_clock clock(listing_kind::unix_list);
        CHECK(clock.learn(listed(floor<minutes>(july) + 2h + year), july));
        CHECK(clock.offset() == 2h);
        CHECK_FALSE(clock.wants_sample(shown(july, 2h), now));
        server_clock of_dos(listing_kind::dos_list);
        CHECK_FALSE(of_dos.learn(listed(floor<minutes>(july) + 2h + year), july));
    }
}

TEST_CASE("clock: more files than teach anything -> as many are kept as the cap says") {
    server_clock clock(listing_kind::dos_list);
    for (int i = 0; i < 64; ++i)
        REQUIRE(clock.learn(shown(january + days(i), 1h), january + days(i)));
    // The same time again replaces what was learnt of it.
    REQUIRE(clock.learn(shown(january + days(63), 1h), january + days(63)));
    const auto far = shown(january + days(300), 1h);
    CHECK_FALSE(clock.wants_sample(far, now));
    CHECK(clock.learn(far, january + days(300)));
    CHECK(clock.span_of(far, now)->first == january + days(300) - 1h);
}
