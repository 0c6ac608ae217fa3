// Conversations over TLS (RFC 4217): the control connection. tls_data.cpp has the data connection.
#include "support/tls_visitor.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

io::task<> speak_safely(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    const auto features = co_await guest.ask("FEAT");
    for (const auto* const line : {" AUTH TLS\n", " PBSZ\n", " PROT\n", " CCC\n"})
        CHECK(features.find('\n' + std::string(line)) != std::string::npos);
    co_await guest.expect("HELP AUTH", "214 AUTH TLS: begins TLS");
    co_await guest.expect("AUTH TLS", "234 TLS may begin");
    REQUIRE(co_await guest.begin_tls());
    co_await guest.expect("PWD", "530 Please log in with USER and PASS");
    co_await guest.name_and_password();
    co_await guest.expect("PWD", R"(257 "/" is the directory)");
    const auto clear = co_await guest.ask("STAT");
    CHECK(clear.find("\n " + guest.control->facts().version) != std::string::npos);
    CHECK(clear.find(", data is clear\n") != std::string::npos);
    co_await guest.expect("PBSZ 0", "200 PBSZ=0");
    co_await guest.expect("PROT P", "200 Data connections are protected");
    const auto safe = co_await guest.ask("STAT");
    CHECK(safe.find(", data is protected\n") != std::string::npos);
    co_await guest.expect("QUIT", "221 Goodbye");
    co_await guest.expect_reply("(end)");
}

io::task<> use_each_mechanism(test::served& world) {
    for (const auto* const name : {"TLS", "tls", "TLS-C", "SSL", "TLS-P"}) {
        CAPTURE(name);
        test::tls_visitor guest(world);
        co_await guest.connect();
        co_await guest.expect_reply("220 ferry ready");
        co_await guest.expect("AUTH " + std::string(name), "234 TLS may begin");
        REQUIRE(co_await guest.begin_tls());
        const auto status = co_await guest.ask("STAT");
        const bool as_of_old = std::string_view(name) == "SSL" || std::string_view(name) == "TLS-P";
        CHECK((status.find("data is protected") != std::string::npos) == as_of_old);
    }
}

io::task<> ask_in_the_wrong_order(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    co_await guest.expect("AUTH", "501 An argument is needed");
    co_await guest.expect("AUTH GSSAPI", "504 Only TLS is known");
    co_await guest.expect("PBSZ 0", "503 Use AUTH TLS first");
    co_await guest.expect("PROT P", "503 Use AUTH TLS first");
    co_await guest.expect("CCC", "530 Please log in with USER and PASS");
    co_await guest.name_and_password();
    co_await guest.expect("CCC", "533 The control connection is not protected");
    co_await guest.expect("AUTH TLS", "234 TLS may begin");
    REQUIRE(co_await guest.begin_tls());
    co_await guest.expect("PWD", "530 Please log in with USER and PASS"); // what was before is gone
    co_await guest.expect("AUTH TLS", "503 TLS is on already");
    co_await guest.expect("PROT P", "503 Send PBSZ 0 first");
    co_await guest.expect("PBSZ x", "501 Use PBSZ 0");
    co_await guest.expect("PBSZ -1", "501 Use PBSZ 0");
    co_await guest.expect("PBSZ 4294967296", "501 Use PBSZ 0");
    co_await guest.expect("PROT P", "503 Send PBSZ 0 first");
    co_await guest.expect("PBSZ 16384", "200 PBSZ=0");
    co_await guest.expect("PROT S", "536 TLS has no such level, use PROT P");
    co_await guest.expect("PROT E", "536 TLS has no such level, use PROT P");
    co_await guest.expect("PROT X", "504 Use PROT P or PROT C");
    co_await guest.expect("PROT c", "200 Data connections are clear");
    co_await guest.expect("PROT p", "200 Data connections are protected");
}

