// Setting the times of files, by whichever command a server has.
#include "client/operations.hpp"
#include "support/script.hpp"

#include <doctest/doctest.h>

using namespace ferry;
using namespace ferry::test;
using client_side::session;

namespace {

const std::chrono::sys_seconds wanted{std::chrono::seconds(1'000'000'000)};
const std::string stamp = "20010909014640";
const std::string no_mfmt = "211 Features\n MDTM\nEnd";
const std::string by_mdtm = "MDTM " + stamp + " a b";
const std::string by_utime = "SITE UTIME a b " + stamp + ' ' + stamp + ' ' + stamp + " UTC";
const std::string by_short_utime = "SITE UTIME " + stamp + " a b";

task<result<>> set(session& with) {
    return client_side::set_modification_time(with, "a b", wanted);
}

/// The second time, only what is known to work is asked.
task<result<>> set_twice(session& with) {
    auto first = co_await set(with);
    if (!first) co_return first;
    co_return co_await set(with);
}

void check_conversation(const script& lines, const operation& what, std::optional<errc> cause) {
    const auto seen = perform(lines, what);
    CHECK(seen.problem == "");
    CHECK(seen.complete);
    CHECK(seen.open);
    CHECK(seen.status.has_value() == !cause.has_value());
    if (!seen.status && cause) CHECK(seen.status.error().code() == *cause);
}

} // namespace

TEST_CASE("time: MFMT is listed -> MFMT alone, and its refusal is the answer") {
    play({{"FEAT", "211 Features\n MFMT\nEnd"}, {"MFMT " + stamp + " a b", "213 ok"}}, set, {0});
    check_conversation({{"FEAT", "211 Features\n MFMT\nEnd"}, {"MFMT " + stamp + " a b", "550 no"}},
                       set, errc::refused);
}

TEST_CASE("time: no MFMT -> MDTM with a time, looked at once and then relied upon") {
    play({{"FEAT", no_mfmt},
          {by_mdtm, "213 File modification time set."},
          {"MDTM a b", "213 " + stamp},
          {by_mdtm, "213 File modification time set."}},
         set_twice, {0, 1, 2});
    // A file system of whole minutes is not one of these; one of even seconds is.
    check_conversation({{"FEAT", no_mfmt}, {by_mdtm, "253 ok"}, {"MDTM a b", "213 20010909014639"}},
                       set, {});
}

TEST_CASE("time: MDTM refuses, or does something else -> SITE UTIME in both its forms") {
    for (const auto* refusal : {"550 no such file", "501 what", "500 what", "502 what"}) {
        CAPTURE(refusal);
        check_conversation({{"FEAT", "502 what"},
                            {by_mdtm, refusal},
                            {by_utime, "200 ok"},
                            {"MDTM a b", "213 " + stamp},
                            {by_utime, "200 ok"}},
                           set_twice, {});
        check_conversation({{"FEAT", "502 what"},
                            {by_mdtm, refusal},
                            {by_utime, refusal},
                            {by_short_utime, "200 ok"},
                            {"MDTM a b", "213 " + stamp},
                            {by_short_utime, "200 ok"}},
                           set_twice, {});
    }
    // Some answer with the time of a file of that name; some think of their own zone.
    for (const auto* found : {"213 20200101000000", "213 20010909034640", "213 20010909014642"}) {
        CAPTURE(found);
        check_conversation({{"FEAT", no_mfmt},
                            {by_mdtm, "213 20200101000000"},
                            {"MDTM a b", found},
                            {by_utime, "200 ok"},
                            {"MDTM a b", "213 " + stamp}},
                           set, {});
    }
}

TEST_CASE("time: no command works -> not_supported, and no more is asked in this session") {
    const operation twice = [](session& with) -> task<result<>> {
        const auto first = co_await set(with);
        REQUIRE_FALSE(first);
        CHECK(first.error().code() == errc::not_supported);
        co_return co_await set(with);
    };
    check_conversation({{"FEAT", no_mfmt},
                        {by_mdtm, "550 no such file"},
                        {by_utime, "500 what"},
                        {by_short_utime, "500 what"}},
                       twice, errc::not_supported);
    // What cannot be looked at cannot be relied upon.
    check_conversation({{"FEAT", no_mfmt},
                        {by_mdtm, "200 ok"},
                        {"MDTM a b", "502 what"},
                        {by_utime, "200 ok"},
                        {by_short_utime, "200 ok"}},
                       twice, errc::not_supported);
}

TEST_CASE("time: a command that works refuses one file -> the refusal, and it is used again") {
    const operation three = [](session& with) -> task<result<>> {
        auto first = co_await set(with);
        if (!first) co_return first;
        const auto second = co_await set(with);
        REQUIRE_FALSE(second);
        CHECK(second.error().code() == errc::permission_denied);
        co_return co_await set(with);
    };
    check_conversation({{"FEAT", no_mfmt},
                        {by_mdtm, "213 ok"},
                        {"MDTM a b", "213 " + stamp},
                        {by_mdtm, "550 Permission denied."},
                        {by_mdtm, "213 ok"}},
                       three, {});
}

TEST_CASE("time: not now -> that is the answer, and the command may still work") {
    const operation again = [](session& with) -> task<result<>> {
        const auto first = co_await set(with);
        REQUIRE_FALSE(first);
        CHECK(first.error().code() == errc::try_later);
        co_return co_await set(with);
    };
    check_conversation({{"FEAT", no_mfmt},
                        {by_mdtm, "450 busy"},
                        {by_mdtm, "213 ok"},
                        {"MDTM a b", "213 " + stamp}},
                       again, {});
}
