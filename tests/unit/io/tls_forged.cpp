// Bytes below TLS that somebody has touched: cut off, changed, repeated, added.
#include "support/run_task.hpp"
#include "unit/io/tls_pair.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>

using namespace ferry;
using namespace ferry::test;

namespace {

/// The server writes, and its connection ends after `size` bytes of what is below TLS.
class cut_world {
public:
    cut_world() = default;
    std::unique_ptr<io::tls_stream> client;
    std::unique_ptr<io::tls_stream> server;
    std::unique_ptr<io::stream> near_wire; ///< what the client's TLS is connected to
    std::unique_ptr<io::stream> far_wire;
};

/// Carries bytes on until one side ends.
io::task<> carry(io::stream& from, io::stream& to) {
    std::array<char, 4096> block{};
    while (true) {
        const auto got = co_await from.read_some(block);
        if (!got || *got == 0) break;
        const auto passed = co_await to.write(std::string_view(block.data(), *got));
        if (!passed) break;
    }
}

/// A connection whose bytes pass through the test's hands.
io::task<> connect_by_hand(io::context& where, const tls_world& world, cut_world& out) {
    auto near = io::make_memory_pair(where);
    auto far = io::make_memory_pair(where);
    out.client = std::make_unique<io::tls_stream>(*world.client, std::move(near.first),
                                                  io::tls_client_handshake(host));
    out.server = std::make_unique<io::tls_stream>(*world.server, std::move(far.first),
                                                  io::tls_server_handshake());
    out.near_wire = std::move(near.second);
    out.far_wire = std::move(far.second);
    io::task_group carriers(where);
    carriers.spawn(carry(*out.near_wire, *out.far_wire));
    carriers.spawn(carry(*out.far_wire, *out.near_wire));
    io::task_group group(where);
    result<> near_result;
    result<> far_result;
    group.spawn(shake(*out.client, near_result));
    group.spawn(shake(*out.server, far_result));
    co_await group.join();
    CHECK(near_result);
    CHECK(far_result);
    CHECK(co_await out.server->write("220 hello"));
    const auto hello = co_await read_text(*out.client, 9);
    CHECK(hello);
    carriers.cancel();
    co_await carriers.join();
}

/// What the server's TLS makes of `text`.
io::task<std::string> sealed(cut_world& with, std::string text, bool goodbye) {
    CHECK(co_await with.server->write(text));
    if (goodbye) CHECK(co_await with.server->finish_writing());
    std::string bytes(4096, '\0');
    const auto got = co_await with.far_wire->read_some(bytes);
    REQUIRE(got);
    bytes.resize(*got);
    co_return bytes;
}

io::task<> cut_after(io::context& where, const tls_world& world, std::size_t size, bool& whole) {
    cut_world with;
    co_await connect_by_hand(where, world, with);
    const auto bytes = co_await sealed(with, "150 here it comes", true);
    whole = size >= bytes.size();
    CHECK(co_await with.near_wire->write(bytes.substr(0, size)));
    CHECK(co_await with.near_wire->finish_writing());
    const auto got = co_await read_text(*with.client, 100);
    if (whole) {
        REQUIRE(got);
        CHECK(*got == "150 here it comes");
        co_return;
    }
    REQUIRE_FALSE(got);
    CHECK(got.error().code() == errc::truncated);
    CHECK(got.error().detail() == "the connection ended without the end of TLS");
    // And it stays so.
    std::array<char, 1> byte{};
    const auto again = co_await with.client->read_some(byte);
    REQUIRE_FALSE(again);
    CHECK(again.error().code() == errc::truncated);
}

io::task<> change_a_byte(io::context& where, const tls_world& world, std::size_t position) {
    cut_world with;
    co_await connect_by_hand(where, world, with);
    auto bytes = co_await sealed(with, "226 done", false);
    REQUIRE(position < bytes.size());
    bytes[position] = static_cast<char>(bytes[position] ^ 1);
    CHECK(co_await with.near_wire->write(bytes));
    std::array<char, 64> room{};
    // A length that grew needs more bytes than there are.
    CHECK(co_await with.near_wire->finish_writing());
    const auto got = co_await with.client->read_some(room);
    REQUIRE_FALSE(got);
    const auto code = got.error().code();
    const bool refused = code == errc::tls_failed || code == errc::truncated;
    CHECK(refused);
    const auto again = co_await with.client->read_some(room);
    REQUIRE_FALSE(again);
    CHECK(again.error().code() == code);
    CHECK_FALSE(co_await with.client->write("ABOR"));
}

io::task<> replay(io::context& where, const tls_world& world) {
    cut_world with;
    co_await connect_by_hand(where, world, with);
    const auto bytes = co_await sealed(with, "226 done", false);
    CHECK(co_await with.near_wire->write(bytes));
    CHECK(co_await with.near_wire->write(bytes));
    const auto first = co_await read_text(*with.client, 8);
    REQUIRE(first);
    std::array<char, 64> room{};
    const auto second = co_await with.client->read_some(room);
    REQUIRE_FALSE(second);
    CHECK(second.error().code() == errc::tls_failed);
    CHECK_MESSAGE(second.error().detail().starts_with("bytes were changed on their way"),
                  second.error().message());
    // The peer is told.
    std::array<char, 4096> alert{};
    const auto told = co_await with.near_wire->read_some(alert);
    REQUIRE(told);
    CHECK(co_await with.far_wire->write(std::string_view(alert.data(), *told)));
    const auto other = co_await with.server->read_some(room);
    REQUIRE_FALSE(other);
    CHECK(other.error().code() == errc::tls_failed);
}

io::task<> leave_with_plain_bytes_behind(io::context& where, const tls_world& world) {
    cut_world with;
    co_await connect_by_hand(where, world, with);
    auto bytes = co_await sealed(with, "", true);
    bytes += "200 plain";
    CHECK(co_await with.near_wire->write(bytes));
    const auto rest = co_await with.client->leave();
    REQUIRE(rest);
    CHECK(rest->early == "200 plain");
}

} // namespace

TEST_CASE("end: the connection ends anywhere before close_notify -> truncated") {
    in_each_version([](io::context& where, const tls_world& world) -> io::task<> {
        bool whole = false;
        for (std::size_t size = 0; !whole; ++size)
            co_await cut_after(where, world, size, whole);
    });
}

TEST_CASE("data: any byte changed on its way -> refused for good") {
    in_each_version([](io::context& where, const tls_world& world) -> io::task<> {
        for (std::size_t position = 0; position < 25; ++position)
            co_await change_a_byte(where, world, position);
    });
}

TEST_CASE("data: a record again -> refused, and the peer is told") {
    in_each_version(replay);
}

TEST_CASE("leave: plain bytes behind the goodbye -> handed out apart") {
    in_each_version(leave_with_plain_bytes_behind);
}
