#include "client/recovery.hpp"

#include "client/login.hpp"
#include "client/operations.hpp"
#include "client/security.hpp"

#include <random>

namespace ferry::client_side {

namespace {

std::uint32_t chance() {
    thread_local std::minstd_rand numbers{std::random_device()()};
    return static_cast<std::uint32_t>(numbers());
}

plan::retry_limits limits_of(const session& with) {
    const auto& asked = with.options().retry;
    return plan::retry_limits(asked.retries, asked.most_time);
}

} // namespace

task<result<>> enter(session& with, credentials who) {
    auto in = co_await login(with.talk(), who);
    // At once and not with the first file: some servers (pure-ftpd) let nobody look before.
    if (in) in = co_await choose_protection(with);
    if (in && with.options().tls.clear_control) in = co_await leave_tls(with);
    if (in) with.back().who = std::move(who);
    co_return in;
}

task<result<>> restore(session& with) {
    // A copy: what is done here writes there, too.
    const auto back = with.back();
    auto done = co_await with.connect(back.host, back.port, back.implicit_tls);
    if (done && back.who) done = co_await enter(with, *back.who);
    if (!done) {
        with.back() = back;
        // Half of the way is no place to go on from.
        with.talk().close();
        co_return done;
    }
    for (const auto& step : back.directories) {
        done = co_await change_directory(with.talk(), step);
        if (done) continue;
        with.talk().close();
        break;
    }
    with.back() = back;
    co_return done;
}

retry_run::retry_run(session& with, plan::operation what, try_memory& memory)
    : with_(&with), what_(what), memory_(&memory), plan_(limits_of(with)), began_(clock::now()) {}

task<result<bool>> retry_run::again(const error& why) {
    const bool lost = !with_->talk().is_open();
    if (with_->back().host.empty() || memory_->spent || why.code() == errc::interrupted)
        co_return false;
    if (lost && plan::when_lost(what_) == plan::after_loss::report) co_return false;
    plan::failed_try how;
    how.progressed = memory_->progressed;
    how.host_answered = with_->back().answered;
    how.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - began_);
    how.chance = chance();
    const auto wait = plan_.after(why, how);
    if (!wait) co_return false;
    memory_->lost = memory_->lost || lost;
    // A server that has no room for a login mostly closes next; it is met anew.
    if (what_ == plan::operation::login) with_->talk().close();
    const auto& tell = with_->options().retry.on_retry;
    if (tell) tell(retry_notice(why, *wait, plan_.in_a_row(), plan_.most()));
    auto slept = co_await io::sleep_for(*wait);
    if (!slept) co_return fail(std::move(slept.error()));
    co_return true;
}

} // namespace ferry::client_side
