// Operations from scripts, each with every step broken and answered wrongly.
#include "client/operations.hpp"

#include "client/listing.hpp"
#include "client/login.hpp"
#include "support/script.hpp"

using namespace ferry;
using namespace ferry::test;
using client_side::session;

namespace {

credentials who(const std::string& user, const std::string& password,
                const std::string& account = {}) {
    credentials made;
    made.user = user;
    made.password = password;
    made.account = account;
    return made;
}

operation login_as(const credentials& someone) {
    return [someone](session& with) { return client_side::login(with.talk(), someone); };
}

/// Runs against a script that ends in a failure, and gives that.
error failure_of(const script& text, const operation& what) {
    const auto seen = perform(text, what);
    CHECK(seen.problem == "");
    CHECK(seen.complete);
    REQUIRE_FALSE(seen.status);
    return seen.status.error();
}

const operation make_directory = [](session& with) {
    return client_side::make_directory(with.talk(), "a b");
};

task<result<>> keep_stat(session& with, std::string path, std::optional<entry>& found) {
    auto got = co_await client_side::stat(with, std::move(path));
    if (!got) co_return fail(std::move(got.error()));
    found = *got;
    co_return result<>();
}

const std::string feat_with_mlst = "211 Features\n MLST type*;size*;\n UTF8\nEnd";

} // namespace

TEST_CASE("login: each way a server asks -> logged in") {
    const auto alice = who("alice", "secret", "sales");
    play({{"USER alice", "331 password"}, {"PASS secret", "230 welcome"}}, login_as(alice));
    play({{"USER alice", "230 no password needed"}}, login_as(alice));
    play({{"USER alice", "331 password"}, {"PASS secret", "202 superfluous"}}, login_as(alice));
    play({{"USER alice", "331 password"}, {"PASS secret", "332 account"}, {"ACCT sales", "230 ok"}},
         login_as(alice));
    play({{"USER alice", "332 account"}, {"ACCT sales", "230 ok"}}, login_as(alice));
    play({{"USER anonymous", "331 your address"}, {"PASS anonymous@", "230 hello"}},
         login_as(credentials()));
}

TEST_CASE("login: the server does not want -> why") {
    const auto alice = who("alice", "secret");
    CHECK(failure_of({{"USER alice", "530 not you"}}, login_as(alice)).code() ==
          errc::login_refused);
    const auto wrong =
        failure_of({{"USER alice", "331 password"}, {"PASS secret", "530 wrong"}}, login_as(alice));
    CHECK(wrong.code() == errc::login_refused);
    CHECK(wrong.message().find("secret") == std::string::npos);
    CHECK(failure_of({{"USER alice", "331 password"}, {"PASS secret", "332 account"}},
                     login_as(alice))
              .code() == errc::account_needed);
    // Asked for the password again and again: no loop (threats C18).
    CHECK(failure_of({{"USER alice", "331 password"}, {"PASS secret", "331 password"}},
                     login_as(alice))
              .code() == errc::protocol_error);
}

TEST_CASE("simple operations: as they should go") {
    play({{"MKD a b", "257 \"a b\" created"}}, make_directory);
    play({{"RMD a", "250 gone"}},
         [](session& with) { return client_side::remove_directory(with.talk(), "a"); });
    play({{"DELE a", "250 gone"}},
         [](session& with) { return client_side::remove_file(with.talk(), "a"); });
    play({{"CWD a", "250 there"}},
         [](session& with) { return client_side::change_directory(with.talk(), "a"); });
    play({{"CDUP", "200 up"}},
         [](session& with) { return client_side::parent_directory(with.talk()); });
    play({{"NOOP", "200 ok"}},
         [](session& with) { return client_side::no_operation(with.talk()); });
    play({{"RNFR a", "350 to what"}, {"RNTO b", "250 renamed"}},
         [](session& with) { return client_side::rename(with.talk(), "a", "b"); });
    play({{"SITE CHMOD 644 a b", "200 ok"}},
         [](session& with) { return client_side::change_mode(with.talk(), "a b", 0644); });
    play({{"SITE CHMOD 007 a", "200 ok"}},
         [](session& with) { return client_side::change_mode(with.talk(), "a", 07); });
    play({{"SITE CHMOD 4755 a", "200 ok"}},
         [](session& with) { return client_side::change_mode(with.talk(), "a", 04755); });
    play({{"SYST", "215 UNIX Type: L8"}},
         [](session& with) { return only_status(client_side::system(with.talk())); });
    play({{"PWD", "257 \"/a \"\"b\"\"\" is it"}},
         [](session& with) { return only_status(client_side::working_directory(with.talk())); });
}

