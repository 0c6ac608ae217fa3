// What a client finds out about the certificate of its server.
#include "io/tls_context_state.hpp"
#include "support/run_task.hpp"
#include "unit/io/tls_pair.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;
using ferry::tls_problem;

namespace {

io::task<> look_at_server(io::context& where, const tls_world& world, std::string called,
                          tls_peer& out) {
    const auto before_talking = [](tls_pair& pair) {
        // Nothing but the handshake was sent: the server has nothing to read.
        CHECK(pair.far->is_quiet());
    };
    io::tls_client_handshake client(std::move(called));
    io::tls_server_handshake server;
    auto pair = co_await connect_tls(where, world, std::move(client), server);
    REQUIRE_MESSAGE(pair.near_result, pair.near_result.error().message());
    REQUIRE(pair.far_result);
    before_talking(pair);
    out = pair.near->peer();
}

/// The server of `world` as a client finds it that calls it `called`, the same in both versions.
tls_peer peer_of(tls_world& world, const std::string& called,
                 const std::function<void(tls_world&)>& change = nullptr) {
    tls_peer found;
    for (const auto version : both_versions) {
        world.only(version);
        world.prepare();
        if (change) change(world);
        io::context where;
        tls_peer now;
        where.run(look_at_server(where, world, called, now));
        if (version == tls_version::tls_1_3)
            CHECK(now.verdict.describe() == found.verdict.describe());
        found = now;
    }
    return found;
}

tls_peer peer_of(const wish& what, const std::string& called = host) {
    tls_world world;
    const auto made = issue(what, &world.authority);
    world.server_settings.identity = made.identity();
    return peer_of(world, called);
}

std::vector<tls_problem> problems_of(const tls_peer& peer) {
    std::vector<tls_problem> problems;
    for (const auto& one : peer.verdict.findings)
        problems.push_back(one.what);
    return problems;
}

using problems = std::vector<tls_problem>;

/// What the server staples to its handshake.
std::string* stapled_text() {
    static std::string text;
    return &text;
}

int staple(SSL* connection, void*) {
    const auto& text = *stapled_text();
    auto* const copy = static_cast<unsigned char*>(OPENSSL_memdup(text.data(), text.size()));
    SSL_set_tlsext_status_ocsp_resp(connection, copy, static_cast<long>(text.size()));
    return SSL_TLSEXT_ERR_OK;
}

tls_peer stapling(tls_world& world, std::string response) {
    *stapled_text() = std::move(response);
    return peer_of(world, host, [](tls_world& with) {
        SSL_CTX_set_tlsext_status_cb(with.server->shared()->library.get(), staple);
    });
}

} // namespace

TEST_CASE("verdict: all is well -> verified") {
    const auto peer = peer_of(wish({"DNS:" + host}));
    CHECK_MESSAGE(peer.verdict.verified(), peer.verdict.describe());
    CHECK(peer.certificate.subject == "CN=a common name");
    CHECK(peer.certificate.issuer == "CN=the authority");
    CHECK(peer.certificate.names == std::vector<std::string>{host});
    CHECK(peer.certificate.fingerprint.size() == 64);
    CHECK(peer.certificate.key_fingerprint.size() == 64);
}

TEST_CASE("verdict: expired -> said, with the date") {
    wish what({"DNS:" + host});
    what.from = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
    what.until = std::chrono::sys_days(std::chrono::year(2021) / 2 / 3) + 4h;
    const auto peer = peer_of(what);
    CHECK(problems_of(peer) == problems{tls_problem::expired});
    CHECK(peer.verdict.describe() == "the certificate expired at 2021-02-03T04:00:00Z");
    CHECK(peer.certificate.valid_from == what.from);
    CHECK(peer.certificate.valid_until == what.until);
}

TEST_CASE("verdict: not yet valid -> said, with the date") {
    wish what({"DNS:" + host});
    what.from = std::chrono::sys_days(std::chrono::year(2090) / 1 / 1);
    what.until = std::chrono::sys_days(std::chrono::year(2091) / 1 / 1);
    const auto peer = peer_of(what);
    CHECK(problems_of(peer) == problems{tls_problem::not_yet_valid});
    CHECK(peer.verdict.describe() == "the certificate is valid only from 2090-01-01T00:00:00Z");
}

