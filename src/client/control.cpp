#include "client/control.hpp"

#include "base/limits.hpp"
#include "plan/refusal.hpp"

namespace ferry::client_side {

namespace {

/// A wait that was broken off leaves its reply outstanding.
void close_if_out_of_step(control& talk, const error& why) {
    if (!why.connection_usable() || why.code() == errc::interrupted) talk.close();
}

} // namespace

task<result<reply>> final_reply(control& talk, patience how) {
    for (int preliminary = 0; preliminary <= limits::preliminary_replies; ++preliminary) {
        auto got = co_await talk.receive(how);
        if (!got) {
            close_if_out_of_step(talk, got.error());
            co_return got;
        }
        if (!got->preliminary()) co_return got;
    }
    talk.close();
    co_return fail(errc::limit_exceeded, "preliminary replies without end");
}

task<result<reply>> exchange(control& talk, std::string verb, std::string argument, patience how) {
    const auto step = plan::step_of(verb, argument);
    auto sent = co_await talk.send(std::move(verb), std::move(argument));
    if (!sent) {
        close_if_out_of_step(talk, sent.error());
        co_return fail(std::move(sent.error().at(step)));
    }
    auto got = co_await final_reply(talk, how);
    if (!got) got.error().at(step);
    co_return got;
}

task<result<reply>> command(control& talk, std::string verb, std::string argument) {
    auto got = co_await exchange(talk, verb, argument);
    if (!got || got->completed()) co_return got;
    co_return refuse(talk, *got, verb, argument);
}

bool is_refusal(const error& why) noexcept {
    return why.reply_code() != 0 && why.connection_usable();
}

failure refuse(control& talk, const reply& said, std::string_view verb, std::string_view argument) {
    auto why = plan::refusal(said, verb, argument);
    close_if_out_of_step(talk, why);
    return fail(std::move(why));
}

} // namespace ferry::client_side
