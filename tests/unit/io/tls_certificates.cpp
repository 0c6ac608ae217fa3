// Certificates and keys as text: read, made, and refused with a reason.
#include "support/run_task.hpp"
#include "unit/io/tls_pair.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

/// Its fingerprints were told by the openssl program.
constexpr std::string_view known_certificate = R"(-----BEGIN CERTIFICATE-----
MIIB6jCCAZGgAwIBAgIBTTAKBggqhkjOPQQDAjAxMRUwEwYDVQQKDAxFeGFtcGxl
LCBJbmMxGDAWBgNVBAMMD2Z0cC5leGFtcGxlLm9yZzAgFw0yNjExMjEwNTAyMjNa
GA8yMTI2MTAyODA1MDIyM1owMTEVMBMGA1UECgwMRXhhbXBsZSwgSW5jMRgwFgYD
VQQDDA9mdHAuZXhhbXBsZS5vcmcwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARE
kNlqJRJjMpQpn3qhvN2zg7ukPgwew4iRbWqFE9DVaVFjULZroC4Vii6Cqf9tzy6d
IimlLqbTH6esfP5ENax8o4GXMIGUMB0GA1UdDgQWBBRWo+u75o1xCnc0nL2vWgVN
6J4DXjAfBgNVHSMEGDAWgBRWo+u75o1xCnc0nL2vWgVN6J4DXjAPBgNVHRMBAf8E
BTADAQH/MEEGA1UdEQQ6MDiCD2Z0cC5leGFtcGxlLm9yZ4INKi5leGFtcGxlLm5l
dIcEwAACAYcQIAENuAAAAAAAAAAAAAAAATAKBggqhkjOPQQDAgNHADBEAiAd8mAF
e3v8DVii6uB92SVCozjlDIhyecV6nDqG5a+H+wIgAU3dqfCtwakNoJfJXjpAE52a
n7qHxnr3iq7B5ad2/yk=
-----END CERTIFICATE-----
)";

std::string encrypted_key(const credential& of) {
    const io::bio_pointer memory(BIO_new(BIO_s_mem()));
    std::string password = "secret";
    REQUIRE(PEM_write_bio_PKCS8PrivateKey(memory.get(), of.key.get(), EVP_aes_128_cbc(),
                                          password.data(), static_cast<int>(password.size()),
                                          nullptr, nullptr) == 1);
    return io::text_of(*memory);
}

io::tls_server_settings server_with(std::string certificate, std::string key) {
    return io::tls_server_settings(io::tls_identity(std::move(certificate), std::move(key)));
}

std::string refusal(const io::tls_server_settings& settings) {
    const auto made = io::tls_server_context::make(settings);
    REQUIRE_FALSE(made);
    CHECK(made.error().code() == errc::local_file);
    CHECK(made.error().exit_status() == 8);
    return made.error().detail();
}

io::certificate_validity a_day() {
    return {wish::now() - 1h, wish::now() + 24h};
}

io::task<> meet(io::context& where, const tls_world& world, std::string called, tls_verdict& out) {
    io::tls_client_handshake client(std::move(called));
    io::tls_server_handshake server;
    auto pair = co_await connect_tls(where, world, std::move(client), server);
    REQUIRE(pair.near_result);
    co_await greet(pair);
    out = pair.near->peer().verdict;
}

tls_verdict verdict_of(const tls_world& world, const std::string& called) {
    io::context where;
    tls_verdict found;
    where.run(meet(where, world, called, found));
    return found;
}

/// A server that demands a certificate of its clients, and what it gets.
io::task<> show_to_server(io::context& where, const tls_world& world, std::string& subject) {
    auto pair = co_await connect_tls(where, world);
    REQUIRE(pair.near_result);
    REQUIRE(pair.far_result);
    co_await greet(pair);
    subject = pair.far->peer().certificate.subject;
}

} // namespace

TEST_CASE("certificate: facts -> as the openssl program tells them") {
    const auto facts = read_certificate(known_certificate);
    REQUIRE(facts);
    CHECK(facts->subject == R"(CN=ftp.example.org,O=Example\, Inc)");
    CHECK(facts->issuer == facts->subject);
    const std::vector<std::string> names{"ftp.example.org", "*.example.net", "192.0.2.1",
                                         "2001:db8::1"};
    CHECK(facts->names == names);
    using namespace std::chrono;
    CHECK(facts->valid_from == sys_days(year(2026) / 11 / 21) + 5h + 2min + 23s);
    CHECK(facts->valid_until == sys_days(year(2126) / 10 / 28) + 5h + 2min + 23s);
    CHECK(facts->fingerprint == "abb51def17b2306b914d7dec2d0d08ce785c8888e1375bd35daf7a7e5ea06e9e");
    CHECK(facts->key_fingerprint ==
          "b77b22b77823fb08b7a4c0bb665308fd3b17e2122509381668152b782d2f76f4");
}