TEST_CASE("rename: 2xx where 350 belongs -> out of step, closed, and nothing is renamed") {
    const auto seen = perform({{"RNFR a", "250 odd"}}, [](session& with) {
        return client_side::rename(with.talk(), "a", "b");
    });
    REQUIRE_FALSE(seen.status);
    CHECK(seen.status.error().code() == errc::protocol_error);
    CHECK_FALSE(seen.open);
    CHECK(seen.sent.size() == 1);
}

TEST_CASE("operations: preliminary replies before the answer -> passed over, not without end") {
    CHECK(perform({{"MKD a b", "120 slow|150 slow|257 made"}}, make_directory).status);
    std::string flood;
    for (int i = 0; i < 100; ++i)
        flood += "150 wait|";
    const auto seen = perform({{"MKD a b", flood + "257 made"}}, make_directory);
    REQUIRE_FALSE(seen.status);
    CHECK(seen.status.error().code() == errc::limit_exceeded);
    CHECK_FALSE(seen.open);
}

TEST_CASE("change_mode: more than permission bits -> nothing is sent") {
    CHECK(failure_of({}, [](session& with) {
              return client_side::change_mode(with.talk(), "a", 010000);
          }).code() == errc::invalid_argument);
}

TEST_CASE("SIZE and MDTM: in TYPE I, once") {
    play({{"TYPE I", "200 ok"}, {"SIZE a", "213 123"}},
         [](session& with) { return only_status(client_side::size(with, "a")); });
    play({{"MDTM a", "213 20260301123456"}},
         [](session& with) { return only_status(client_side::modification_time(with, "a")); });
}

TEST_CASE("MDTM: a name that looks like a time and another name -> still a question") {
    for (const auto& [name, line] :
         {std::pair("20260301123456 x", "MDTM ./20260301123456 x"),
          std::pair("20260301 x", "MDTM ./20260301 x"),
          std::pair("20260301123456.7 x", "MDTM ./20260301123456.7 x"),
          std::pair("20260301123456", "MDTM 20260301123456"), std::pair("2026 x", "MDTM 2026 x"),
          std::pair("a/20260301 x", "MDTM a/20260301 x")})
        play({{line, "213 20260301123456"}}, [path = std::string(name)](session& with) {
            return only_status(client_side::modification_time(with, path));
        });
}

TEST_CASE("SIZE: what no file can have, or no number -> refused as not understood, in step") {
    for (const auto* answer :
         {"213 -1", "213 99999999999999999999", "213 18446744073709551615", "213 many", "213 "}) {
        CAPTURE(answer);
        const auto seen = perform({{"TYPE I", "200 ok"}, {"SIZE a", answer}}, [](session& with) {
            return only_status(client_side::size(with, "a"));
        });
        REQUIRE_FALSE(seen.status);
        CHECK(seen.status.error().code() == errc::refused);
        CHECK(seen.open);
    }
}

TEST_CASE("a command that the server does not know -> not asked again") {
    const operation twice = [](session& with) -> task<result<>> {
        const auto first = co_await client_side::size(with, "a");
        CHECK_FALSE(first);
        const auto second = co_await client_side::size(with, "b");
        CHECK_FALSE(second);
        if (!second) CHECK(second.error().code() == errc::not_supported);
        co_return result<>();
    };
    const auto seen = perform({{"TYPE I", "200 ok"}, {"SIZE a", "502 what"}}, twice);
    CHECK(seen.status);
    CHECK(seen.complete);
    CHECK(seen.problem == "");
}

