// Contexts, groups, mailboxes, and cancelling them.
#include "io/asio.hpp"
#include "io/mailbox.hpp"
#include "io/task_group.hpp"
#include "support/run_task.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

io::task<> wait_for(io::wake_up& bell, std::optional<errc>& ended) {
    const auto woken = co_await bell.wait();
    if (!woken) ended = woken.error().code();
}

io::task<> cancel_a_group(io::context& where, std::optional<errc>& ended) {
    io::wake_up bell(where);
    io::task_group group(where);
    group.spawn(wait_for(bell, ended));
    // A post behind the spawned task: it has reached its wait.
    co_await io::sleep_for(0ms);
    group.cancel();
    co_await group.join();
}

io::task<> push_later(io::mailbox<int>& box) {
    co_await io::sleep_for(0ms);
    box.push(1);
    box.push(2);
}

io::task<> pop_two(io::context& where, std::vector<int>& got) {
    io::mailbox<int> box(where);
    io::task_group group(where);
    group.spawn(push_later(box));
    for (int i = 0; i < 2; ++i) {
        auto item = co_await box.pop();
        if (item) got.push_back(*item);
    }
    co_await group.join();
}

io::task<> pop_nothing(io::context& where, std::optional<errc>& ended) {
    io::mailbox<int> box(where);
    const auto item = co_await box.pop(1ms);
    if (!item) ended = item.error().code();
}

io::task<> throw_something() {
    throw std::runtime_error("thrown");
    co_return;
}

io::task<> join_thrower(io::context& where) {
    io::task_group group(where);
    group.spawn(throw_something());
    co_await group.join();
}

io::task<> cancelled_twice(io::context& where, std::vector<errc>& causes) {
    io::wake_up bell(where);
    where.cancel();
    const auto first = co_await bell.wait();
    if (!first) causes.push_back(first.error().code());
    // Clean-up after a cancel: this wait ends by its limit, not by the cancel before it.
    const auto second = co_await bell.wait(1ms);
    if (!second) causes.push_back(second.error().code());
}

io::task<> cancelled_between_waits(io::context& where, std::vector<errc>& causes) {
    io::wake_up bell(where);
    where.cancel();
    // The cancellation runs while this task waits for nothing that can be cancelled.
    co_await io::asio::post(io::asio::use_awaitable);
    for (int i = 0; i < 2; ++i) {
        const auto woken = co_await bell.wait(1ms);
        if (!woken) causes.push_back(woken.error().code());
    }
}

} // namespace

TEST_CASE("context: cancelled between two waits -> the next one is told, once") {
    io::context where;
    std::vector<errc> causes;
    where.run(cancelled_between_waits(where, causes));
    CHECK(causes == std::vector<errc>{errc::interrupted, errc::reply_timeout});
}

TEST_CASE("task_group: cancelled -> its task is told and joined") {
    io::context where;
    std::optional<errc> ended;
    where.run(cancel_a_group(where, ended));
    CHECK(ended == errc::interrupted);
}

TEST_CASE("task_group: a task throws -> join rethrows") {
    io::context where;
    CHECK_THROWS_AS(where.run(join_thrower(where)), std::runtime_error);
}

TEST_CASE("mailbox: two items pushed at once -> both come out in order") {
    io::context where;
    std::vector<int> got;
    where.run(pop_two(where, got));
    CHECK(got == std::vector<int>{1, 2});
}

TEST_CASE("mailbox: nothing comes within the limit -> reply_timeout") {
    io::context where;
    std::optional<errc> ended;
    where.run(pop_nothing(where, ended));
    CHECK(ended == errc::reply_timeout);
}

TEST_CASE("context: cancelled -> the wait fails, later ones work again") {
    io::context where;
    std::vector<errc> causes;
    where.run(cancelled_twice(where, causes));
    CHECK(causes == std::vector<errc>{errc::interrupted, errc::reply_timeout});
}

TEST_CASE("context: cancel between runs -> the next run is not touched") {
    io::context where;
    where.cancel();
    std::optional<errc> ended;
    where.run(pop_nothing(where, ended));
    CHECK(ended == errc::reply_timeout);
}
