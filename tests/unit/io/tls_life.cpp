// How TLS streams end, wait, and give up.
#include "support/run_task.hpp"
#include "unit/io/tls_pair.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

io::task<> end_one_way(io::context&, tls_pair& pair) {
    CHECK(co_await pair.near->write("last"));
    CHECK(co_await pair.near->finish_writing());
    CHECK(co_await pair.near->finish_writing());
    const auto after = co_await pair.near->write("more");
    CHECK_FALSE(after);
    const auto got = co_await read_text(*pair.far, 100);
    REQUIRE(got);
    CHECK(*got == "last");
    CHECK(co_await pair.far->write("226 thank you"));
    const auto reply = co_await read_text(*pair.near, 13);
    REQUIRE(reply);
    CHECK(*reply == "226 thank you");
    CHECK(co_await pair.far->finish_writing());
    const auto end = co_await read_text(*pair.near, 1);
    REQUIRE(end);
    CHECK(end->empty());
}

io::task<> run_out_of_time(io::context&, tls_pair& pair) {
    co_await greet(pair);
    pair.near->set_limit(10ms, errc::data_stalled);
    std::array<char, 1> byte{};
    const auto got = co_await pair.near->read_some(byte);
    REQUIRE_FALSE(got);
    CHECK(got.error().code() == errc::data_stalled);
    // A full connection.
    const std::string much(1 << 20, 'x');
    const auto sent = co_await pair.near->write(much);
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code() == errc::data_stalled);
}

io::task<> read_one(io::stream& from, result<std::size_t>& out) {
    std::array<char, 64> room{};
    out = co_await from.read_some(room);
}

io::task<> write_all(io::stream& to, std::string text, result<>& out) {
    out = co_await to.write(text);
}

io::task<> cancel_a_read(io::context& where, tls_pair& pair) {
    co_await greet(pair);
    result<std::size_t> got = 0;
    io::task_group group(where);
    group.spawn(read_one(*pair.near, got));
    co_await io::sleep_for(0ms);
    group.cancel();
    co_await group.join();
    REQUIRE_FALSE(got);
    CHECK(got.error().code() == errc::interrupted);
    // Nothing is lost.
    co_await greet(pair);
    co_await part(pair);
}

io::task<> cancel_a_write(io::context& where, tls_pair& pair) {
    result<> sent;
    io::task_group group(where);
    group.spawn(write_all(*pair.near, std::string(1 << 20, 'x'), sent));
    co_await io::sleep_for(0ms);
    group.cancel();
    co_await group.join();
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code() == errc::interrupted);
    // Half a record is there: nothing may follow it.
    const auto after = co_await pair.near->write("x");
    REQUIRE_FALSE(after);
    CHECK(after.error().code() == errc::interrupted);
    CHECK_FALSE(co_await pair.near->finish_writing());
    pair.near->close();
    std::array<char, 4096> room{};
    while (true) {
        const auto some = co_await pair.far->read_some(room);
        if (some) continue;
        const auto code = some.error().code();
        const bool broken = code == errc::truncated || code == errc::connection_lost;
        CHECK(broken);
        break;
    }
}

io::task<> close_under_a_reader(io::context& where, tls_pair& pair) {
    result<std::size_t> got = 0;
    io::task_group group(where);
    group.spawn(read_one(*pair.near, got));
    co_await io::sleep_for(0ms);
    pair.near->close();
    pair.near->close();
    co_await group.join();
    REQUIRE_FALSE(got);
    CHECK(got.error().code() == errc::interrupted);
    const auto sent = co_await pair.near->write("x");
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code() == errc::interrupted);
    CHECK_FALSE(pair.near->is_quiet());
    std::array<char, 1> byte{};
    const auto other = co_await pair.far->read_some(byte);
    CHECK_FALSE(other);
}

io::task<> look(io::context&, tls_pair& pair) {
    co_await greet(pair);
    CHECK(pair.near->is_quiet());
    CHECK(pair.near->plain_socket() == -1);
    CHECK(co_await pair.far->write("421 bye"));
    CHECK_FALSE(pair.near->is_quiet());
    std::array<char, 1> byte{};
    CHECK(co_await pair.near->read_some(byte));
    CHECK_FALSE(pair.near->is_quiet()); // the rest of the record
    const auto rest = co_await read_text(*pair.near, 6);
    REQUIRE(rest);
    CHECK(*rest == "21 bye");
    CHECK(pair.near->is_quiet());
    CHECK(co_await pair.far->finish_writing());
    CHECK_FALSE(pair.near->is_quiet());
    CHECK(pair.near->local() == pair.far->remote());
}

io::task<> leave_side(io::tls_stream& side, std::unique_ptr<io::stream>& below,
                      std::string& early) {
    auto rest = co_await side.leave();
    REQUIRE(rest);
    below = std::move(rest->connection);
    early = rest->early;
}

io::task<> leave_both(io::context& where, tls_pair& pair) {
    co_await greet(pair);
    std::unique_ptr<io::stream> near;
    std::unique_ptr<io::stream> far;
    std::string early;
    io::task_group group(where);
    group.spawn(leave_side(*pair.near, near, early));
    group.spawn(leave_side(*pair.far, far, early));
    co_await group.join();
    CHECK(early.empty());
    CHECK(co_await near->write("NOOP"));
    const auto got = co_await read_text(*far, 4);
    REQUIRE(got);
    CHECK(*got == "NOOP");
    // What is left of TLS answers, and harms nobody.
    CHECK_FALSE(pair.near->is_quiet());
    CHECK_FALSE(co_await pair.near->write("x"));
    pair.near->close();
    CHECK(near->is_quiet());
}

io::task<> leave_against_data(io::context&, tls_pair& pair) {
    co_await greet(pair);
    CHECK(co_await pair.far->write("230 late"));
    const auto rest = co_await pair.near->leave();
    REQUIRE_FALSE(rest);
    CHECK(rest.error().code() == errc::protocol_error);
}

io::task<> leave_a_deserter(io::context& where, tls_world& world) {
    auto ends = io::make_memory_pair(where);
    io::stream& below = *ends.first;
    io::tls_client_handshake client(host);
    io::tls_server_handshake server;
    auto pair = co_await connect_tls(where, world, std::move(ends.first), std::move(ends.second),
                                     std::move(client), std::move(server));
    co_await greet(pair);
    CHECK(co_await below.write("NOOP"));
    const auto rest = co_await pair.far->leave();
    REQUIRE(rest);
    CHECK(rest->early == "NOOP");
}

} // namespace

TEST_CASE("leave: the peer goes on in the clear without a goodbye -> what it says is early") {
    in_each_version(leave_a_deserter);
}

TEST_CASE("finish_writing: one side -> the other goes on") {
    with_pair(end_one_way);
}

TEST_CASE("limit: no progress -> its cause") {
    with_pair(run_out_of_time);
}

TEST_CASE("cancellation: of a read -> interrupted, and reading goes on") {
    with_pair(cancel_a_read);
}

TEST_CASE("cancellation: of a write half-way -> nothing follows") {
    with_pair(cancel_a_write);
}

TEST_CASE("close: under a reader -> interrupted") {
    with_pair(close_under_a_reader);
}

TEST_CASE("is_quiet: what is unread or ended -> told without reading") {
    with_pair(look);
}

TEST_CASE("leave: both sides -> the connection below, as if new") {
    with_pair(leave_both);
}

TEST_CASE("leave: data in place of the goodbye -> an error") {
    with_pair(leave_against_data);
}
