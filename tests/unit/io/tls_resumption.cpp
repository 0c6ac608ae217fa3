// Sessions: resumed by data connections in both versions, and whose they are.
#include "io/tls_context_state.hpp"
#include "io/tls_session_state.hpp"
#include "support/run_task.hpp"
#include "unit/io/tls_pair.hpp"

#include <doctest/doctest.h>

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

using cache_pointer = std::shared_ptr<io::tls_session_cache>;

cache_pointer make_cache() {
    return std::make_shared<io::tls_session_cache>();
}

/// A connection that resumes what is in `sessions`.
io::task<tls_pair> connect_with(io::context& where, const tls_world& world,
                                cache_pointer sessions) {
    io::tls_client_handshake client(host);
    client.sessions = std::move(sessions);
    client.traffic = io::tls_traffic::bulk;
    io::tls_server_handshake server;
    auto pair = co_await connect_tls(where, world, std::move(client), server);
    REQUIRE(pair.near_result);
    REQUIRE(pair.far_result);
    CHECK(pair.near->facts().resumed == pair.far->facts().resumed);
    co_return pair;
}

/// A control connection whose tickets have arrived.
io::task<tls_pair> connect_control(io::context& where, const tls_world& world,
                                   cache_pointer sessions) {
    auto pair = co_await connect_with(where, world, std::move(sessions));
    co_await greet(pair);
    co_return pair;
}

io::task<> resume_often(io::context& where, tls_world& world) {
    const auto sessions = make_cache();
    auto control = co_await connect_control(where, world, sessions);
    CHECK_FALSE(control.near->facts().resumed);
    CHECK_FALSE(control.far->resumes(*control.far));
    CHECK_FALSE(sessions->empty());
    for (int i = 0; i < 20; ++i) {
        auto data = co_await connect_with(where, world, sessions);
        CHECK(data.near->facts().resumed);
        CHECK(data.far->resumes(*control.far));
        CHECK(data.near->peer().verdict.verified());
        CHECK(data.near->peer().certificate.fingerprint ==
              control.near->peer().certificate.fingerprint);
        co_await greet(data);
        co_await part(data);
    }
    co_await greet(control);
}

/// Data connections that never read, so that no ticket of theirs arrives.
io::task<> resume_without_reading(io::context& where, tls_world& world) {
    const auto sessions = make_cache();
    auto control = co_await connect_control(where, world, sessions);
    for (int i = 0; i < 6; ++i) {
        auto data = co_await connect_with(where, world, sessions);
        CHECK(data.near->facts().resumed);
        CHECK(data.far->resumes(*control.far));
    }
}

/// Each ticket of TLS 1.3 is used once while there are others.
io::task<> count_tickets(io::context& where, tls_world& world) {
    const auto sessions = make_cache();
    auto& state = sessions->sessions();
    auto control = co_await connect_control(where, world, sessions);
    CHECK(state.fresh.size() == 2);
    auto data = co_await connect_with(where, world, sessions);
    CHECK(state.fresh.size() == 1);
    co_await greet(data);
    CHECK(state.fresh.size() == 2);
    // Dropped in the middle: others may still resume.
    data.near->close();
    data.far->close();
    auto next = co_await connect_with(where, world, sessions);
    CHECK(next.near->facts().resumed);
}

io::task<> drop_and_go_on(io::context& where, tls_world& world) {
    const auto sessions = make_cache();
    auto control = co_await connect_control(where, world, sessions);
    for (int i = 0; i < 4; ++i) {
        auto data = co_await connect_with(where, world, sessions);
        CHECK(data.near->facts().resumed);
        CHECK(data.far->resumes(*control.far));
        // An abort: no goodbye from either side, and an error on both.
        data.near->close();
        const auto sent = co_await data.far->write(std::string(1 << 20, 'x'));
        CHECK_FALSE(sent);
        data.far->close();
    }
    co_await greet(control);
}

io::task<> tell_strangers(io::context& where, tls_world& world) {
    const auto ours = make_cache();
    const auto theirs = make_cache();
    auto control = co_await connect_control(where, world, ours);
    auto other_control = co_await connect_control(where, world, theirs);
    // Somebody else's data connection, resuming somebody else's session.
    auto stolen = co_await connect_with(where, world, theirs);
    CHECK(stolen.near->facts().resumed);
    CHECK_FALSE(stolen.far->resumes(*control.far));
    CHECK(stolen.far->resumes(*other_control.far));
    // One without a session, and one that resumes that one.
    const auto fresh = make_cache();
    auto stranger = co_await connect_control(where, world, fresh);
    CHECK_FALSE(stranger.far->resumes(*control.far));
    auto again = co_await connect_with(where, world, fresh);
    CHECK(again.near->facts().resumed);
    CHECK_FALSE(again.far->resumes(*control.far));
}

/// A client that comes back, and resumes its earlier control connection.
io::task<> come_back(io::context& where, tls_world& world) {
    const auto sessions = make_cache();
    auto first = co_await connect_control(where, world, sessions);
    auto second = co_await connect_control(where, world, sessions);
    CHECK(second.near->facts().resumed);
    auto data = co_await connect_with(where, world, sessions);
    CHECK(data.far->resumes(*second.far));
}

io::task<> resume_elsewhere(io::context& where, tls_world& world) {
    const auto sessions = make_cache();
    auto control = co_await connect_control(where, world, sessions);
    // The server starts anew, with other keys, and its certificate has run out.
    wish old({"DNS:" + host});
    old.until = wish::now() - 1min;
    const auto changed = issue(old, &world.authority);
    world.server_settings.identity = changed.identity();
    world.prepare();
    auto data = co_await connect_with(where, world, sessions);
    CHECK_FALSE(data.near->facts().resumed);
    CHECK(data.near->peer().verdict.has(tls_problem::expired));
    CHECK(data.near->peer().certificate.fingerprint !=
          control.near->peer().certificate.fingerprint);
}

