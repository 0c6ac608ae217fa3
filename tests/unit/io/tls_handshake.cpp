// How TLS begins: versions, ciphers, ALPN and SNI, and everything that can be in its way.
#include "support/run_task.hpp"
#include "unit/io/tls_pair.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

/// Runs `work` with a context of its own.
void with_context(const std::function<io::task<>(io::context&)>& work) {
    io::context where;
    where.run(work(where));
}

io::task<> shake_and_greet(io::context& where, const tls_world& world, tls_outcome& out) {
    auto pair = co_await connect_tls(where, world);
    REQUIRE(pair.near_result);
    REQUIRE(pair.far_result);
    co_await greet(pair);
    co_await part(pair);
    out = tls_outcome(pair);
}

io::task<> expect_refusal(io::context& where, const tls_world& world, std::string near_words,
                          std::string far_words) {
    auto pair = co_await connect_tls(where, world);
    // In TLS 1.3 a client is done before the server has said no.
    if (pair.near_result) {
        std::array<char, 1> byte{};
        const auto got = co_await pair.near->read_some(byte);
        REQUIRE_FALSE(got);
        pair.near_result = fail(got.error());
    }
    REQUIRE_FALSE(pair.far_result);
    CHECK(pair.near_result.error().code() == errc::tls_failed);
    CHECK(pair.far_result.error().code() == errc::tls_failed);
    CHECK_MESSAGE(pair.near_result.error().detail().starts_with(near_words),
                  pair.near_result.error().message());
    CHECK_MESSAGE(pair.far_result.error().detail().starts_with(far_words),
                  pair.far_result.error().message());
    CHECK(pair.far_result.error().step() == "TLS handshake");
}

io::task<> negotiate(io::context& where, const tls_world& world, std::vector<std::string> offered,
                     std::vector<std::string> understood, tls_outcome& out) {
    io::tls_client_handshake client(host);
    client.alpn = std::move(offered);
    io::tls_server_handshake server;
    server.alpn = std::move(understood);
    const auto pair = co_await connect_tls(where, world, std::move(client), std::move(server));
    out = tls_outcome(pair);
}

/// A peer that is no TLS at all: says `bytes` and reads on until the other side ends.
io::task<> say_to_tls(io::stream& peer, std::string bytes) {
    CHECK(co_await peer.write(bytes));
    std::array<char, 4096> block{};
    while (true) {
        const auto got = co_await peer.read_some(block);
        if (!got || *got == 0) break;
    }
    peer.close();
}

template<class Context, class Handshake>
io::task<> meet_something_else(io::context& where, const Context& context, Handshake wanted,
                               std::string bytes, result<>& out) {
    auto ends = io::make_memory_pair(where);
    io::tls_stream tls(context, std::move(ends.first), std::move(wanted));
    io::task_group group(where);
    group.spawn(say_to_tls(*ends.second, std::move(bytes)));
    group.spawn(shake(tls, out));
    co_await group.join();
}

/// The whole conversation over a network that breaks.
io::task<> converse(io::context& where, const tls_world& world, io::memory_network& network,
                    bool& whole) {
    const std::string address = "10.0.0.1";
    auto listening = network.listen(endpoint(address, 0), 5);
    REQUIRE(listening);
    io::dial_options options;
    auto near = co_await network.dial(address, (*listening)->local().port, options);
    if (!near) co_return;
    auto far = co_await (*listening)->accept();
    REQUIRE(far);
    io::tls_client_handshake client(host);
    io::tls_server_handshake server;
    auto pair = co_await connect_tls(where, world, std::move(*near), std::move(*far),
                                     std::move(client), server);
    for (const auto* one : {&pair.near_result, &pair.far_result})
        if (!*one)
            CHECK_MESSAGE(one->error().code() == errc::connection_lost, one->error().message());
    if (!pair.near_result || !pair.far_result) co_return;
    const auto written = co_await pair.far->write("220 hello");
    const auto hello = co_await read_text(*pair.near, 9);
    if (!hello) CHECK(hello.error().code() == errc::connection_lost);
    whole = written && hello && *hello == "220 hello";
}

