// Peers that use of TLS what FTP never needs: key changes, renegotiation, floods.
#include "io/tls_context_state.hpp"
#include "support/run_task.hpp"
#include "unit/io/tls_pair.hpp"
#include "unit/io/tls_raw_peer.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

/// A server of ours, and a client that is not.
class meeting {
public:
    meeting(io::context& where, const tls_world& world)
        : ends(io::make_memory_pair(where))
        , client(*world.client->shared()->library, *ends.second, false)
        , server(*world.server, std::move(ends.first), io::tls_server_handshake()) {}

    std::pair<std::unique_ptr<io::stream>, std::unique_ptr<io::stream>> ends;
    raw_peer client;
    io::tls_stream server;
};

io::task<> shake_raw(raw_peer& peer) {
    const std::function<int(SSL&)> step = [](SSL& with) { return SSL_do_handshake(&with); };
    CHECK(co_await peer.until(step));
}

io::task<> meet(io::context& where, meeting& both) {
    // Our context calls back to an engine for each session, and here is none.
    SSL_CTX_sess_set_new_cb(SSL_get_SSL_CTX(&both.client.connection()), nullptr);
    result<> out;
    io::task_group group(where);
    group.spawn(shake_raw(both.client));
    group.spawn(shake(both.server, out));
    co_await group.join();
    REQUIRE(out);
}

io::task<> change_keys(raw_peer& peer, int type) {
    SSL_key_update(&peer.connection(), type);
    SSL_do_handshake(&peer.connection());
    co_await peer.flush();
}

io::task<> change_keys_and_talk(io::context& where, const tls_world& world) {
    meeting both(where, world);
    co_await meet(where, both);
    for (int i = 0; i < 5; ++i) {
        co_await change_keys(both.client, SSL_KEY_UPDATE_REQUESTED);
        CHECK(co_await both.client.write("NOOP"));
        const auto got = co_await read_text(both.server, 4);
        REQUIRE(got);
        CHECK(*got == "NOOP");
        CHECK(co_await both.server.write("200 fine"));
        const auto reply = co_await both.client.read();
        CHECK(reply == "200 fine");
    }
}

io::task<> write_much(io::tls_stream& to, std::size_t size, result<>& out) {
    const std::string much(size, 'x');
    out = co_await to.write(much);
}

io::task<> read_once(io::tls_stream& from, result<std::size_t>& out) {
    std::array<char, 64> room{};
    out = co_await from.read_some(room);
}

io::task<> drain(raw_peer& from, std::size_t size, std::size_t& got) {
    while (got < size) {
        const auto some = co_await from.read();
        if (some.empty()) break;
        got += some.size();
    }
}

/// The writer is stuck behind a full connection while the reader has to answer.
io::task<> change_keys_under_a_writer(io::context& where, const tls_world& world) {
    meeting both(where, world);
    co_await meet(where, both);
    constexpr std::size_t size = 600'000;
    result<> sent = fail(errc::unexpected);
    result<std::size_t> read = 0;
    io::task_group group(where);
    group.spawn(write_much(both.server, size, sent));
    group.spawn(read_once(both.server, read));
    for (int i = 0; i < 10; ++i)
        co_await change_keys(both.client, SSL_KEY_UPDATE_REQUESTED);
    CHECK(co_await both.client.write("ABOR"));
    std::size_t got = 0;
    co_await drain(both.client, size, got);
    co_await group.join();
    CHECK(sent);
    CHECK(got == size);
    REQUIRE(read);
    CHECK(*read == 4);
}

/// The reader answers into a full connection, and a writer comes behind it.
io::task<> write_behind_an_answer(io::context& where, const tls_world& world) {
    meeting both(where, world);
    co_await meet(where, both);
    // Nearly full: one more record does not fit.
    const std::string first(60'000, 'a');
    CHECK(co_await both.server.write(first));
    result<> sent = fail(errc::unexpected);
    result<std::size_t> read = 0;
    io::task_group group(where);
    group.spawn(read_once(both.server, read));
    for (int i = 0; i < 200; ++i)
        co_await change_keys(both.client, SSL_KEY_UPDATE_REQUESTED);
    co_await io::sleep_for(0ms);
    group.spawn(write_much(both.server, 100'000, sent));
    co_await io::sleep_for(0ms);
    std::size_t got = 0;
    co_await drain(both.client, 160'000, got);
    CHECK(co_await both.client.write("x"));
    co_await group.join();
    CHECK(got == 160'000);
    CHECK(sent);
    CHECK(read);
}

io::task<> flood(raw_peer& peer, int type, const bool& enough) {
    for (int i = 0; i < 30'000 && !enough; ++i)
        co_await change_keys(peer, type);
}

io::task<> read_a_flood(io::tls_stream& from, result<std::size_t>& out, bool& done) {
    co_await read_once(from, out);
    done = true;
    from.close();
}

io::task<> change_keys_for_ever(io::context& where, const tls_world& world, int type) {
    meeting both(where, world);
    co_await meet(where, both);
    // The answers, which nobody reads, get stuck.
    both.server.set_limit(50ms, errc::data_stalled);
    result<std::size_t> read = 0;
    bool done = false;
    io::task_group group(where);
    group.spawn(read_a_flood(both.server, read, done));
    group.spawn(flood(both.client, type, done));
    co_await group.join();
    REQUIRE_FALSE(read);
    CHECK(read.error().code() == errc::limit_exceeded);
}

io::task<> renegotiate(io::context& where, const tls_world& world) {
    meeting both(where, world);
    co_await meet(where, both);
    result<std::size_t> read = 0;
    io::task_group group(where);
    group.spawn(read_once(both.server, read));
    SSL_clear_options(&both.client.connection(), SSL_OP_NO_RENEGOTIATION);
    REQUIRE(SSL_renegotiate(&both.client.connection()) == 1);
    const std::function<int(SSL&)> step = [](SSL& with) { return SSL_do_handshake(&with); };
    const bool renegotiated = co_await both.client.until(step);
    CHECK_FALSE(renegotiated);
    both.ends.second->close();
    co_await group.join();
    CHECK_FALSE(read);
}

} // namespace

TEST_CASE("hostile: key updates between data -> answered") {
    tls_world world;
    world.only(tls_version::tls_1_3);
    world.prepare();
    io::context where;
    where.run(change_keys_and_talk(where, world));
}

TEST_CASE("hostile: key updates while a write is stuck -> answered behind it") {
    tls_world world;
    world.only(tls_version::tls_1_3);
    world.prepare();
    io::context where;
    where.run(change_keys_under_a_writer(where, world));
}

TEST_CASE("hostile: a write behind an answer that is stuck -> waits its turn") {
    tls_world world;
    world.only(tls_version::tls_1_3);
    world.prepare();
    io::context where;
    where.run(write_behind_an_answer(where, world));
}

TEST_CASE("hostile: key updates without end -> limit_exceeded") {
    for (const int type : {SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED}) {
        tls_world world;
        world.only(tls_version::tls_1_3);
        world.prepare();
        io::context where;
        where.run(change_keys_for_ever(where, world, type));
    }
}

TEST_CASE("hostile: renegotiation -> refused") {
    tls_world world;
    world.only(tls_version::tls_1_2);
    world.prepare();
    io::context where;
    where.run(renegotiate(where, world));
}
