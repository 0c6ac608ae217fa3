// Two ends of a TLS connection over the network in memory, for tests.
#pragma once

#include "io/memory_network.hpp"
#include "io/task_group.hpp"
#include "io/tls_stream.hpp"
#include "support/temporary_directory.hpp"
#include "unit/io/tls_authority.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ferry::test {

inline const std::string host = "ftp.example.org";

/// A server for `host`, and a client that trusts its authority.
class tls_world {
public:
    tls_world()
        : authority(make_authority("the authority"))
        , server_credential(issue(wish({"DNS:" + host}), &authority))
        , server_settings(server_credential.identity()) {
        trust(authority);
    }

    /// The client trusts `whom` and nobody else.
    void trust(const credential& whom) {
        files.write("authority.pem", whom.certificate_pem());
        client_settings.ca_file = files / "authority.pem";
    }

    /// Both sides speak this version and no other.
    void only(tls_version version) {
        for (io::tls_settings* one : {static_cast<io::tls_settings*>(&client_settings),
                                      static_cast<io::tls_settings*>(&server_settings)})
            one->minimum = one->maximum = version;
    }

    /// Makes the contexts of the settings, or again after a change of them.
    void prepare() {
        auto near = io::tls_client_context::make(client_settings);
        auto far = io::tls_server_context::make(server_settings);
        REQUIRE(near);
        REQUIRE(far);
        client.emplace(*near);
        server.emplace(*far);
    }

    temporary_directory files;
    credential authority;
    credential server_credential;
    io::tls_client_settings client_settings;
    io::tls_server_settings server_settings;
    std::optional<io::tls_client_context> client;
    std::optional<io::tls_server_context> server;
};

/// The two ends, which do not outlive their context, and how their handshakes went.
class tls_pair {
public:
    tls_pair() = default;
    std::unique_ptr<io::tls_stream> near; ///< the client
    std::unique_ptr<io::tls_stream> far;
    result<> near_result;
    result<> far_result;
};

/// What is known of a pair when it is gone.
class tls_outcome {
public:
    tls_outcome() = default;

    explicit tls_outcome(const tls_pair& pair)
        : near_result(pair.near_result)
        , far_result(pair.far_result)
        , near(pair.near->facts())
        , far(pair.far->facts())
        , peer(pair.near->peer()) {}

    result<> near_result;
    result<> far_result;
    tls_facts near;
    tls_facts far;
    tls_peer peer;
};

[[nodiscard]] inline io::task<> shake(io::tls_stream& side, result<>& out) {
    out = co_await side.handshake();
    if (!out) side.close();
}

/// Over two streams that are connected.
[[nodiscard]] inline io::task<tls_pair> connect_tls(io::context& where, const tls_world& world,
                                                    std::unique_ptr<io::stream> near,
                                                    std::unique_ptr<io::stream> far,
                                                    io::tls_client_handshake client,
                                                    io::tls_server_handshake server) {
    tls_pair made;
    made.near = std::make_unique<io::tls_stream>(*world.client, std::move(near), std::move(client));
    made.far = std::make_unique<io::tls_stream>(*world.server, std::move(far), server);
    io::task_group group(where);
    group.spawn(shake(*made.near, made.near_result));
    group.spawn(shake(*made.far, made.far_result));
    co_await group.join();
    co_return made;
}

[[nodiscard]] inline io::task<tls_pair> connect_tls(io::context& where, const tls_world& world,
                                                    io::tls_client_handshake client,
                                                    io::tls_server_handshake server) {
    auto ends = io::make_memory_pair(where);
    co_return co_await connect_tls(where, world, std::move(ends.first), std::move(ends.second),
                                   std::move(client), std::move(server));
}

/// With nothing special about it.
[[nodiscard]] inline io::task<tls_pair> connect_tls(io::context& where, const tls_world& world) {
    io::tls_client_handshake client(host);
    io::tls_server_handshake server;
    co_return co_await connect_tls(where, world, std::move(client), std::move(server));
}

/// Reads until `size` bytes are there, or the end, or a failure.
[[nodiscard]] inline io::task<result<std::string>> read_text(io::stream& from, std::size_t size) {
    std::string text(size, '\0');
    std::size_t have = 0;
    while (have < size) {
        const std::span<char> room(text.data() + have, size - have);
        auto got = co_await from.read_some(room);
        if (!got) co_return fail(std::move(got.error()));
        if (*got == 0) break;
        have += *got;
    }
    text.resize(have);
    co_return text;
}

/// One line each way: reads the tickets of TLS 1.3 on the way, too.
[[nodiscard]] inline io::task<> greet(tls_pair& pair) {
    REQUIRE(co_await pair.far->write("220 hello"));
    const auto hello = co_await read_text(*pair.near, 9);
    REQUIRE(hello);
    CHECK(*hello == "220 hello");
    REQUIRE(co_await pair.near->write("QUIT"));
    const auto quit = co_await read_text(*pair.far, 4);
    REQUIRE(quit);
    CHECK(*quit == "QUIT");
}

/// Ends both ends as they should: goodbye from both sides.
[[nodiscard]] inline io::task<> part(tls_pair& pair) {
    CHECK(co_await pair.near->finish_writing());
    const auto end = co_await read_text(*pair.far, 1);
    REQUIRE(end);
    CHECK(end->empty());
    CHECK(co_await pair.far->finish_writing());
    const auto other_end = co_await read_text(*pair.near, 1);
    REQUIRE(other_end);
    CHECK(other_end->empty());
}

using world_function = std::function<io::task<>(io::context&, tls_world&)>;
using pair_function = std::function<io::task<>(io::context&, tls_pair&)>;

inline constexpr tls_version both_versions[] = {tls_version::tls_1_2, tls_version::tls_1_3};

inline void in_each_version(const world_function& work) {
    for (const auto version : both_versions) {
        CAPTURE(version);
        tls_world world;
        world.only(version);
        world.prepare();
        io::context where;
        where.run(work(where, world));
    }
}

[[nodiscard]] inline io::task<> run_with_pair(io::context& where, const tls_world& world,
                                              io::tls_traffic traffic, const pair_function& work) {
    io::tls_client_handshake client(host);
    client.traffic = traffic;
    io::tls_server_handshake server;
    server.traffic = traffic;
    auto pair = co_await connect_tls(where, world, std::move(client), std::move(server));
    REQUIRE(pair.near_result);
    REQUIRE(pair.far_result);
    co_await work(where, pair);
}

/// Over a connection of each version.
inline void with_pair(const pair_function& work,
                      io::tls_traffic traffic = io::tls_traffic::control) {
    in_each_version([&](io::context& where, tls_world& world) {
        return run_with_pair(where, world, traffic, work);
    });
}

} // namespace ferry::test