/// Passes the first `size` bytes of what comes on, and ends there.
io::task<> pass_some(io::stream& from, io::stream& to, std::size_t size) {
    std::array<char, 4096> block{};
    while (size > 0) {
        const auto room = std::span(block).first(std::min(block.size(), size));
        const auto got = co_await from.read_some(room);
        if (!got || *got == 0) break;
        const auto passed = co_await to.write(std::string_view(block.data(), *got));
        if (!passed) break;
        size -= *got;
    }
    CHECK(co_await to.finish_writing());
}

/// The server's flight is cut after `size` bytes, with an orderly end of the connection.
io::task<> cut_short(io::context& where, const tls_world& world, std::size_t size, result<>& out) {
    auto near = io::make_memory_pair(where);
    auto far = io::make_memory_pair(where);
    io::tls_stream client(*world.client, std::move(near.first), io::tls_client_handshake(host));
    io::tls_stream server(*world.server, std::move(far.first), io::tls_server_handshake());
    result<> server_result;
    io::task_group group(where);
    group.spawn(shake(client, out));
    group.spawn(shake(server, server_result));
    group.spawn(pass_some(*near.second, *far.second, 1U << 20U));
    co_await pass_some(*far.second, *near.second, size);
    far.second->close();
    co_await group.join();
}

io::task<> wait_in_vain(io::context& where, const tls_world& world, result<>& out) {
    auto ends = io::make_memory_pair(where);
    io::tls_stream tls(*world.client, std::move(ends.first), io::tls_client_handshake(host));
    tls.set_limit(20ms, errc::connect_timeout);
    out = co_await tls.handshake();
}

/// Sends what `bytes` has one byte at a time, for ever if need be.
io::task<> trickle(io::stream& to, std::string bytes) {
    for (const char c : bytes) {
        const auto sent = co_await to.write(std::string_view(&c, 1));
        if (!sent) break;
        const auto slept = co_await io::sleep_for(5ms);
        if (!slept) break;
    }
}