TEST_CASE("certificate: text that is none -> said so") {
    for (const std::string_view text : {"", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n"}) {
        const auto facts = read_certificate(text);
        REQUIRE_FALSE(facts);
        CHECK(facts.error().code() == errc::local_file);
        CHECK(facts.error().detail().starts_with("no certificate in PEM form"));
    }
}

TEST_CASE("self-signed: made -> says what was asked, and serves") {
    const auto made = io::make_self_signed({host, "*.example.net", "127.0.0.1", "::1"}, a_day());
    REQUIRE(made);
    const auto facts = read_certificate(made->certificate);
    REQUIRE(facts);
    CHECK(facts->subject == "CN=" + host);
    CHECK(facts->names == std::vector<std::string>{host, "*.example.net", "127.0.0.1", "::1"});
    const auto validity = a_day();
    CHECK(facts->valid_until - facts->valid_from == validity.valid_until - validity.valid_from);

    tls_world world;
    world.server_settings.identity = io::tls_identity(made->certificate, made->key);
    world.prepare();
    CHECK(verdict_of(world, host).has(tls_problem::self_signed));
    CHECK_FALSE(verdict_of(world, host).has(tls_problem::wrong_host));
    // A client that is told to trust it.
    world.files.write("server.pem", made->certificate);
    world.client_settings.ca_file = world.files / "server.pem";
    world.prepare();
    CHECK_MESSAGE(verdict_of(world, host).verified(), verdict_of(world, host).describe());
    CHECK(verdict_of(world, "a.example.net").verified());
    CHECK(verdict_of(world, "127.0.0.1").verified());
    CHECK(verdict_of(world, "::1").verified());
    CHECK_FALSE(verdict_of(world, "127.0.0.2").verified());
}

TEST_CASE("self-signed: twice -> other keys and numbers") {
    const auto first = io::make_self_signed({host}, a_day());
    const auto second = io::make_self_signed({host}, a_day());
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->key != second->key);
    CHECK(first->certificate != second->certificate);
}

TEST_CASE("self-signed: names of any length -> in the certificate") {
    const std::string label(60, 'a');
    const std::string name = label + "." + label + ".example";
    const auto made = io::make_self_signed({name}, a_day());
    REQUIRE(made);
    const auto facts = read_certificate(made->certificate);
    REQUIRE(facts);
    CHECK(facts->names == std::vector{name});
    CHECK(facts->subject == "CN=ferry");
}

TEST_CASE("self-signed: names that are none -> refused") {
    for (const std::string& name : {std::string(), std::string("a b"), std::string("a,DNS:b"),
                                    std::string("b\xc3\xbc.example"), std::string("a\nb"),
                                    std::string(300, 'a'), std::string("a\0b", 3)}) {
        const auto made = io::make_self_signed({"a.example", name}, a_day());
        REQUIRE_FALSE(made);
        CHECK(made.error().code() == errc::invalid_argument);
    }
    CHECK_FALSE(io::make_self_signed({}, a_day()));
}

TEST_CASE("identity: files -> loaded, with the key apart or in the same") {
    const temporary_directory files;
    const auto authority = make_authority("the authority");
    const auto server = issue(wish({"DNS:" + host}), &authority);
    files.write("server.pem", server.certificate_pem());
    files.write("server.key", server.key_pem());
    files.write("both.pem", server.key_pem() + server.certificate_pem());
    const auto apart = io::tls_identity::load(files / "server.pem", files / "server.key");
    REQUIRE(apart);
    CHECK(io::tls_server_context::make(io::tls_server_settings(*apart)));
    const auto together = io::tls_identity::load(files / "both.pem", "");
    REQUIRE(together);
    CHECK(io::tls_server_context::make(io::tls_server_settings(*together)));
}

