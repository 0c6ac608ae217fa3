// The transfer machine: every order of events, and the orders that servers are known for.
#include "plan/transfer_machine.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

using namespace ferry::plan;

namespace {

using enum transfer_event;

constexpr std::array all_events{preliminary, completed,    refused,   data_opened,   data_failed,
                                data_ended,  local_failed, cancelled, reply_overdue, control_lost};
static_assert(all_events.size() == transfer_event_count);

constexpr std::array<std::string_view, transfer_event_count> names{
    "1xx",   "2xx",         "5xx",    "opened",  "data failed",
    "ended", "disk failed", "cancel", "overdue", "control lost"};

/// One way a transfer may go: the machine, and what an observer saw.
class history {
public:
    history(transfer_direction direction, bool is_connected)
        : machine(direction, is_connected), connected(is_connected) {
        take(machine.start());
    }

    void happens(transfer_event what) {
        events.push_back(what);
        const bool data_ran = data_runs();
        if (what == preliminary) ready = true;
        if (what == completed || what == refused) ++final_replies;
        if (what == completed) saw_completed = true;
        if (what == data_opened) connected = true;
        if (what == data_ended && data_ran) saw_data_end = true;
        if (what == data_ended || what == data_failed || what == local_failed) data_over = true;
        if (what == control_lost || what == reply_overdue) lost = true;
        take(machine.on(what));
    }

    /// Whether a data event must come by itself: data moves, or the server is awaited.
    [[nodiscard]] bool data_runs() const { return !data_over && !closed && (moves || !connected); }

    [[nodiscard]] bool finished() const { return machine.state() == transfer_state::finished; }

    /// What a driver cannot deliver is left out of the search.
    [[nodiscard]] bool can_happen(transfer_event what) const {
        switch (what) {
        case data_opened:
            return !connected && !data_over;
        case data_ended:
        case local_failed:
            return moves && !data_over;
        case data_failed:
            return data_runs();
        case reply_overdue:
            return expects_reply;
        default:
            return true;
        }
    }

    [[nodiscard]] std::string text() const {
        std::string line;
        for (const auto what : events)
            line += std::string(names[static_cast<std::size_t>(what)]) + ", ";
        return line;
    }

    void take(transfer_actions actions) {
        using enum transfer_action;
        if (includes(actions, move_data)) {
            ok = ok && !moves && !closed && connected;
            moves = true;
        }
        if (includes(actions, send_abort)) {
            ok = ok && !aborted;
            aborted = true;
        }
        closed = closed || includes(actions, close_data);
        expects_reply = includes(actions, expect_reply);
        ok = ok && includes(actions, finish) == (finished() && !was_finished);
        if (was_finished) ok = ok && actions == 0;
        if (includes(actions, finish)) ok = ok && includes(actions, close_data);
        was_finished = finished();
    }

    transfer_machine machine;
    std::vector<transfer_event> events;
    bool ok = true;
    bool connected;
    bool ready = false;
    bool moves = false;
    bool closed = false;
    bool aborted = false;
    bool data_over = false;
    bool expects_reply = false;
    bool saw_completed = false;
    bool saw_data_end = false;
    bool lost = false;
    bool was_finished = false;
    int final_replies = 0;
};

/// What must hold of any history; the reason if it does not.
std::string broken_rule(const history& seen) {
    const auto& machine = seen.machine;
    if (!seen.ok) return "actions out of order";
    if (!seen.finished()) {
        if (!seen.expects_reply && !seen.data_runs()) return "waits for nothing";
        if (seen.expects_reply && seen.machine.state() == transfer_state::open)
            return "a reply timer runs while data moves";
        return {};
    }
    if (machine.outcome() == transfer_outcome::running) return "finished without an outcome";
    if (machine.outcome() == transfer_outcome::succeeded &&
        !(seen.saw_completed && seen.saw_data_end))
        return "succeeded without data or 2xx";
    const int due = seen.aborted ? 2 : 1;
    if (machine.in_step() && (seen.final_replies != due || seen.lost))
        return "in step with replies outstanding, or too many";
    return {};
}

class search {
public:
    void explore(const history& seen, int depth) {
        ++histories;
        states.insert(seen.machine.state());
        const auto broken = broken_rule(seen);
        if (!broken.empty()) FAIL(broken << " after " << seen.text());
        if (depth == 0 || seen.finished()) return;
        for (const auto what : all_events) {
            if (!seen.can_happen(what)) continue;
            auto next = seen;
            next.happens(what);
            explore(next, depth - 1);
        }
    }

    std::size_t histories = 0;
    std::set<transfer_state> states;
};

history after(transfer_direction direction, bool connected,
              std::initializer_list<transfer_event> events) {
    history seen(direction, connected);
    for (const auto what : events)
        seen.happens(what);
    return seen;
}

constexpr auto down = transfer_direction::download;
constexpr auto up = transfer_direction::upload;

} // namespace