/// What the server was found to be stays with its session.
io::task<> keep_the_verdict(io::context& where, tls_world& world) {
    const auto sessions = make_cache();
    auto control = co_await connect_control(where, world, sessions);
    REQUIRE(control.near->peer().verdict.has(tls_problem::unknown_ca));
    auto data = co_await connect_with(where, world, sessions);
    CHECK(data.near->facts().resumed);
    CHECK(data.near->peer().verdict.has(tls_problem::unknown_ca));
    CHECK_FALSE(data.near->peer().certificate.names.empty());
}

io::task<> come_after(io::context& where, tls_world& world, std::chrono::seconds& time,
                      std::chrono::seconds wait, bool& resumed, bool& owned) {
    const auto sessions = make_cache();
    auto control = co_await connect_control(where, world, sessions);
    time += wait;
    auto data = co_await connect_with(where, world, sessions);
    resumed = data.near->facts().resumed;
    owned = data.far->resumes(*control.far);
    // Tickets of today's key.
    if (!resumed) co_return;
    co_await greet(data);
    time += wait;
    auto next = co_await connect_with(where, world, sessions);
    CHECK(next.near->facts().resumed);
    CHECK(next.far->resumes(*control.far));
}

} // namespace

TEST_CASE("resumption: data connections -> all resume the control connection's session") {
    in_each_version(resume_often);
}

TEST_CASE("resumption: no new tickets -> the last one again") {
    in_each_version(resume_without_reading);
}

TEST_CASE("resumption: TLS 1.3 -> each ticket once while there are others") {
    tls_world world;
    world.only(tls_version::tls_1_3);
    world.prepare();
    io::context where;
    where.run(count_tickets(where, world));
}

TEST_CASE("resumption: after broken data connections -> goes on") {
    in_each_version(drop_and_go_on);
}

TEST_CASE("resumption: sessions of others -> told from the control connection's") {
    in_each_version(tell_strangers);
}

TEST_CASE("resumption: a resumed control connection -> its data connections are its own") {
    in_each_version(come_back);
}

TEST_CASE("resumption: another server -> a full handshake and a new verdict") {
    in_each_version(resume_elsewhere);
}

TEST_CASE("resumption: a server that is not trusted -> no better when resumed") {
    in_each_version([](io::context& where, tls_world& world) {
        const auto stranger = make_authority("somebody else");
        world.trust(stranger);
        world.prepare();
        return keep_the_verdict(where, world);
    });
}

TEST_CASE("resumption: TLS 1.2 without tickets -> the server keeps the sessions") {
    tls_world world;
    world.only(tls_version::tls_1_2);
    world.prepare();
    SSL_CTX_set_options(world.client->shared()->library.get(), SSL_OP_NO_TICKET);
    for (const auto& work : {resume_often, drop_and_go_on, tell_strangers, come_back}) {
        io::context where;
        where.run(work(where, world));
    }
}

TEST_CASE("ticket keys: replaced with time -> tickets live one to two times as long") {
    for (const auto version : both_versions) {
        CAPTURE(version);
        const auto after = [version](std::chrono::seconds wait) {
            tls_world world;
            world.only(version);
            std::chrono::seconds time{1'000'000};
            world.server_settings.ticket_key_life = 1h;
            world.server_settings.clock = [&time] {
                return std::chrono::steady_clock::time_point(time);
            };
            world.prepare();
            io::context where;
            bool resumed = false;
            bool owned = false;
            where.run(come_after(where, world, time, wait, resumed, owned));
            CHECK(resumed == owned);
            return resumed;
        };
        CHECK(after(0s));
        CHECK(after(59min));
        CHECK(after(1h));
        CHECK(after(119min));
        CHECK_FALSE(after(2h));
        CHECK_FALSE(after(30 * 24h));
    }
}

TEST_CASE("ticket keys: over time -> a new one each life, old ones forgotten") {
    std::chrono::seconds time{0};
    io::tls_ticket_keys keys(10s, [&time] { return std::chrono::steady_clock::time_point(time); });
    const auto first = keys.newest();
    REQUIRE(first);
    time = 9s;
    CHECK(keys.newest()->name == first->name);
    time = 10s;
    const auto second = keys.newest();
    CHECK(second->name != first->name);
    CHECK(second->cipher != first->cipher);
    CHECK(second->authentication != first->authentication);
    CHECK(keys.find(first->name.data()));
    CHECK(keys.is_old(*first));
    CHECK_FALSE(keys.is_old(*second));
    time = 20s;
    CHECK_FALSE(keys.find(first->name.data()));
    CHECK(keys.find(second->name.data()));
}

TEST_CASE("session cache: a server that sends tickets without end -> a few newest are kept") {
    io::tls_session_cache cache;
    CHECK(cache.empty());
    CHECK_FALSE(cache.sessions().take().session);
    for (int i = 0; i < 100; ++i) {
        const io::session_pointer session(SSL_SESSION_new());
        SSL_SESSION_set_protocol_version(session.get(), TLS1_3_VERSION);
        const auto number = static_cast<unsigned char>(i);
        REQUIRE(SSL_SESSION_set1_id(session.get(), &number, 1) == 1);
        cache.sessions().add(*session, nullptr);
    }
    CHECK_FALSE(cache.empty());
    CHECK(cache.sessions().fresh.size() == 8);
    unsigned size = 0;
    const auto newest = cache.sessions().take();
    CHECK(*SSL_SESSION_get_id(newest.session.get(), &size) == 99);
}