io::task<> inject_behind_auth(test::served& world) {
    for (const auto* const early : {"USER alice\r\n", "US", "\xff"}) {
        test::tls_visitor guest(world);
        co_await guest.connect();
        co_await guest.expect_reply("220 ferry ready");
        co_await guest.send("AUTH TLS\r\n" + std::string(early));
        co_await guest.expect_reply("421 Nothing may follow AUTH before TLS, closing");
        co_await guest.expect_reply("(end)");
    }
    // Where TLS does not begin, commands may come together as ever.
    test::visitor other(world);
    co_await other.connect();
    co_await other.expect_reply("220 ferry ready");
    co_await other.send("AUTH GSSAPI\r\nNOOP\r\nREIN\r\nNOOP\r\n");
    for (const auto* const wanted : {"504 ...", "200 ...", "220 ...", "200 ..."})
        co_await other.expect_reply(wanted);
}

io::task<> come_late_with_clear_text(test::served& world) {
    test::visitor guest(world);
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    co_await guest.expect("AUTH TLS", "234 TLS may begin");
    co_await guest.send("USER alice\r\nPASS secret\r\n");
    CHECK((co_await test::visitor::read_all(guest.stream())).find("230") == std::string::npos);
}

io::task<> clear_the_control_connection(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.log_in_safely();
    co_await guest.expect("CCC", "200 ...");
    co_await guest.leave_tls();
    co_await guest.expect("PWD", R"(257 "/" is the directory)");
    co_await guest.expect("PROT C", "503 Use AUTH TLS first");
    CHECK(co_await guest.fetch_safely("RETR file") == "bytes"); // still of the session that was
    co_await guest.expect("AUTH TLS", "234 TLS may begin");
    REQUIRE(co_await guest.begin_tls());
    co_await guest.expect("PWD", "530 Please log in with USER and PASS");
    co_await guest.name_and_password();
    CHECK(co_await guest.fetch("RETR file") == "bytes"); // PROT P is forgotten
}

io::task<> start_anew(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.log_in_safely();
    co_await guest.expect("REIN", "220 Logged out");
    co_await guest.leave_tls();
    co_await guest.expect("PBSZ 0", "503 Use AUTH TLS first");
    co_await guest.name_and_password();
    CHECK(co_await guest.fetch("RETR file") == "bytes");
}

io::task<> need_tls(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    co_await guest.expect("USER alice",
                          "530 Passwords are not taken in the clear, use AUTH TLS first");
    co_await guest.expect("PASS secret", "503 Send USER first");
    CHECK((co_await guest.ask("FEAT")).find("CCC") == std::string::npos);
    co_await guest.expect("AUTH TLS", "234 TLS may begin");
    REQUIRE(co_await guest.begin_tls());
    co_await guest.name_and_password();
    for (const auto* const command : {"RETR file", "STOR x", "LIST", "NLST", "MLSD", "APPE x"})
        co_await guest.expect(command, "521 Data is not sent in the clear here, use PROT P first");
    co_await guest.expect("PBSZ 0", "200 PBSZ=0");
    co_await guest.expect("PROT C", "534 Data is not sent in the clear here, use PROT P");
    co_await guest.expect("CCC", "534 TLS is needed here to the end");
    co_await guest.expect("PROT P", "200 ...");
    CHECK(co_await guest.fetch_safely("RETR file") == "bytes");
}

io::task<> begin_with_tls(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.connect(990);
    REQUIRE(co_await guest.begin_tls());
    co_await guest.expect_reply("220 ferry ready");
    co_await guest.expect("AUTH TLS", "503 TLS is on already");
    co_await guest.name_and_password();
    CHECK(co_await guest.fetch_safely("RETR file") == "bytes"); // without PROT P
    co_await guest.expect("REIN", "220 Logged out");
    co_await guest.name_and_password(); // TLS is still there
    CHECK(co_await guest.fetch_safely("RETR file") == "bytes");
    // One session is all: the next is told nothing that it would not understand.
    test::visitor other(world);
    co_await other.connect(990);
    co_await other.expect_reply("(end)");
}

io::task<> come_as_filezilla(test::served& world) {
    test::tls_visitor guest(world);
    guest.protocols = {"ftp", "x-filezilla-ftp"};
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    co_await guest.expect("AUTH TLS", "234 TLS may begin");
    REQUIRE(co_await guest.begin_tls());
    CHECK(guest.control->facts().alpn == "x-filezilla-ftp");
    co_await guest.name_and_password();
    guest.protocols = {"ftp-data"};
    CHECK(co_await guest.fetch_safely("RETR file") == "bytes");
}

