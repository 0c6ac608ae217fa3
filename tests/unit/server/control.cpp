// The control connection as hostile and hurried clients use it, limits, and the end of the service.
#include "base/limits.hpp"
#include "support/served.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

using namespace ferry;

namespace {

io::task<> pipeline(test::served& world) {
    test::visitor guest(world);
    co_await guest.connect();
    co_await guest.send("USER alice\r\nPASS secret\r\nTYPE I\r\nPWD\nNOOP\r\nMKD a\r\nCWD a\r\n"
                        "CWD b\r\nSYST\r\nQUIT\r\nNOOP\r\n");
    for (const auto* const wanted :
         {"220 ferry ready", "331 Password needed", "230 Welcome", "200 TYPE is I", "257 ...",
          "200 OK", "257 ...", "250 ...", "550 ...", "215 UNIX Type: L8", "221 Goodbye", "(end)"})
        co_await guest.expect_reply(wanted);
}

io::task<> pipeline_transfers(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    auto listening = world.network.listen(endpoint(test::visitor_address, 5000), 4);
    REQUIRE(listening);
    std::string commands;
    for (int i = 0; i < 20; ++i)
        commands += "EPRT |1|10.0.0.9|5000|\r\nRETR file\r\n";
    co_await guest.send(commands);
    for (int i = 0; i < 20; ++i) {
        co_await guest.expect_reply("200 Will connect there");
        co_await guest.expect_reply("150 Sending it (5 bytes)");
        auto data = co_await (*listening)->accept();
        REQUIRE(data);
        const auto got = co_await test::visitor::read_all(**data);
        CHECK(got == "bytes");
        co_await guest.expect_reply("226 Transfer complete");
    }
}

io::task<> send_long_lines(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    const auto fitting = "NOOP " + std::string(limits::command_line - 5, 'x');
    co_await guest.expect(fitting, "200 OK");
    // The tail of a longer one must not be taken for a command.
    co_await guest.expect(fitting + "x", "500 Line too long");
    co_await guest.send(std::string(100'000, 'A') + "DELE file\r\nNOOP\r\n");
    co_await guest.expect_reply("500 Line too long");
    co_await guest.expect_reply("200 OK");
    CHECK(world.root.read("file") == "bytes");
}

io::task<> flood(test::served& world) {
    test::visitor guest(world);
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    const std::string much(64 * 1024, 'A');
    std::size_t sent = 0;
    while (sent < 4 * limits::command_flood) {
        const auto written = co_await guest.stream().write(much);
        if (!written) break;
        sent += much.size();
    }
    CHECK(sent >= limits::command_flood);
    CHECK(sent < 2 * limits::command_flood);
}

io::task<> send_odd_bytes(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.send("NO\xff\xf1OP\r\n");
    co_await guest.expect_reply("200 OK");
    // The byte 255 is doubled on the wire, in both directions.
    co_await guest.expect("MKD \xff\xff", "257 \"/\xff\" made");
    co_await guest.expect("", "500 Not a command");
    co_await guest.expect("1234", "500 Not a command");
    co_await guest.expect("DELE fi\rle", "500 Not a command");
    co_await guest.send(std::string("DELE fi\0le\r\n", 12));
    co_await guest.expect_reply("500 Not a command");
    co_await guest.expect("XYZZY", "500 Unknown command XYZZY");
    for (int i = 0; i < 10; ++i)
        co_await guest.expect("XYZZY", "500 Unknown command XYZZY");
    co_await guest.expect("NOOP", "200 OK");
    CHECK(std::filesystem::is_directory(world.root / "\xff"));
}

io::task<> speak_http(test::served& world) {
    for (const auto* const method : {"GET", "POST", "PUT", "HEAD", "OPTIONS"}) {
        test::visitor browser(world);
        co_await browser.connect();
        co_await browser.expect_reply("220 ferry ready");
        co_await browser.send(std::string(method) + " / HTTP/1.1\r\nHost: x\r\n\r\nUSER alice\r\n");
        co_await browser.expect_reply("421 This is an FTP server, closing");
        co_await browser.expect_reply("(end)");
    }
    test::visitor lost(world);
    co_await lost.connect();
    co_await lost.expect_reply("220 ferry ready");
    for (int i = 0; i < 3; ++i)
        co_await lost.expect("EHLO x", "500 Unknown command EHLO");
    co_await lost.expect("EHLO x", "421 This is an FTP server, closing");
    co_await lost.expect_reply("(end)");
}

io::task<> be_silent(test::served& world) {
    test::visitor guest(world);
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    co_await guest.expect_reply("421 No login in time, closing");
    co_await guest.expect_reply("(end)");
}

io::task<> be_idle(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.expect_reply("421 Idle for too long, closing");
    co_await guest.expect_reply("(end)");
}

io::task<> transfer_slowly(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    const auto data = co_await guest.open_data();
    co_await guest.expect("STOR file", "150 ...");
    // Longer than a session may be idle.
    for (int i = 0; i < 5; ++i) {
        const auto waited = co_await io::sleep_for(io::milliseconds(20));
        CHECK(waited);
        const auto sent = co_await data->write("x");
        CHECK(sent);
    }
    data->close();
    co_await guest.expect_reply("226 Transfer complete");
    CHECK(world.root.read("file") == "xxxxx");
}

io::task<> be_too_many(test::served& world) {
    test::visitor first(world, "10.0.0.5");
    test::visitor second(world, "10.0.0.5");
    test::visitor third(world, "10.0.0.5");
    test::visitor other(world, "10.0.0.6");
    test::visitor last(world, "10.0.0.7");
    co_await first.log_in();
    co_await second.log_in();
    co_await third.connect();
    co_await third.expect_reply("421 Too many sessions from your address");
    co_await third.expect_reply("(end)");
    co_await other.log_in();
    co_await last.connect();
    co_await last.expect_reply("421 Too many sessions, try again later");
    co_await first.expect("QUIT", "221 Goodbye");
    co_await first.expect_reply("(end)");
    test::visitor again(world, "10.0.0.5");
    co_await again.log_in();
}

io::task<> stop_while_it_works(test::served& world) {
    test::visitor idle(world);
    co_await idle.log_in();
    test::visitor busy(world);
    co_await busy.log_in();
    const auto data = co_await busy.open_data();
    co_await busy.expect("STOR file", "150 ...");
    world.service->stop();
    co_await idle.expect_reply("421 The server is stopping");
    co_await idle.expect_reply("(end)");
    const auto sent = co_await data->write("whole");
    CHECK(sent);
    data->close();
    co_await busy.expect_reply("226 Transfer complete");
    co_await busy.expect_reply("421 The server is stopping");
    CHECK(world.root.read("file") == "whole");
}

io::task<> stop_in_a_hurry(test::served& world) {
    test::visitor busy(world);
    co_await busy.log_in();
    const auto data = co_await busy.open_data();
    co_await busy.expect("STOR file", "150 ...");
    const auto sent = co_await data->write("half");
    CHECK(sent);
    world.service->stop();
    co_await busy.expect_reply("426 ...");
    co_await busy.expect_reply("421 The server is stopping");
    CHECK(world.root.count() == 0);
}

io::task<> queue_without_end(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    const auto data = co_await guest.open_data();
    co_await guest.expect("STOR file", "150 ...");
    // The server stops reading; what it has not read stays in the network.
    guest.stream().set_limit(io::milliseconds(20), errc::reply_timeout);
    std::string many;
    for (int i = 0; i < 1000; ++i)
        many += "NOOP\r\n";
    std::size_t sent = 0;
    while (sent < 64) {
        const auto written = co_await guest.stream().write(many);
        if (!written) break;
        ++sent;
    }
    CHECK(sent < 64);
}

} // namespace

TEST_CASE("control: commands without waiting for replies -> answered in order") {
    for (const std::size_t largest : {0U, 1U, 3U}) {
        io::memory_faults faults;
        faults.largest_read = largest;
        test::served world(faults);
        world.run(pipeline);
    }
}

TEST_CASE("control: pipelined transfers -> one after the other") {
    test::served world;
    world.root.write("file", "bytes");
    world.run(pipeline_transfers);
}

TEST_CASE("control: a line at the cap -> taken; one byte more -> 500, its tail dropped") {
    test::served world;
    world.root.write("file", "bytes");
    world.run(send_long_lines);
}

TEST_CASE("control: a line without end -> closed") {
    test::served world;
    world.run(flood);
    CHECK(world.events.find("a line without end") != std::string::npos);
}

TEST_CASE("control: Telnet commands, control characters, no verb -> no command is made of them") {
    test::served world;
    world.run(send_odd_bytes);
}

TEST_CASE("control: a browser or another protocol before login -> closed") {
    test::served world;
    world.run(speak_http);
}

TEST_CASE("control: no login in time -> 421") {
    test::served world;
    world.options.login_timeout = io::milliseconds(20);
    world.run(be_silent);
}

TEST_CASE("control: idle for too long -> 421, but never during a transfer") {
    test::served world;
    world.options.idle_timeout = io::milliseconds(30);
    world.run(be_idle);
    world.run(transfer_slowly);
}

TEST_CASE("control: sessions at the caps -> served; one more -> 421, until one leaves") {
    test::served world;
    world.options.max_sessions = 3;
    world.options.max_sessions_per_address = 2;
    world.run(be_too_many);
}

TEST_CASE("control: commands faster than answers -> the server stops reading them") {
    test::served world;
    world.run(queue_without_end);
}

TEST_CASE("service: stopped -> idle sessions end, transfers end first") {
    test::served world;
    world.run(stop_while_it_works);
}

TEST_CASE("service: stopped, the grace is over -> transfers are aborted, nothing half is kept") {
    test::served world;
    world.options.shutdown_grace = io::milliseconds(20);
    world.run(stop_in_a_hurry);
}
