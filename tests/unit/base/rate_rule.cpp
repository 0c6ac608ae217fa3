#include "base/rate_rule.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

/// A bucket, and a clock that goes when told.
class timed_bucket {
public:
    explicit timed_bucket(std::uint64_t rate) : rule(rate) {}

    /// Pays for `count` bytes; how long to wait for it.
    std::chrono::nanoseconds pay(std::uint64_t count) {
        busy = rule.busy_after(busy, count, now);
        return std::max(busy - now, 0ns);
    }

    /// The same, and waits.
    std::chrono::nanoseconds move(std::uint64_t count) {
        const auto left = pay(count);
        now += left;
        return left;
    }

    rate_rule rule;
    std::chrono::nanoseconds busy{0};
    std::chrono::nanoseconds now = 1'000'000s;
};

} // namespace

TEST_CASE("rate rule: no limit -> pieces without end, and no wait") {
    timed_bucket none(0);
    CHECK(none.rule.piece() == std::numeric_limits<std::uint64_t>::max());
    CHECK(none.move(std::numeric_limits<std::uint64_t>::max()) == 0ns);
}

TEST_CASE("rate rule: pieces one after the other -> the rate, but for the credit") {
    timed_bucket one(1'600);
    CHECK(one.rule.piece() == 100);
    const auto began = one.now;
    for (int i = 0; i < 160; ++i)
        static_cast<void>(one.move(100));
    CHECK(one.now - began == 10s - rate_rule::credit);
}

TEST_CASE("rate rule: a short file after a pause -> goes at once, more soon behind it waits") {
    timed_bucket one(1'600);
    CHECK(one.move(100) == 0ns);
    CHECK(one.move(100) == 0ns);
    CHECK(one.move(100) == 62'500us);
    one.now += 10s;
    CHECK(one.move(100) == 0ns);
    CHECK(one.move(100) == 0ns);
    CHECK(one.move(100) == 62'500us); // a long pause is worth no more than a short one
}

TEST_CASE("rate rule: late waiters -> make up for it") {
    timed_bucket one(1'600);
    const auto began = one.now;
    for (int i = 0; i < 160; ++i) {
        static_cast<void>(one.move(100));
        one.now += 5ms;
    }
    CHECK(one.now - began <= 10s);
}

TEST_CASE("rate rule: several in turns -> each waits for its own payment") {
    timed_bucket shared(1'600);
    static_cast<void>(shared.move(100));
    static_cast<void>(shared.move(100));
    CHECK(shared.pay(100) == 62'500us);
    CHECK(shared.pay(100) == 125ms);
    CHECK(shared.pay(50) == 156'250us);
}

TEST_CASE("rate rule: more than a piece, begun under no limit -> costs a piece") {
    timed_bucket one(16);
    static_cast<void>(one.move(1'000'000'000));
    CHECK(one.move(1'000'000'000) == 0ns);
    CHECK(one.move(1'000'000'000) == 62'500us);
}

TEST_CASE("rate rule: the smallest and the largest rate -> still pieces and waits") {
    timed_bucket smallest(1);
    CHECK(smallest.rule.piece() == 1);
    CHECK(smallest.move(1) == 875ms);
    CHECK(smallest.move(1) == 1s);
    timed_bucket largest(std::numeric_limits<std::uint64_t>::max());
    CHECK(largest.move(largest.rule.piece()) == 0ns);
    CHECK(largest.move(largest.rule.piece()) == 0ns);
    CHECK(largest.move(largest.rule.piece()) == 62'500us);
}