io::task<> wait_for_a_trickle(io::context& where, const tls_world& world, result<>& out) {
    auto ends = io::make_memory_pair(where);
    io::tls_stream tls(*world.server, std::move(ends.first), io::tls_server_handshake());
    tls.set_limit(60ms, errc::reply_timeout);
    io::task_group group(where);
    // The head of a record of 16000 bytes, and then its bytes, each well in time.
    group.spawn(trickle(*ends.second,
                        std::string("\x16\x03\x01\x3e\x80\x01", 6) + std::string(16'000, '\0')));
    out = co_await tls.handshake();
    group.cancel();
    co_await group.join();
}

io::task<> shake_alone(io::tls_stream& tls, result<>& out) {
    out = co_await tls.handshake();
}

io::task<> cancel_while_waiting(io::context& where, const tls_world& world, result<>& out) {
    auto ends = io::make_memory_pair(where);
    io::tls_stream tls(*world.client, std::move(ends.first), io::tls_client_handshake(host));
    io::task_group group(where);
    group.spawn(shake_alone(tls, out));
    std::array<char, 4096> hello{};
    CHECK(co_await ends.second->read_some(hello));
    group.cancel();
    co_await group.join();
}

io::task<> close_while_waiting(io::context& where, const tls_world& world, result<>& out) {
    auto ends = io::make_memory_pair(where);
    io::tls_stream tls(*world.client, std::move(ends.first), io::tls_client_handshake(host));
    io::task_group group(where);
    group.spawn(shake_alone(tls, out));
    std::array<char, 4096> hello{};
    CHECK(co_await ends.second->read_some(hello));
    tls.close();
    tls.close();
    co_await group.join();
    std::array<char, 1> byte{};
    const auto got = co_await tls.read_some(byte);
    REQUIRE_FALSE(got);
}

io::task<> use_too_early(io::context& where, const tls_world& world) {
    auto ends = io::make_memory_pair(where);
    io::tls_stream tls(*world.client, std::move(ends.first), io::tls_client_handshake(host));
    std::array<char, 1> byte{};
    const auto got = co_await tls.read_some(byte);
    REQUIRE_FALSE(got);
    CHECK(got.error().code() == errc::unexpected);
    const auto written = co_await tls.write("secret");
    REQUIRE_FALSE(written);
    CHECK(ends.second->is_quiet());
}

} // namespace

TEST_CASE("handshake: each version -> agreed on, and told") {
    for (const auto version : both_versions) {
        tls_world world;
        world.only(version);
        world.prepare();
        tls_outcome out;
        with_context([&](io::context& where) { return shake_and_greet(where, world, out); });
        const std::string name = version == tls_version::tls_1_2 ? "TLSv1.2" : "TLSv1.3";
        CHECK(out.near.version == name);
        CHECK(out.far.version == name);
        CHECK_FALSE(out.near.cipher.empty());
        CHECK(out.near.cipher == out.far.cipher);
        CHECK(out.far.server_name == host);
        CHECK_FALSE(out.near.resumed);
        CHECK_FALSE(out.near.kernel_sends);
        CHECK(out.peer.verdict.verified());
    }
}

TEST_CASE("handshake: any version -> the newest") {
    tls_world world;
    world.prepare();
    tls_outcome out;
    with_context([&](io::context& where) { return shake_and_greet(where, world, out); });
    CHECK(out.near.version == "TLSv1.3");
}

TEST_CASE("handshake: a cipher is asked for -> that one") {
    tls_world world;
    world.client_settings.cipher_suites = "TLS_CHACHA20_POLY1305_SHA256";
    world.prepare();
    tls_outcome out;
    with_context([&](io::context& where) { return shake_and_greet(where, world, out); });
    CHECK(out.near.cipher == "TLS_CHACHA20_POLY1305_SHA256");

    world.only(tls_version::tls_1_2);
    world.client_settings.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384";
    world.prepare();
    with_context([&](io::context& where) { return shake_and_greet(where, world, out); });
    CHECK(out.near.cipher == "ECDHE-ECDSA-AES256-GCM-SHA384");
}

TEST_CASE("handshake: no version in common -> both say so") {
    tls_world world;
    world.client_settings.maximum = tls_version::tls_1_2;
    world.server_settings.minimum = tls_version::tls_1_3;
    world.prepare();
    with_context([&](io::context& where) {
        const std::string words = "both sides have no TLS version in common";
        return expect_refusal(where, world, words, words);
    });
}

TEST_CASE("handshake: no cipher in common -> both say so") {
    tls_world world;
    world.only(tls_version::tls_1_2);
    world.client_settings.ciphers = "ECDHE-RSA-AES128-GCM-SHA256"; // for RSA keys only
    world.prepare();
    with_context([&](io::context& where) {
        return expect_refusal(where, world, "the peer finds no common ground",
                              "both sides have no cipher in common");
    });
}

TEST_CASE("ALPN: several understood -> the server's first that is offered") {
    for (const auto version : both_versions) {
        tls_world world;
        world.only(version);
        world.prepare();
        tls_outcome out;
        const auto agree = [&](std::vector<std::string> offered, std::vector<std::string> known) {
            with_context(
                [&](io::context& where) { return negotiate(where, world, offered, known, out); });
            REQUIRE(out.near_result);
            REQUIRE(out.far_result);
            CHECK(out.near.alpn == out.far.alpn);
            return out.near.alpn;
        };
        CHECK(agree({"ftp"}, {"x-filezilla-ftp", "ftp"}) == "ftp");
        CHECK(agree({"ftp", "x-filezilla-ftp"}, {"x-filezilla-ftp", "ftp"}) == "x-filezilla-ftp");
        CHECK(agree({}, {"ftp"}) == "");
        CHECK(agree({"ftp"}, {}) == "");
        CHECK(agree({"f", "ft", "ftp-data"}, {"ftp", "ftp-data"}) == "ftp-data");
    }
}

TEST_CASE("ALPN: only others are offered -> refused") {
    for (const auto version : both_versions) {
        tls_world world;
        world.only(version);
        world.prepare();
        tls_outcome out;
        with_context([&](io::context& where) {
            return negotiate(where, world, {"http/1.1", "h2"}, {"ftp"}, out);
        });
        REQUIRE_FALSE(out.far_result);
        CHECK(out.far_result.error().detail().starts_with(
            "both sides have no application protocol (ALPN) in common"));
        REQUIRE_FALSE(out.near_result);
        CHECK(out.near_result.error().detail().starts_with(
            "both sides have no application protocol (ALPN) in common"));
    }
}

TEST_CASE("handshake: what comes is not TLS -> said so, on both sides") {
    tls_world world;
    world.prepare();
    for (const std::string& bytes :
         {std::string("220 welcome to a plain server\r\n"),
          std::string("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), std::string("USER anonymous\r\n"),
          std::string(100, '\0'), std::string(20'000, '\xff')}) {
        CAPTURE(bytes.substr(0, 10));
        result<> near;
        with_context([&](io::context& where) {
            return meet_something_else(where, *world.client, io::tls_client_handshake(host), bytes,
                                       near);
        });
        REQUIRE_FALSE(near);
        CHECK(near.error().code() == errc::tls_failed);
        CHECK_MESSAGE(near.error().detail().starts_with("what came is not TLS"),
                      near.error().message());
        CHECK(near.error().exit_status() == 7);
        result<> far;
        with_context([&](io::context& where) {
            return meet_something_else(where, *world.server, io::tls_server_handshake(), bytes,
                                       far);
        });
        REQUIRE_FALSE(far);
        CHECK(far.error().code() == errc::tls_failed);
        CHECK_MESSAGE(far.error().detail().starts_with("what came is not TLS"),
                      far.error().message());
    }
}

TEST_CASE("handshake: the connection breaks after each byte -> connection_lost") {
    tls_world world;
    world.prepare();
    std::uint64_t total = 0;
    {
        io::context where;
        io::memory_network network(where);
        bool whole = false;
        where.run(converse(where, world, network, whole));
        CHECK(whole);
        total = network.bytes();
    }
    CHECK(total > 1000);
    // The sizes of handshakes differ by a few bytes (signatures).
    for (std::uint64_t bytes = 0; bytes + 20 < total; bytes += bytes < 64 ? 1 : 11) {
        io::memory_faults faults;
        faults.break_after_bytes = bytes;
        faults.largest_read = 1;
        io::context where;
        io::memory_network network(where, faults);
        bool whole = false;
        where.run(converse(where, world, network, whole));
        CHECK_FALSE(whole);
    }
}

TEST_CASE("handshake: byte by byte -> as at once") {
    tls_world world;
    world.prepare();
    io::memory_faults faults;
    faults.largest_read = 1;
    io::context where;
    io::memory_network network(where, faults);
    bool whole = false;
    where.run(converse(where, world, network, whole));
    CHECK(whole);
}

TEST_CASE("handshake: the server's bytes end anywhere -> the client says so") {
    for (const auto version : both_versions) {
        tls_world world;
        world.only(version);
        world.prepare();
        for (std::size_t size = 0; size < 600; size += size < 8 ? 1 : 59) {
            CAPTURE(size);
            result<> out;
            with_context([&](io::context& where) { return cut_short(where, world, size, out); });
            REQUIRE_FALSE(out);
            CHECK(out.error().code() == errc::connection_lost);
            CHECK(out.error().detail() == "the peer ended the connection");
        }
    }
}

TEST_CASE("handshake: a peer that says nothing -> the limit's cause") {
    tls_world world;
    world.prepare();
    result<> out;
    with_context([&](io::context& where) { return wait_in_vain(where, world, out); });
    REQUIRE_FALSE(out);
    CHECK(out.error().code() == errc::connect_timeout);
}

TEST_CASE("handshake: a peer that dribbles -> the limit counts for the whole") {
    tls_world world;
    world.prepare();
    result<> out;
    with_context([&](io::context& where) { return wait_for_a_trickle(where, world, out); });
    REQUIRE_FALSE(out);
    CHECK(out.error().code() == errc::reply_timeout);
}

TEST_CASE("handshake: cancelled or closed while it waits -> interrupted") {
    tls_world world;
    world.prepare();
    result<> out;
    with_context([&](io::context& where) { return cancel_while_waiting(where, world, out); });
    REQUIRE_FALSE(out);
    CHECK(out.error().code() == errc::interrupted);
    out = {};
    with_context([&](io::context& where) { return close_while_waiting(where, world, out); });
    REQUIRE_FALSE(out);
    CHECK(out.error().code() == errc::interrupted);
}

TEST_CASE("stream: used before the handshake -> an error, and nothing is sent") {
    tls_world world;
    world.prepare();
    with_context([&](io::context& where) { return use_too_early(where, world); });
}