io::task<> come_as_others(test::served& world) {
    test::tls_visitor guest(world);
    guest.protocols = {"http/1.1", "ftp"};
    co_await guest.connect(990);
    REQUIRE(co_await guest.begin_tls());
    CHECK(guest.control->facts().alpn == "ftp");
    test::tls_visitor browser(world);
    browser.protocols = {"h2", "http/1.1"};
    co_await browser.connect(990);
    CHECK_FALSE(co_await browser.begin_tls());
}

io::task<> never_shake_hands(test::served& world) {
    test::visitor guest(world);
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    co_await guest.expect("AUTH TLS", "234 TLS may begin");
    test::visitor other(world);
    co_await other.connect(990);
    world.service->stop(); // or the test would last as long as a login may
    co_await guest.expect_reply("(end)");
    co_await other.expect_reply("(end)");
}

io::task<> wait_for_the_end(test::served& world) {
    test::visitor guest(world);
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    co_await guest.expect("AUTH TLS", "234 TLS may begin");
    co_await guest.expect_reply("(end)");
    test::visitor other(world);
    co_await other.connect(990);
    co_await other.expect_reply("(end)");
}

} // namespace

TEST_CASE("TLS: AUTH, login, PBSZ, PROT -> as RFC 4217 has it, and STAT tells") {
    test::tls_served::run_each(speak_safely);
}

TEST_CASE("AUTH: every name for TLS -> TLS, and protected data for those of old") {
    test::tls_served world;
    world.run(use_each_mechanism);
}

TEST_CASE("TLS: its verbs in the wrong order or with wrong arguments -> refused, and why") {
    test::tls_served world;
    world.run(ask_in_the_wrong_order);
}

TEST_CASE("AUTH: anything in the clear behind it -> the session ends") {
    test::tls_served world;
    world.run(inject_behind_auth);
    CHECK(world.events.find("refused: commands in the clear behind AUTH") != std::string::npos);
}

TEST_CASE("AUTH: clear text in place of the handshake -> the session ends, unheard") {
    test::tls_served world;
    world.run(come_late_with_clear_text);
    CHECK(world.events.find("logged in") == std::string::npos);
}

TEST_CASE("CCC: after the login -> clear commands, protected data, and AUTH once more") {
    for (const auto version : {tls_version::tls_1_2, tls_version::tls_1_3}) {
        test::tls_served world(version);
        world.root.write("file", "bytes");
        world.run(clear_the_control_connection);
    }
}

TEST_CASE("REIN: over TLS -> its reply comes over TLS, and all behind it is clear") {
    test::tls_served world;
    world.root.write("file", "bytes");
    world.run(start_anew);
}

TEST_CASE("TLS required: without -> no login, no data, no CCC") {
    test::tls_served world;
    world.options.tls->required_login = world.options.tls->required_data = true;
    world.root.write("file", "bytes");
    world.run(need_tls);
}

TEST_CASE("TLS first: a session on the other port -> protected from its first byte") {
    test::tls_served world;
    world.options.max_sessions = 1;
    world.root.write("file", "bytes");
    world.run(begin_with_tls);
}

TEST_CASE("ALPN: FileZilla's -> data is protected without PROT") {
    test::tls_served world;
    world.root.write("file", "bytes");
    world.run(come_as_filezilla);
}

TEST_CASE("ALPN: ftp among others -> ftp; others only -> no handshake") {
    test::tls_served world;
    world.run(come_as_others);
}

TEST_CASE("stop: while a client does not shake hands -> at once") {
    test::tls_served world;
    world.run(never_shake_hands);
}

TEST_CASE("TLS: a handshake that does not come -> the session ends with the time for a login") {
    test::tls_served world;
    world.options.login_timeout = 20ms;
    world.run(wait_for_the_end);
    CHECK(world.events.find("no TLS: ") != std::string::npos);
}