TEST_CASE("identity: files that cannot be read -> named, with the cause") {
    const temporary_directory files;
    files.write("server.pem", std::string(known_certificate));
    const auto none = io::tls_identity::load(files / "none.pem", "");
    REQUIRE_FALSE(none);
    CHECK(none.error().code() == errc::local_not_found);
    CHECK(none.error().detail().find("none.pem") != std::string::npos);
    const auto no_key = io::tls_identity::load(files / "server.pem", files / "none.key");
    REQUIRE_FALSE(no_key);
    CHECK(no_key.error().detail().find("none.key") != std::string::npos);
    CHECK_FALSE(io::tls_identity::load(files.path(), ""));
    files.write("huge.pem", std::string(1024 * 1024 + 1, ' '));
    const auto huge = io::tls_identity::load(files / "huge.pem", "");
    REQUIRE_FALSE(huge);
    CHECK(huge.error().detail().find("too long") != std::string::npos);
}

TEST_CASE("identity: what the files hold does not fit -> the file and the reason") {
    const auto server = issue(wish({"DNS:" + host}), nullptr);
    const auto other = issue(wish({"DNS:" + host}), nullptr);
    const auto pem = server.certificate_pem();
    CHECK(refusal(server_with("nothing", server.key_pem()))
              .starts_with("the certificate: holds no certificate in PEM form"));
    CHECK(refusal(server_with(pem, "nothing"))
              .starts_with("the key: holds no private key in PEM form"));
    CHECK(refusal(server_with(pem, pem)).starts_with("the key: holds no private key in PEM form"));
    CHECK(refusal(server_with(pem, encrypted_key(server)))
              .starts_with("the key: the key is encrypted with a password"));
    CHECK(refusal(server_with(pem, other.key_pem()))
              .starts_with("the key: is not the key of the certificate"));
    const std::string damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    CHECK(refusal(server_with(pem + damaged, server.key_pem()))
              .starts_with("the certificate: a certificate is damaged"));

    const temporary_directory files;
    files.write("server.pem", pem);
    files.write("other.key", other.key_pem());
    const auto loaded = io::tls_identity::load(files / "server.pem", files / "other.key");
    REQUIRE(loaded);
    const std::string words = refusal(io::tls_server_settings(*loaded));
    CHECK(words.find(files / "other.key") != std::string::npos);
    CHECK(words.find("is not the key of") != std::string::npos);
    CHECK(words.find(files / "server.pem") != std::string::npos);
}

TEST_CASE("identity: of a client -> shown to a server that asks") {
    // This server asks for none, but the context must be made with one, or refuse it.
    tls_world world;
    const auto client = issue(wish({"DNS:client.example"}), &world.authority);
    world.client_settings.identity = client.identity();
    world.prepare();
    std::string subject;
    io::context where;
    where.run(show_to_server(where, world, subject));
    const auto other = issue(wish({"DNS:client.example"}), &world.authority);
    world.client_settings.identity = io::tls_identity(client.certificate_pem(), other.key_pem());
    const auto made = io::tls_client_context::make(world.client_settings);
    REQUIRE_FALSE(made);
    CHECK(made.error().code() == errc::local_file);
}

TEST_CASE("client: a CA file that is none -> the file and the reason") {
    const temporary_directory files;
    io::tls_client_settings settings;
    settings.ca_file = files / "none.pem";
    const auto none = io::tls_client_context::make(settings);
    REQUIRE_FALSE(none);
    CHECK(none.error().code() == errc::local_not_found);
    CHECK(none.error().detail().find("none.pem") != std::string::npos);
    files.write("text.pem", "hello");
    settings.ca_file = files / "text.pem";
    const auto text = io::tls_client_context::make(settings);
    REQUIRE_FALSE(text);
    CHECK(text.error().code() == errc::local_file);
    CHECK(text.error().detail().find("text.pem: holds no certificate") != std::string::npos);
    settings.ca_file.clear();
    CHECK(io::tls_client_context::make(settings));
}

TEST_CASE("settings: ciphers and versions that are none -> refused with their name") {
    io::tls_client_settings settings;
    settings.ciphers = "NOT-A-CIPHER";
    const auto ciphers = io::tls_client_context::make(settings);
    REQUIRE_FALSE(ciphers);
    CHECK(ciphers.error().code() == errc::invalid_argument);
    CHECK(ciphers.error().detail().find("NOT-A-CIPHER") != std::string::npos);
    settings.ciphers.clear();
    settings.cipher_suites = "TLS_NOT_A_SUITE";
    const auto suites = io::tls_client_context::make(settings);
    REQUIRE_FALSE(suites);
    CHECK(suites.error().code() == errc::invalid_argument);
    settings.cipher_suites.clear();
    settings.minimum = tls_version::tls_1_3;
    settings.maximum = tls_version::tls_1_2;
    const auto versions = io::tls_client_context::make(settings);
    REQUIRE_FALSE(versions);
    CHECK(versions.error().code() == errc::invalid_argument);
}