TEST_CASE("verdict: another host -> said, with the names") {
    const auto peer = peer_of(wish({"DNS:a.example", "DNS:b.example", "IP:127.0.0.1"}));
    CHECK(problems_of(peer) == problems{tls_problem::wrong_host});
    CHECK(peer.verdict.describe() ==
          "the certificate is for a.example, b.example, 127.0.0.1, not for ftp.example.org");
}

TEST_CASE("verdict: very many names -> a few are shown") {
    std::vector<std::string> names;
    for (int i = 0; i < 1000; ++i)
        names.push_back("DNS:host" + std::to_string(i) + ".example");
    const auto peer = peer_of(wish(names));
    CHECK(peer.verdict.describe() == "the certificate is for host0.example, host1.example, "
                                     "host2.example, host3.example and 996 more, not for "
                                     "ftp.example.org");
    CHECK(peer.certificate.names.size() == 1000);
}

TEST_CASE("verdict: only a common name -> for no host") {
    wish what({});
    what.common_name = host;
    const auto peer = peer_of(what);
    CHECK(problems_of(peer) == problems{tls_problem::wrong_host});
    CHECK(peer.verdict.describe() == "the certificate is for no host, not for ftp.example.org");
}

TEST_CASE("verdict: wildcards -> one whole label, the leftmost") {
    const auto verified = [](const std::string& name, const std::string& called) {
        return peer_of(wish({"DNS:" + name}), called).verdict.verified();
    };
    CHECK(verified("*.example.org", "ftp.example.org"));
    CHECK(verified("*.example.org", "FTP.Example.Org"));
    CHECK(verified("*.example.org", "ftp.example.org."));
    CHECK_FALSE(verified("*.example.org", "example.org"));
    CHECK_FALSE(verified("*.example.org", "a.ftp.example.org"));
    CHECK_FALSE(verified("f*.example.org", "ftp.example.org"));
    CHECK_FALSE(verified("ftp.*.org", "ftp.example.org"));
    CHECK_FALSE(verified("*", "localhost"));
    // IDN as it travels.
    CHECK(verified("xn--bcher-kva.example", "xn--bcher-kva.example"));
    CHECK(verified("*.xn--bcher-kva.example", "ftp.xn--bcher-kva.example"));
    CHECK_FALSE(verified("xn--*.example", "xn--bcher-kva.example"));
}

TEST_CASE("verdict: addresses -> only as addresses") {
    const auto verified = [](const std::string& name, const std::string& called) {
        return peer_of(wish({name}), called).verdict.verified();
    };
    CHECK(verified("IP:192.0.2.7", "192.0.2.7"));
    CHECK_FALSE(verified("IP:192.0.2.7", "192.0.2.8"));
    CHECK(verified("IP:2001:db8::1", "2001:db8:0:0::1"));
    CHECK(verified("IP:fe80::1", "fe80::1%eth0"));
    CHECK_FALSE(verified("IP:2001:db8::1", "2001:db8::2"));
    CHECK_FALSE(verified("DNS:192.0.2.7", "192.0.2.7"));
    CHECK_FALSE(verified("DNS:*.0.2.7", "192.0.2.7"));
}

TEST_CASE("verdict: no host to compare with -> never verified") {
    CHECK(problems_of(peer_of(wish({"DNS:" + host}), "")) == problems{tls_problem::wrong_host});
}

TEST_CASE("verdict: self-signed -> said") {
    tls_world world;
    const auto made = issue(wish({"DNS:" + host}), nullptr);
    world.server_settings.identity = made.identity();
    const auto peer = peer_of(world, host);
    CHECK(problems_of(peer) == problems{tls_problem::self_signed});
    CHECK(peer.verdict.describe() == "the certificate is self-signed");
    // Unless it is the one that is trusted.
    world.trust(made);
    CHECK(peer_of(world, host).verdict.verified());
}

