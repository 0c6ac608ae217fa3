// The control connection over a stream: replies in any pieces, nothing asked twice, nothing secret.
#include "client/stream_control.hpp"

#include "base/limits.hpp"
#include "io/memory_network.hpp"
#include "io/task_group.hpp"
#include "support/run_task.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace ferry;
using namespace ferry::client_side;
using namespace std::chrono_literals;

namespace {

/// A control connection and its far end, with all that was logged.
class wire_pair {
public:
    explicit wire_pair(io::context& where, io::milliseconds reply_timeout = 1000ms) {
        auto [near, there] = io::make_memory_pair(where);
        far = std::move(there);
        talk = std::make_unique<stream_control>(std::move(near), reply_timeout,
                                                [this](conversation kind, std::string_view text) {
                                                    log += kind == conversation::sent ? '>' : '<';
                                                    log += std::string(text) + '\n';
                                                });
    }

    std::unique_ptr<io::stream> far;
    std::unique_ptr<stream_control> talk;
    std::string log;
};

task<std::string> read_all(io::stream& from) {
    std::string text;
    std::array<char, 64> buffer;
    while (true) {
        const auto count = co_await from.read_some(buffer);
        if (!count || *count == 0) co_return text;
        text.append(buffer.data(), *count);
    }
}

task<> split_reply(io::context& where, std::size_t at) {
    wire_pair pair(where);
    const std::string said = "220-hello\r\n there\r\n220 ready\r\n";
    REQUIRE(co_await pair.far->write(said.substr(0, at)));
    REQUIRE(co_await pair.far->write(said.substr(at)));
    const auto got = co_await pair.talk->receive(patience::limited);
    REQUIRE(got);
    CHECK(got->code == 220);
    CHECK(got->lines.size() == 3);
}

task<> hide_secrets(io::context& where) {
    wire_pair pair(where);
    REQUIRE(co_await pair.talk->send("USER", "alice"));
    REQUIRE(co_await pair.talk->send("PASS", "hunter2"));
    REQUIRE(co_await pair.talk->send("ACCT", "sales"));
    REQUIRE(co_await pair.talk->send("PWD", ""));
    CHECK(pair.log == ">USER alice\n>PASS ****\n>ACCT ****\n>PWD\n");
    REQUIRE(co_await pair.far->write("257 \"/\"\r\n"));
    const auto got = co_await pair.talk->receive(patience::limited);
    CHECK(got);
    CHECK(pair.log.ends_with("<257 \"/\"\n"));
    pair.talk->close();
    const auto sent = co_await read_all(*pair.far);
    CHECK(sent == "USER alice\r\nPASS hunter2\r\nACCT sales\r\nPWD\r\n");
}

task<> refuse_line_ends(io::context& where) {
    wire_pair pair(where);
    const std::vector<std::string> bad{"a\r\nDELE b", "a\nb", "a\rb", std::string("a\0b", 3)};
    for (const auto& argument : bad) {
        const auto sent = co_await pair.talk->send("RETR", argument);
        REQUIRE_FALSE(sent);
        CHECK(sent.error().code() == errc::invalid_argument);
    }
    CHECK(pair.talk->is_open());
    pair.talk->close();
    const auto sent = co_await read_all(*pair.far);
    CHECK(sent == "");
}

task<> reply_unasked(io::context& where, std::string extra, errc wanted) {
    wire_pair pair(where);
    REQUIRE(co_await pair.far->write("200 ok\r\n" + extra));
    const auto first = co_await exchange(*pair.talk, "NOOP");
    CHECK(first);
    const auto second = co_await exchange(*pair.talk, "DELE", "a");
    REQUIRE_FALSE(second);
    CHECK(second.error().code() == wanted);
    CHECK_FALSE(pair.talk->is_open());
    const auto sent = co_await read_all(*pair.far);
    CHECK(sent == "NOOP\r\n");
}

task<> fail_with(io::context& where, std::string said, errc wanted) {
    wire_pair pair(where, 1ms);
    REQUIRE(co_await pair.far->write(said));
    if (wanted == errc::connection_lost) pair.far->close();
    const auto got = co_await exchange(*pair.talk, "NOOP");
    REQUIRE_FALSE(got);
    CHECK(got.error().code() == wanted);
    CHECK(got.error().step() == "NOOP");
    CHECK_FALSE(pair.talk->is_open());
    const auto again = co_await exchange(*pair.talk, "NOOP");
    REQUIRE_FALSE(again);
    CHECK(again.error().code() == errc::connection_lost);
}

task<> write_for_ever(io::stream& to) {
    const std::string block(10'000, 'x');
    while (true) {
        const auto written = co_await to.write(block);
        if (!written) co_return;
    }
}

task<> flood(io::context& where) {
    wire_pair pair(where);
    io::task_group beside(where);
    beside.spawn(write_for_ever(*pair.far));
    const auto got = co_await exchange(*pair.talk, "NOOP");
    CHECK_FALSE(pair.talk->is_open());
    co_await beside.join();
    REQUIRE_FALSE(got);
    CHECK(got.error().code() == errc::limit_exceeded);
}

task<> abort_bytes(io::context& where) {
    wire_pair pair(where);
    REQUIRE(co_await pair.talk->send_abort());
    pair.talk->close();
    const auto sent = co_await read_all(*pair.far);
    CHECK(sent == "\xff\xf4\xff\xf2"
                  "ABOR\r\n");
}

task<> cancel_exchange(io::context& where) {
    wire_pair pair(where);
    where.cancel();
    const auto got = co_await exchange(*pair.talk, "NOOP");
    REQUIRE_FALSE(got);
    CHECK(got.error().code() == errc::interrupted);
    // Its reply is still to come: nothing else may be sent.
    CHECK_FALSE(pair.talk->is_open());
}

task<> look_at_idle(io::context& where, std::string unasked, bool read_by_half) {
    wire_pair pair(where);
    CHECK(pair.talk->still_there());
    REQUIRE(co_await pair.far->write("200 ok\r\n"));
    if (read_by_half) REQUIRE(co_await pair.far->write(unasked.substr(0, 2)));
    const auto asked = co_await exchange(*pair.talk, "NOOP");
    REQUIRE(asked);
    CHECK(pair.talk->still_there() == !read_by_half);
    REQUIRE(co_await pair.far->write(unasked.substr(read_by_half ? 2 : 0)));
    CHECK_FALSE(pair.talk->still_there());
    CHECK_FALSE(pair.talk->still_there());
    // It was only looked at.
    CHECK(pair.talk->is_open());
    const auto got = co_await pair.talk->receive(patience::limited);
    REQUIRE_FALSE(got);
    CHECK(got.error().reply_text() == "idle for too long");
}

task<> look_at_closed(io::context& where) {
    wire_pair theirs(where);
    theirs.far->close();
    CHECK_FALSE(theirs.talk->still_there());
    wire_pair half(where);
    REQUIRE(co_await half.far->finish_writing());
    CHECK_FALSE(half.talk->still_there());
    wire_pair ours(where);
    ours.talk->close();
    CHECK_FALSE(ours.talk->still_there());
}

task<> many_preliminary_replies(io::context& where, int count, bool too_many) {
    wire_pair pair(where);
    for (int i = 0; i < count; ++i)
        REQUIRE(co_await pair.far->write("120 wait\r\n"));
    REQUIRE(co_await pair.far->write("200 ok\r\n"));
    const auto got = co_await exchange(*pair.talk, "NOOP");
    CHECK(got.has_value() == !too_many);
    CHECK(pair.talk->is_open() == !too_many);
    if (!got) CHECK(got.error().code() == errc::limit_exceeded);
}

} // namespace

TEST_CASE("control: preliminary replies at the cap -> waited through; one more -> closed") {
    io::context where;
    where.run(many_preliminary_replies(where, limits::preliminary_replies, false));
    where.run(many_preliminary_replies(where, limits::preliminary_replies + 1, true));
}

TEST_CASE("control: a look at an idle connection -> whether a reply lies there, or its end") {
    io::context where;
    where.run(look_at_idle(where, "421 idle for too long\r\n", false));
    where.run(look_at_idle(where, "421 idle for too long\r\n", true));
    where.run(look_at_closed(where));
}

TEST_CASE("control: a reply in any two pieces -> the same reply") {
    for (std::size_t at = 0; at <= 29; ++at) {
        io::context where;
        where.run(split_reply(where, at));
    }
}

TEST_CASE("control: passwords and accounts are sent and not logged") {
    io::context where;
    where.run(hide_secrets(where));
}

TEST_CASE("control: line ends in an argument -> nothing is sent (threats C7)") {
    io::context where;
    where.run(refuse_line_ends(where));
}

TEST_CASE("control: a reply that nobody asked for -> closed before the next command (C15)") {
    io::context where;
    where.run(reply_unasked(where, "226 done\r\n", errc::protocol_error));
    where.run(reply_unasked(where, "226 do", errc::protocol_error));
    where.run(reply_unasked(where, "421 going down\r\n", errc::service_unavailable));
}

TEST_CASE("control: no reply, no more, or no FTP -> its cause, and closed") {
    io::context where;
    where.run(fail_with(where, "", errc::reply_timeout));
    where.run(fail_with(where, "200 o", errc::reply_timeout));
    where.run(fail_with(where, "", errc::connection_lost));
    where.run(fail_with(where, "200 o", errc::connection_lost));
    where.run(fail_with(where, "SSH-2.0-OpenSSH\r\n", errc::protocol_error));
    where.run(fail_with(where, "421 going down\r\n", errc::service_unavailable));
}

TEST_CASE("control: a reply without end -> limit_exceeded, and closed (threats C12)") {
    io::context where;
    where.run(flood(where));
}

TEST_CASE("control: ABOR goes with Telnet IP and Synch (RFC 959, 4.1.3)") {
    io::context where;
    where.run(abort_bytes(where));
}

TEST_CASE("control: cancelled while a reply is awaited -> closed") {
    io::context where;
    where.run(cancel_exchange(where));
}
