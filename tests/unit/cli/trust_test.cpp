#include "cli/known_servers.hpp"
#include "cli/trust.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>

using namespace ferry::cli;
using ferry::errc;
using ferry::tls_finding;
using ferry::tls_peer;
using ferry::tls_problem;
using ferry::test::temporary_directory;

namespace {

const std::string shown(64, 'a');
const std::string shown_key(64, 'b');
const std::string another(64, 'c');

tls_peer peer(std::initializer_list<tls_problem> problems) {
    tls_peer made;
    made.certificate.fingerprint = shown;
    made.certificate.key_fingerprint = shown_key;
    for (const auto each : problems)
        made.verdict.findings.emplace_back(each, "it is " + std::string(name_of(each)));
    return made;
}

trust_basis basis() {
    trust_basis made;
    made.server = "host:21";
    made.url = "ftp://host/";
    return made;
}

} // namespace

TEST_CASE("trust: each ground -> trusted for it, in its order") {
    const auto good = peer({});
    const auto strange = peer({tls_problem::self_signed});
    auto now = basis();
    CHECK(judge(good, now).ground == trust_ground::verified);
    CHECK_FALSE(judge(strange, now).ground);
    now.own = shown;
    CHECK(judge(strange, now).ground == trust_ground::own);
    now.known = {another, shown};
    CHECK(judge(strange, now).ground == trust_ground::known);
    CHECK(judge(good, now).ground == trust_ground::verified);
    now.insecure = true;
    CHECK(judge(strange, now).ground == trust_ground::insecure);
    now.pins = {another, shown_key};
    CHECK(judge(strange, now).ground == trust_ground::pinned);
    now.pins = {shown};
    CHECK(judge(good, now).ground == trust_ground::pinned);
}

TEST_CASE("trust: a pin that does not fit -> refused, whatever else speaks for it") {
    auto now = basis();
    now.pins = {another};
    now.insecure = true;
    now.known = {shown};
    const auto judged = judge(peer({}), now);
    CHECK_FALSE(judged.ground);
    CHECK_FALSE(judged.may_be_asked);
    CHECK(judged.refusal.exit_status() == 7);
    CHECK(judged.refusal.message().find(shown) != std::string::npos);
}

TEST_CASE("trust: an unknown certificate -> may be asked about, and the message has the command") {
    const auto judged = judge(peer({tls_problem::expired, tls_problem::wrong_host}), basis());
    CHECK_FALSE(judged.ground);
    CHECK(judged.may_be_asked);
    CHECK(judged.refusal.code() == errc::untrusted);
    const auto message = judged.refusal.message();
    CHECK(message.find("it is expired; it is wrong_host") != std::string::npos);
    CHECK(message.find("ferry trust --add sha256:" + shown + " ftp://host/") != std::string::npos);
}

TEST_CASE("trust: a changed certificate -> refused, not asked about, not the own one either") {
    auto now = basis();
    now.known = {another};
    now.own = shown;
    const auto judged = judge(peer({tls_problem::self_signed}), now);
    CHECK_FALSE(judged.ground);
    CHECK_FALSE(judged.may_be_asked);
    CHECK(judged.refusal.message().find("the certificate of host:21 has changed") !=
          std::string::npos);
    CHECK(judged.refusal.message().find("ferry trust --remove ftp://host/") != std::string::npos);
}

TEST_CASE(
    "trust: verified before and not now -> refused, not asked about, unless trusted as it is") {
    auto now = basis();
    now.was_verified = true;
    now.own = shown;
    const auto judged = judge(peer({tls_problem::expired}), now);
    CHECK_FALSE(judged.ground);
    CHECK_FALSE(judged.may_be_asked);
    CHECK(judged.refusal.message().find("host:21 was verified before, and now it is expired") !=
          std::string::npos);
    CHECK(judge(peer({}), now).ground == trust_ground::verified);
    now.known = {shown};
    CHECK(judge(peer({tls_problem::expired}), now).ground == trust_ground::known);
}

TEST_CASE("trust: a revoked certificate -> refused, also where it was trusted before") {
    auto now = basis();
    now.known = {shown};
    const auto judged = judge(peer({tls_problem::revoked}), now);
    CHECK_FALSE(judged.ground);
    CHECK_FALSE(judged.may_be_asked);
}