TEST_CASE("verdict: unknown CA -> said, with its name") {
    tls_world world;
    const auto stranger = make_authority("somebody else");
    const auto made = issue(wish({"DNS:" + host}), &stranger);
    world.server_settings.identity = made.identity();
    const auto peer = peer_of(world, host);
    CHECK(problems_of(peer) == problems{tls_problem::unknown_ca});
    CHECK(peer.verdict.describe() ==
          "the certificate is signed by CN=somebody else, who is not known here");
    // The same when it sends its authority along.
    world.server_settings.identity.certificate += stranger.certificate_pem();
    const auto with_chain = peer_of(world, host);
    CHECK(problems_of(with_chain) == problems{tls_problem::unknown_ca});
    CHECK(with_chain.verdict.describe() ==
          "the certificate is signed by CN=somebody else, which is not trusted here");
    // A certificate of a server may itself be trusted.
    world.trust(made);
    CHECK(peer_of(world, host).verdict.verified());
}

TEST_CASE("verdict: an intermediate authority -> verified if the server sends it") {
    tls_world world;
    const auto middle = make_authority("in the middle", &world.authority);
    const auto made = issue(wish({"DNS:" + host}), &middle);
    world.server_settings.identity = made.identity();
    CHECK(problems_of(peer_of(world, host)) == problems{tls_problem::unknown_ca});
    world.server_settings.identity.certificate += middle.certificate_pem();
    CHECK(peer_of(world, host).verdict.verified());
}

TEST_CASE("verdict: signed by a certificate that may not sign -> not verified") {
    tls_world world;
    const auto leaf = issue(wish({"DNS:leaf.example"}), &world.authority);
    const auto made = issue(wish({"DNS:" + host}), &leaf);
    world.server_settings.identity = made.identity();
    world.server_settings.identity.certificate += leaf.certificate_pem();
    CHECK_FALSE(peer_of(world, host).verdict.verified());
}

TEST_CASE("verdict: not for servers -> OpenSSL's words") {
    wish what({"DNS:" + host});
    what.usage = "clientAuth";
    const auto peer = peer_of(what);
    CHECK(problems_of(peer) == problems{tls_problem::other});
    CHECK(peer.verdict.describe().starts_with("the certificate: "));
}

TEST_CASE("verdict: several problems -> each once") {
    tls_world world;
    wish what({"DNS:a.example"});
    what.until = wish::now() - 1min;
    const auto made = issue(what, nullptr);
    world.server_settings.identity = made.identity();
    const auto peer = peer_of(world, host);
    CHECK(peer.verdict.findings.size() == 3);
    CHECK(peer.verdict.has(tls_problem::expired));
    CHECK(peer.verdict.has(tls_problem::self_signed));
    CHECK(peer.verdict.has(tls_problem::wrong_host));
    CHECK(peer.verdict.describe().find("; ") != std::string::npos);
}

TEST_CASE("verdict: a stapled response -> revoked only if it is properly signed") {
    tls_world world;
    const auto& leaf = world.server_credential;
    CHECK(stapling(world, ocsp_response(leaf, world.authority, false)).verdict.verified());
    const auto revoked = stapling(world, ocsp_response(leaf, world.authority, true));
    CHECK(problems_of(revoked) == problems{tls_problem::revoked});
    CHECK(revoked.verdict.describe() == "the certificate was revoked");
    // By somebody who has no say, about somebody else, and damaged.
    const auto stranger = make_authority("somebody else");
    CHECK(stapling(world, ocsp_response(leaf, stranger, true)).verdict.verified());
    const auto other = issue(wish({"DNS:b.example"}), &world.authority);
    CHECK(stapling(world, ocsp_response(other, world.authority, true)).verdict.verified());
    CHECK(stapling(world, "nonsense").verdict.verified());
}

TEST_CASE("verdict: names of problems -> stable") {
    CHECK(name_of(tls_problem::expired) == "expired");
    CHECK(name_of(tls_problem::unknown_ca) == "unknown_ca");
    CHECK(name_of(tls_problem::other) == "other");
}
