#include "io/rate_bucket.hpp"

#include <ferry/rate_limit.hpp>

#include <doctest/doctest.h>

#include <thread>

#include <sys/mman.h>
#include <unistd.h>

using namespace ferry;
using namespace std::chrono_literals;

TEST_CASE("rate limit: changed -> who waits goes on, and old debts are none") {
    rate_limit limit(1);
    io::rate_bucket bucket(limit.state());
    const auto now = 1'000s;
    auto paid = bucket.pay(1, now);
    paid = bucket.pay(1, now);
    CHECK(bucket.wait(paid, now) > 1s);
    limit.set(1'600);
    CHECK(bucket.wait(paid, now) == 0s);
    CHECK(bucket.piece() == 100);
    CHECK(bucket.wait(bucket.pay(100, now), now) == 0s);
    limit.set(0);
    CHECK(bucket.wait(bucket.pay(100, now), now) == 0s);
}

TEST_CASE("rate limit: paid for by two threads -> no payment is lost") {
    rate_limit limit(1'600);
    const auto now = 1'000s;
    const auto pay = [&] {
        io::rate_bucket bucket(limit.state());
        for (int i = 0; i < 1'000; ++i)
            static_cast<void>(bucket.pay(100, now));
    };
    std::thread other(pay);
    pay();
    other.join();
    io::rate_bucket bucket(limit.state());
    const auto last = bucket.wait(bucket.pay(100, now), now);
    CHECK(last == 2'001 * 62'500us - rate_rule::credit);
}

TEST_CASE("rate limit: in a file -> all that have it open share it") {
    const int file = ::memfd_create("limit", MFD_CLOEXEC);
    REQUIRE(file >= 0);
    CHECK_FALSE(rate_limit::in_file(file)); // nothing in it yet
    REQUIRE(::ftruncate(file, rate_limit::file_size) == 0);
    const auto one = rate_limit::in_file(file);
    const auto other = rate_limit::in_file(file);
    ::close(file);
    REQUIRE(one);
    REQUIRE(other);
    CHECK((*one)->get() == 0);
    (*other)->set(5'000);
    CHECK((*one)->get() == 5'000);
    (*one)->set(0);
    CHECK((*other)->get() == 0);
}

TEST_CASE("rate limit: what cannot be one -> said with the descriptor") {
    const auto closed = rate_limit::in_file(987'654);
    REQUIRE_FALSE(closed);
    CHECK(closed.error().code() == errc::invalid_argument);
    CHECK(closed.error().detail().find("987654") != std::string::npos);
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    CHECK_FALSE(rate_limit::in_file(pipe[0]));
    ::close(pipe[0]);
    ::close(pipe[1]);
}