TEST_CASE("fingerprints: with colons, in any case -> the digits; anything else -> nothing") {
    std::string colons = "SHA256:";
    for (int i = 0; i < 32; ++i)
        colons += i == 0 ? "AB" : ":AB";
    std::string digits;
    for (int i = 0; i < 32; ++i)
        digits += "ab";
    CHECK(parse_fingerprint(colons) == digits);
    CHECK(parse_fingerprint(format_fingerprint(digits)) == digits);
    for (const auto& wrong :
         {std::string(), digits, "sha256:" + digits + "0", "sha256:" + digits.substr(1),
          "sha256:" + digits.substr(1) + "g", "md5:" + digits})
        CHECK_FALSE(parse_fingerprint(wrong));
}

TEST_CASE("known servers: added, found by name, removed; comments stay") {
    const temporary_directory dir;
    known_servers store((dir / "sub/known_servers").string());
    CHECK(store.find("host:21")->fingerprints.empty());
    CHECK_FALSE(store.find("host:21")->speaks_tls);
    REQUIRE(store.add_tls("host:21"));
    CHECK(store.find("host:21")->speaks_tls);
    CHECK_FALSE(store.find("host:2121")->speaks_tls);
    CHECK_FALSE(store.find("host:21")->was_verified);
    REQUIRE(store.add_verified("host:21"));
    CHECK(store.find("host:21")->was_verified);
    REQUIRE(store.add_fingerprint("host:21", shown));
    REQUIRE(store.add_fingerprint("host:21", shown)); // once is enough
    REQUIRE(store.add_fingerprint("host:21", another));
    REQUIRE(store.add_fingerprint("[::1]:21", another));
    CHECK(store.find("host:21")->fingerprints == std::vector{shown, another});
    dir.write("sub/known_servers", "# mine\n" + dir.read("sub/known_servers"));
    CHECK(store.remove("host:21") == true);
    CHECK(store.remove("host:21") == false);
    CHECK(dir.read("sub/known_servers") == "# mine\n[::1]:21 sha256:" + another + "\n");
}

TEST_CASE("known servers: a damaged line -> an error with its number, and nothing is added") {
    const temporary_directory dir;
    known_servers store((dir / "known_servers").string());
    for (const std::string wrong : {"host:21", "host:21 sha256:12", "host:21 yes", "\x01"}) {
        dir.write("known_servers", "# fine\n\nother:21 tls\n" + wrong + "\n");
        const auto found = store.find("host:21");
        REQUIRE_FALSE(found);
        CHECK(found.error().exit_status() == 8);
        CHECK(found.error().message().find("known_servers, line 4") != std::string::npos);
        CHECK_FALSE(store.add_tls("host:21"));
    }
}

TEST_CASE("known servers: a last line without an end -> stays a line of its own") {
    const temporary_directory dir;
    known_servers store((dir / "known_servers").string());
    dir.write("known_servers", "a:21 tls");
    REQUIRE(store.add_tls("b:21"));
    CHECK(dir.read("known_servers") == "a:21 tls\nb:21 tls\n");
}

TEST_CASE("known servers: many at the same time -> nothing is lost") {
    const temporary_directory dir;
    const auto file = (dir / "known_servers").string();
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i)
        writers.emplace_back([&file, i] {
            for (int j = 0; j < 5; ++j) {
                const auto name = std::to_string(i) + '.' + std::to_string(j) + ":21";
                known_servers store(file);
                const bool done =
                    store.add_tls(name).has_value() && (j != 0 || store.remove(name) == true);
                if (!done) std::abort();
            }
        });
    for (auto& each : writers)
        each.join();
    CHECK(known_servers(file).all()->size() == 16);
}

TEST_CASE("known servers: names -> host in lower case, the port that counts") {
    const auto name = [](std::string_view text) { return known_name(*ferry::parse_url(text)); };
    CHECK(name("ftp://FTP.Example.org/x") == "ftp.example.org:21");
    CHECK(name("ftps://u@h/") == "h:990");
    CHECK(name("ftp://[::1]:2121/") == "[::1]:2121");
}