TEST_CASE("transfer machine: every possible order of events -> all rules hold") {
    search through;
    for (const auto direction : {down, up})
        for (const bool connected : {false, true})
            through.explore(history(direction, connected), 7);
    CHECK(through.states.size() == transfer_state_count);
    CHECK(through.histories > 10'000);
}

TEST_CASE("transfer machine: any events at all -> no success and no step out of nothing") {
    search through;
    for (const auto direction : {down, up})
        for (const bool connected : {false, true}) {
            const history start(direction, connected);
            for (const auto first : all_events)
                for (const auto second : all_events)
                    for (const auto third : all_events)
                        for (const auto fourth : all_events) {
                            auto seen = start;
                            for (const auto what : {first, second, third, fourth})
                                seen.happens(what);
                            const auto& machine = seen.machine;
                            if (machine.outcome() == transfer_outcome::succeeded)
                                REQUIRE_MESSAGE(seen.saw_completed, seen.text());
                            if (!seen.finished()) continue;
                            auto again = seen.machine;
                            REQUIRE(again.on(first) == 0);
                        }
        }
}

TEST_CASE("transfer machine: from every history, patience running out ends it") {
    for (const auto direction : {down, up})
        for (const bool connected : {false, true})
            for (const auto first : all_events)
                for (const auto second : all_events) {
                    history seen(direction, connected);
                    for (const auto what : {first, second})
                        if (seen.can_happen(what) && !seen.finished()) seen.happens(what);
                    for (int i = 0; i < 4 && !seen.finished(); ++i)
                        seen.happens(seen.expects_reply ? reply_overdue : data_failed);
                    CHECK_MESSAGE(seen.finished(), seen.text());
                }
}

TEST_CASE("transfer machine: the usual ways -> success, in step") {
    for (const auto& seen :
         {after(down, true, {preliminary, data_ended, completed}),
          after(down, true, {preliminary, completed, data_ended}),
          after(down, true, {data_ended, preliminary, completed}),
          after(down, true, {completed, data_ended}), // no 1xx: some servers
          after(down, false, {data_opened, preliminary, data_ended, completed}),
          after(down, false, {preliminary, data_opened, data_ended, completed}),
          after(down, false, {preliminary, completed, data_opened, data_ended}),
          after(up, true, {preliminary, data_ended, completed}),
          after(up, true, {preliminary, preliminary, data_ended, preliminary, completed}),
          after(up, false, {preliminary, data_opened, data_ended, completed}),
          after(up, false, {data_opened, preliminary, data_ended, completed})}) {
        CHECK_MESSAGE(seen.machine.outcome() == transfer_outcome::succeeded, seen.text());
        CHECK(seen.machine.in_step());
        CHECK(seen.finished());
    }
}

TEST_CASE("transfer machine: a download is read as soon as connected, an upload sent after 1xx") {
    CHECK(history(down, true).moves);
    CHECK_FALSE(history(up, true).moves);
    CHECK(after(up, true, {preliminary}).moves);
    CHECK(after(down, false, {data_opened}).moves);
    CHECK_FALSE(after(up, false, {data_opened}).moves);
    CHECK(after(up, false, {data_opened, preliminary}).moves);
}

TEST_CASE("transfer machine: the server refuses -> refused, in step, whatever the data did") {
    for (const auto& seen :
         {after(down, true, {refused}), after(down, true, {data_ended, refused}),
          after(down, true, {data_failed, refused}), after(down, true, {preliminary, refused}),
          after(up, true, {preliminary, data_failed, refused})}) {
        CHECK_MESSAGE(seen.machine.outcome() == transfer_outcome::refused, seen.text());
        CHECK(seen.machine.in_step());
    }
}

TEST_CASE("transfer machine: data failed and yet 2xx -> data_failed, in step") {
    for (const auto& seen :
         {after(down, true, {preliminary, data_failed, completed}),
          after(down, true, {preliminary, completed, data_failed}), after(up, true, {completed})}) {
        CHECK_MESSAGE(seen.machine.outcome() == transfer_outcome::data_failed, seen.text());
        CHECK(seen.machine.in_step());
    }
}

TEST_CASE("transfer machine: cancelled -> ABOR, and in step once both replies are there") {
    const auto two = after(down, true, {preliminary, cancelled, refused, completed});
    CHECK(two.aborted);
    CHECK(two.machine.outcome() == transfer_outcome::cancelled);
    CHECK(two.machine.in_step());
    const auto one = after(down, true, {preliminary, cancelled, completed});
    CHECK_FALSE(one.finished());
    const auto only_one = after(down, true, {preliminary, cancelled, completed, reply_overdue});
    CHECK(only_one.finished());
    CHECK_FALSE(only_one.machine.in_step());
    CHECK(only_one.machine.outcome() == transfer_outcome::cancelled);
    const auto twice = after(down, true, {preliminary, cancelled, cancelled});
    CHECK(twice.finished());
    CHECK_FALSE(twice.machine.in_step());
    const auto done_already = after(down, true, {preliminary, completed, cancelled});
    CHECK_FALSE(done_already.aborted);
    CHECK(done_already.machine.in_step());
}

TEST_CASE("transfer machine: the disk is full -> a download hangs up, an upload aborts") {
    const auto download = after(down, true, {preliminary, local_failed});
    CHECK(download.closed);
    CHECK_FALSE(download.aborted);
    const auto ended = after(down, true, {preliminary, local_failed, refused});
    CHECK(ended.machine.outcome() == transfer_outcome::local_failed);
    CHECK(ended.machine.in_step());
    CHECK(after(up, true, {preliminary, local_failed}).aborted);
}

TEST_CASE("transfer machine: 226 never comes -> overdue, out of step") {
    const auto seen = after(down, true, {preliminary, data_ended, reply_overdue});
    CHECK(seen.machine.outcome() == transfer_outcome::reply_overdue);
    CHECK_FALSE(seen.machine.in_step());
}

TEST_CASE("transfer machine: 226 twice, or the control connection ends after it -> out of step") {
    const auto twice = after(down, true, {preliminary, completed, completed, data_ended});
    CHECK(twice.machine.outcome() == transfer_outcome::succeeded);
    CHECK_FALSE(twice.machine.in_step());
    const auto gone = after(down, true, {preliminary, completed, control_lost, data_ended});
    CHECK(gone.machine.outcome() == transfer_outcome::succeeded);
    CHECK_FALSE(gone.machine.in_step());
    const auto early = after(down, true, {preliminary, data_ended, control_lost});
    CHECK(early.machine.outcome() == transfer_outcome::control_lost);
}
