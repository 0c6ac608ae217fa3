// What is tried again, and after how long.
#include "plan/retry.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace ferry;
using namespace ferry::plan;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

failed_try in_known_surroundings() {
    failed_try how;
    how.host_answered = true;
    return how;
}

/// The waits of an operation that fails so again and again.
std::vector<milliseconds> waits(errc cause, unsigned retries, const failed_try& how) {
    retry_plan plan{retry_limits(retries)};
    std::vector<milliseconds> all;
    while (all.size() < 100) {
        const auto wait = plan.after(error(cause), how);
        if (!wait) break;
        all.push_back(*wait);
    }
    return all;
}

} // namespace

TEST_CASE("retry: each cause -> tried again exactly if the error table calls it retryable") {
    for (std::size_t i = 0; i < errc_count; ++i) {
        const auto cause = static_cast<errc>(i);
        CAPTURE(describe(cause).name);
        CHECK(waits(cause, 1, in_known_surroundings()).empty() == !describe(cause).retryable);
    }
}

TEST_CASE("retry: what was cut -> at once, then 1 s, 2 s, 4 s, never more than a minute") {
    const auto all = waits(errc::connection_lost, 10, in_known_surroundings());
    CHECK(all == std::vector<milliseconds>{0s, 1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s});
}

TEST_CASE("retry: a server that is busy -> it gets a second first") {
    for (const auto cause : {errc::try_later, errc::service_unavailable, errc::connect_failed})
        CHECK(waits(cause, 3, in_known_surroundings()) == std::vector<milliseconds>{1s, 2s, 4s});
}

TEST_CASE("retry: a host that never answered -> refused or unknown is final, silence is not") {
    CHECK(waits(errc::connect_failed, 3, failed_try()).empty());
    CHECK(waits(errc::resolve_failed, 3, failed_try()).empty());
    CHECK(waits(errc::connect_timeout, 3, failed_try()).size() == 3);
    CHECK(waits(errc::resolve_timeout, 3, failed_try()).size() == 3);
}

TEST_CASE("retry: none allowed -> none") {
    CHECK(waits(errc::connection_lost, 0, in_known_surroundings()).empty());
}

TEST_CASE("retry: progress -> the count begins anew") {
    retry_plan plan{retry_limits(2)};
    auto how = in_known_surroundings();
    const error lost(errc::connection_lost);
    for (int i = 0; i < 50; ++i) {
        how.progressed = i % 2 == 0;
        REQUIRE(plan.after(lost, how));
        CHECK(plan.in_a_row() == (how.progressed ? 1 : 2));
    }
    how.progressed = false;
    CHECK_FALSE(plan.after(lost, how));
}

TEST_CASE("retry: verification fails twice -> it fails, also after progress") {
    auto how = in_known_surroundings();
    how.progressed = true;
    CHECK(waits(errc::verification_failed, 9, how).size() == 1);
}

TEST_CASE("retry: a limit of time -> no wait reaches beyond it") {
    retry_plan plan{retry_limits(9, 5s)};
    auto how = in_known_surroundings();
    const error busy(errc::try_later);
    CHECK(plan.after(busy, how) == 1s);
    how.elapsed = 2999ms;
    CHECK(plan.after(busy, how) == 2s);
    how.elapsed = 3s;
    CHECK_FALSE(plan.after(busy, how));
}

TEST_CASE("retry: chance -> up to a quarter longer, never shorter") {
    auto how = in_known_surroundings();
    for (const std::uint32_t chance : {0U, 1U, 255U, 256U, 0xFFFFFFFFU}) {
        how.chance = chance;
        const auto wait = waits(errc::try_later, 1, how).front();
        CHECK(wait >= 1s);
        CHECK(wait < 1250ms);
    }
    how.chance = 255;
    CHECK(waits(errc::try_later, 1, how).front() > 1200ms);
}

TEST_CASE("retry: a lost reply -> what is not safe twice is looked at, what nobody knows is told") {
    using enum operation;
    for (const auto what : {connect, login, ask, move, set, retrieve})
        CHECK(when_lost(what) == after_loss::repeat);
    for (const auto what : {make_directory, remove, rename, store, append})
        CHECK(when_lost(what) == after_loss::look_first);
    CHECK(when_lost(raw) == after_loss::report);
}
