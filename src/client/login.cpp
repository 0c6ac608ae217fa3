#include "client/login.hpp"

#include "plan/login_plan.hpp"
#include "plan/refusal.hpp"

namespace ferry::client_side {

task<result<>> read_greeting(control& talk) {
    auto greeting = co_await final_reply(talk);
    if (!greeting) co_return fail(std::move(greeting.error().at("greeting")));
    if (greeting->completed()) co_return result<>();
    talk.close();
    // A server that will not talk now says so with 4xx or 5xx, whichever it likes.
    error refused(greeting->kind() >= 4 ? errc::service_unavailable : errc::protocol_error);
    refused.at("greeting").said(greeting->code, greeting->text());
    co_return fail(std::move(refused));
}

task<result<>> login(control& talk, credentials who) {
    using enum plan::login_step;
    auto stage = plan::login_stage::user;
    std::string verb = "USER";
    std::string argument = who.user;
    while (true) {
        auto got = co_await exchange(talk, verb, argument);
        if (!got) co_return fail(std::move(got.error()));
        switch (plan::next_login_step(stage, got->code, !who.account.empty())) {
        case done:
            co_return result<>();
        case send_password:
            stage = plan::login_stage::password;
            verb = "PASS";
            argument = who.password;
            break;
        case send_account:
            stage = plan::login_stage::account;
            verb = "ACCT";
            argument = who.account;
            break;
        case account_needed: {
            error wanted(errc::account_needed);
            wanted.at(plan::step_of(verb, argument)).said(got->code, got->text());
            co_return fail(std::move(wanted));
        }
        case refused:
            co_return refuse(talk, *got, verb, argument);
        }
    }
}

} // namespace ferry::client_side
