// Conversations over TLS (RFC 4217): the data connection.
#include "support/tls_visitor.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

constexpr const char* not_resumed =
    "522 The data connection does not resume the TLS session of the control connection: switch "
    "session reuse on in the client";
constexpr const char* no_handshake = "522 The TLS handshake of the data connection failed";

std::string many_bytes() {
    std::string bytes;
    for (int i = 0; i < 300'000; ++i)
        bytes += static_cast<char>(i * 7 + i / 251);
    return bytes;
}

io::task<> move_files(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.log_in_safely();
    const auto bytes = many_bytes();
    co_await guest.store_safely("STOR large", bytes);
    CHECK(world.root.read("large") == bytes);
    CHECK(co_await guest.fetch_safely("RETR large") == bytes);
    co_await guest.store_safely("STOR nothing", "");
    CHECK(world.root.read("nothing").empty());
    CHECK(co_await guest.fetch_safely("RETR nothing") == "");
    co_await guest.expect("REST 299998", "350 ...");
    CHECK(co_await guest.fetch_safely("RETR large") == bytes.substr(299'998));
    const auto names = co_await guest.fetch_safely("NLST");
    CHECK(names.find("large\r\n") != std::string::npos);
    co_await guest.expect("PROT C", "200 ...");
    CHECK(co_await guest.fetch("RETR large") == bytes);
    co_await guest.store("STOR clear", "clear");
    CHECK(world.root.read("clear") == "clear");
    co_await guest.expect("PROT P", "200 ...");
    for (int i = 0; i < 20; ++i)
        CHECK(co_await guest.fetch_safely("RETR clear") == "clear");
}

/// A transfer whose data connection resumes what is in `of`.
io::task<> try_with(test::tls_visitor& guest, std::shared_ptr<io::tls_session_cache> of,
                    std::string command, std::string wanted) {
    auto below = co_await guest.open_data();
    auto data = guest.over(std::move(below), std::move(of));
    co_await guest.expect(command, "150 ...");
    // In TLS 1.3 the client's handshake is done before the server has seen its end.
    const auto shaken = co_await data->handshake();
    if (shaken && command.starts_with("STOR")) {
        const auto sent = co_await data->write("planted"); // unless it is closed already
        if (sent) (void)co_await data->finish_writing();
    }
    co_await guest.expect_reply(wanted);
}

io::task<> resume_nothing_or_anothers(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.log_in_safely();
    co_await try_with(guest, nullptr, "RETR file", not_resumed);
    co_await try_with(guest, nullptr, "STOR planted", not_resumed);
    test::tls_visitor other(world);
    co_await other.log_in_safely();
    co_await try_with(guest, other.sessions, "RETR file", not_resumed);
    co_await try_with(guest, other.sessions, "STOR planted", not_resumed);
    CHECK(world.root.count() == 1);
    CHECK(co_await guest.fetch_safely("RETR file") == "bytes"); // the session goes on
}

io::task<> resume_nothing_where_it_may(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.log_in_safely();
    guest.sessions = nullptr;
    CHECK(co_await guest.fetch_safely("RETR file") == "bytes");
    co_await guest.store_safely("STOR other", "others");
    CHECK(world.root.read("other") == "others");
}

io::task<> send_clear_data(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.log_in_safely();
    const auto data = co_await guest.open_data();
    co_await guest.expect("STOR planted", "150 ...");
    CHECK(co_await data->write("these bytes are not TLS"));
    co_await guest.expect_reply(no_handshake);
    const auto closed = co_await guest.open_data();
    co_await guest.expect("STOR planted", "150 ...");
    closed->close(); // an empty file is one only if TLS says so
    co_await guest.expect_reply(no_handshake);
    CHECK(world.root.count() == 1);
}

io::task<> break_an_upload_off(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.log_in_safely();
    for (const auto* const command : {"STOR file", "STOR new", "STOU new"}) {
        const auto data = co_await guest.begin(command);
        CHECK(co_await data->write("half of it"));
        CHECK(co_await guest.bare->finish_writing()); // an end that anybody could have made
        co_await guest.expect_reply(
            "426 The data connection ended without the end of TLS, aborted");
    }
    CHECK(world.root.read("file") == "bytes");
    CHECK(world.root.count() == 1);
    co_await guest.expect("NOOP", "200 OK");
}

io::task<> abort_a_handshake(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.log_in_safely();
    const auto data = co_await guest.open_data();
    co_await guest.expect("RETR file", "150 ...");
    co_await guest.expect("ABOR", "426 Transfer aborted");
    co_await guest.expect_reply("226 ...");
    CHECK(co_await guest.fetch_safely("RETR file") == "bytes");
}

io::task<> let_a_handshake_wait(test::served& world) {
    test::tls_visitor guest(world);
    co_await guest.log_in_safely();
    const auto data = co_await guest.open_data();
    co_await guest.expect("RETR file", "150 ...");
    co_await guest.expect_reply(no_handshake);
}

} // namespace

TEST_CASE("TLS data: both ways, empty, a part, and clear in between -> whole") {
    test::tls_served::run_each(move_files);
}

TEST_CASE("TLS data: no session or another's resumed -> 522, and what to do") {
    for (const auto version : {tls_version::tls_1_2, tls_version::tls_1_3}) {
        test::tls_served world(version);
        world.root.write("file", "bytes");
        world.run(resume_nothing_or_anothers);
    }
}

TEST_CASE("TLS data: nothing resumed where that is allowed -> served") {
    test::tls_served world;
    world.options.tls->require_reuse = false;
    world.root.write("file", "bytes");
    world.run(resume_nothing_where_it_may);
}

TEST_CASE("TLS data: clear bytes, or none at all -> 522, and nothing is stored") {
    test::tls_served world;
    world.root.write("file", "bytes");
    world.run(send_clear_data);
}

TEST_CASE("TLS data: an upload without close_notify -> 426, and nothing is to be seen") {
    test::tls_served world;
    world.root.write("file", "bytes");
    world.run(break_an_upload_off);
}

TEST_CASE("ABOR: while the data connection shakes hands -> 426 and 226") {
    test::tls_served world;
    world.root.write("file", "bytes");
    world.run(abort_a_handshake);
}

TEST_CASE("TLS data: a handshake that does not come -> 522 in time") {
    test::tls_served world;
    world.options.data_timeout = 20ms;
    world.root.write("file", "bytes");
    world.run(let_a_handshake_wait);
}
