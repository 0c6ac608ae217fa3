// Bytes over TLS: much of them, both ways at once.
#include "support/run_task.hpp"
#include "unit/io/tls_pair.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace ferry;
using namespace ferry::test;

namespace {

std::string pattern(std::size_t size, std::uint32_t seed) {
    std::string text(size, '\0');
    for (auto& c : text) {
        seed = seed * 1664525U + 1013904223U;
        c = static_cast<char>(seed >> 24U);
    }
    return text;
}

io::task<> write_in_pieces(io::stream& to, std::string_view text, std::size_t piece) {
    while (!text.empty()) {
        const auto some = text.substr(0, piece);
        const auto sent = co_await to.write(some);
        REQUIRE(sent);
        text.remove_prefix(some.size());
    }
    CHECK(co_await to.finish_writing());
}

io::task<> read_to_end(io::stream& from, std::size_t piece, std::string& out) {
    std::string room(piece, '\0');
    while (true) {
        const auto got = co_await from.read_some(room);
        REQUIRE(got);
        if (*got == 0) break;
        out.append(room, 0, *got);
    }
    const auto again = co_await from.read_some(room);
    REQUIRE(again);
    CHECK(*again == 0);
}

io::task<> move_both_ways(io::context& where, tls_pair& pair, std::size_t size, std::size_t piece) {
    const auto there = pattern(size, 1);
    const auto back = pattern(size + 1, 2);
    std::string got_there;
    std::string got_back;
    io::task_group group(where);
    group.spawn(write_in_pieces(*pair.near, there, piece));
    group.spawn(write_in_pieces(*pair.far, back, piece));
    group.spawn(read_to_end(*pair.near, piece, got_back));
    group.spawn(read_to_end(*pair.far, piece, got_there));
    co_await group.join();
    CHECK(there == got_there);
    CHECK(back == got_back);
}

io::task<> move_over_a_slow_network(io::context& where, const tls_world& world,
                                    std::size_t largest_read) {
    const std::string address = "10.0.0.1";
    io::memory_faults faults;
    faults.largest_read = largest_read;
    io::memory_network network(where, faults);
    auto listening = network.listen(endpoint(address, 0), 5);
    REQUIRE(listening);
    io::dial_options options;
    auto near = co_await network.dial(address, (*listening)->local().port, options);
    auto far = co_await (*listening)->accept();
    io::tls_client_handshake client(host);
    client.traffic = io::tls_traffic::bulk;
    io::tls_server_handshake server;
    server.traffic = io::tls_traffic::bulk;
    auto pair = co_await connect_tls(where, world, std::move(*near), std::move(*far),
                                     std::move(client), server);
    co_await move_both_ways(where, pair, largest_read * 5000, 50'000);
}

} // namespace

TEST_CASE("data: both ways at once -> whole, whatever the sizes of reads and writes") {
    for (const std::size_t piece : {std::size_t{100}, std::size_t{16'384}, std::size_t{16'385},
                                    std::size_t{65'536}, std::size_t{1} << 20U}) {
        CAPTURE(piece);
        for (const auto traffic : {io::tls_traffic::control, io::tls_traffic::bulk})
            with_pair(
                [&](io::context& where, tls_pair& pair) {
                    return move_both_ways(where, pair, piece < 1000 ? 20'000 : 2'000'000, piece);
                },
                traffic);
    }
}

TEST_CASE("data: nothing at all -> an orderly end") {
    with_pair([](io::context& where, tls_pair& pair) { return move_both_ways(where, pair, 0, 1); });
}

TEST_CASE("data: a network that gives little at once -> whole") {
    for (const std::size_t cap : {1U, 7U, 100U})
        in_each_version([&](io::context& where, const tls_world& world) {
            return move_over_a_slow_network(where, world, cap);
        });
}