TEST_CASE("FEAT: asked once, and UTF8 is switched on where it is listed") {
    play({{"FEAT", feat_with_mlst}, {"OPTS UTF8 ON", "200 ok"}},
         [](session& with) { return only_status(client_side::feature_lines(with)); }, {0, 1});
    const operation twice = [](session& with) -> task<result<>> {
        auto first = co_await client_side::feature_lines(with);
        if (!first) co_return fail(std::move(first.error()));
        auto second = co_await client_side::feature_lines(with);
        REQUIRE(second);
        CHECK(*first == *second);
        co_return result<>();
    };
    play({{"FEAT", "502 what"}}, twice, {0});
    play({{"FEAT", feat_with_mlst}, {"OPTS UTF8 ON", "501 always on"}}, twice, {0, 1});
}

TEST_CASE("stat: by MLST -> the facts, with the name that was asked for") {
    std::optional<entry> found;
    const operation look = [&found](session& with) { return keep_stat(with, "dir/a b", found); };
    play({{"FEAT", feat_with_mlst},
          {"OPTS UTF8 ON", "200 ok"},
          {"MLST dir/a b", "250 here\n type=file;size=7;modify=20260301123456; /x/dir/a b\nend"}},
         look, {0, 1, 2});
    REQUIRE(found);
    CHECK(found->name == "a b");
    CHECK(found->type == entry_type::file);
    CHECK(found->size == 7);
}

TEST_CASE("stat: without MLST -> SIZE and MDTM for a file, CWD and back for a directory") {
    const operation look = [](session& with) { return only_status(client_side::stat(with, "a")); };
    play({{"FEAT", "502 what"},
          {"TYPE I", "200 ok"},
          {"SIZE a", "213 5"},
          {"MDTM a", "213 20260301123456"}},
         look, {0, 1, 2, 3});
    play({{"FEAT", "502 what"},
          {"TYPE I", "200 ok"},
          {"SIZE a", "550 not a file"},
          {"PWD", "257 \"/home\""},
          {"CWD a", "250 there"},
          {"CWD /home", "250 back"}},
         look, {0, 1, 2});
    const auto nowhere = failure_of({{"FEAT", "502 what"},
                                     {"TYPE I", "200 ok"},
                                     {"SIZE a", "550 no"},
                                     {"PWD", "257 \"/home\""},
                                     {"CWD a", "550 no such directory"},
                                     {"EPSV", "500 no"},
                                     {"PASV", "500 no"},
                                     {"EPRT |1|10.0.0.2|40001|", "500 no"},
                                     {"PORT 10,0,0,2,156,66", "500 no"}},
                                    look);
    CHECK(nowhere.code() == errc::not_found);
}

TEST_CASE("greeting: 220, also after 120 -> welcome; others -> closed") {
    const auto greet = [](const std::string& said) {
        return perform(
            {}, [](session& with) { return client_side::read_greeting(with.talk()); },
            [&](performance& p) { p.say(said); });
    };
    CHECK(greet("220 ready").status);
    CHECK(greet("120 in a minute|220 ready").status);
    for (const auto* said : {"421 full", "530 not you", "331 what", "500 no"}) {
        const auto seen = greet(said);
        CAPTURE(said);
        CHECK_FALSE(seen.status);
        CHECK_FALSE(seen.open);
    }
    CHECK(greet("421 full").status.error().code() == errc::service_unavailable);
}

TEST_CASE("raw: any reply is an answer; commands with data are not sent") {
    const auto raw = [](const std::string& text) -> operation {
        return [text](session& with) { return only_status(client_side::raw(with, text)); };
    };
    CHECK(perform({{"SITE HELP", "550 no help"}}, raw("site HELP")).status);
    CHECK(failure_of({}, raw("")).code() == errc::invalid_argument);
    CHECK(failure_of({}, raw("list /")).code() == errc::invalid_argument);
}

TEST_CASE("quit: whatever the server says, and nothing without a connection") {
    const operation leave = [](session& with) -> task<result<>> {
        co_await client_side::quit(with.talk());
        co_await client_side::quit(with.talk());
        co_return result<>();
    };
    for (const auto* said : {"221 bye", "500 what", "421 bye"}) {
        const auto seen = perform({{"QUIT", said}}, leave);
        CHECK(seen.status);
        CHECK(seen.complete);
        CHECK_FALSE(seen.open);
    }
}
