// The ladder of data connections: every order of successes and setbacks.
#include "plan/data_ladder.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace ferry::plan;

namespace {

enum class step { worked, refused, malformed, unreachable, new_transfer };

constexpr step all_steps[] = {step::worked, step::refused, step::malformed, step::unreachable,
                              step::new_transfer};

data_setback setback_of(step what) {
    if (what == step::refused) return data_setback::refused;
    if (what == step::malformed) return data_setback::malformed;
    return data_setback::connect_failed;
}

class climb {
public:
    climb(data_policy policy, bool v6) : ladder(policy, v6), policy_(policy), v6_(v6) {}

    void take(step what) {
        const auto way = ladder.current();
        if (what == step::new_transfer) {
            ladder.restart();
            return;
        }
        if (!way) return;
        if (what == step::worked) {
            ladder.worked();
            REQUIRE(ladder.current() == way);
            return;
        }
        ladder.failed(setback_of(what));
        REQUIRE(ladder.current() != way);
        if (what != step::unreachable) barred_.insert(*way);
    }

    void check() const {
        const auto way = ladder.current();
        if (!way) return;
        REQUIRE(barred_.count(*way) == 0);
        if (policy_ == data_policy::passive_only) REQUIRE(is_passive(*way));
        if (policy_ == data_policy::active_only) REQUIRE_FALSE(is_passive(*way));
        if (v6_) REQUIRE((*way == data_way::epsv || *way == data_way::eprt));
        // Each failure takes a way away, so a transfer tries each at most once.
        auto copy = ladder;
        int tries = 0;
        while (copy.current()) {
            copy.failed(data_setback::connect_failed);
            REQUIRE(++tries <= 4);
        }
    }

    data_ladder ladder;

private:
    data_policy policy_;
    bool v6_;
    std::set<data_way> barred_;
};

void explore(const climb& seen, int depth) {
    seen.check();
    if (depth == 0) return;
    for (const auto what : all_steps) {
        auto next = seen;
        next.take(what);
        explore(next, depth - 1);
    }
}

std::vector<data_way> order(data_ladder ladder) {
    std::vector<data_way> ways;
    while (const auto way = ladder.current()) {
        ways.push_back(*way);
        ladder.failed(data_setback::refused);
    }
    return ways;
}

} // namespace

TEST_CASE("data ladder: every history of six steps -> barred ways never come back") {
    for (const auto policy :
         {data_policy::automatic, data_policy::passive_only, data_policy::active_only})
        for (const bool v6 : {false, true})
            explore(climb(policy, v6), 6);
}

TEST_CASE("data ladder: order of the ways") {
    using enum data_way;
    CHECK(order({data_policy::automatic, false}) == std::vector{epsv, pasv, eprt, port});
    CHECK(order({data_policy::automatic, true}) == std::vector{epsv, eprt});
    CHECK(order({data_policy::passive_only, false}) == std::vector{epsv, pasv});
    CHECK(order({data_policy::active_only, false}) == std::vector{eprt, port});
    CHECK(order({data_policy::active_only, true}) == std::vector{eprt});
}

TEST_CASE("data ladder: a way that worked -> first choice of the next transfer") {
    data_ladder ladder(data_policy::automatic, false);
    ladder.failed(data_setback::connect_failed);
    ladder.worked();
    ladder.restart();
    CHECK(ladder.current() == data_way::pasv);
}

TEST_CASE("data ladder: all failed to connect -> tried again for the next transfer, refused not") {
    data_ladder ladder(data_policy::passive_only, false);
    ladder.failed(data_setback::refused);
    ladder.failed(data_setback::connect_failed);
    CHECK_FALSE(ladder.current());
    ladder.restart();
    CHECK(ladder.current() == data_way::pasv);
}

TEST_CASE("data ladder: verbs") {
    CHECK(verb_of(data_way::epsv) == "EPSV");
    CHECK(verb_of(data_way::pasv) == "PASV");
    CHECK(verb_of(data_way::eprt) == "EPRT");
    CHECK(verb_of(data_way::port) == "PORT");
}
