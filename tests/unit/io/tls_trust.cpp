// Whom a client trusts that is told nothing: the system's directory, and its bundle.
#include "io/tls_context_state.hpp"
#include "support/run_task.hpp"
#include "unit/io/tls_pair.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

using namespace ferry;
using namespace ferry::test;

namespace {

/// A variable of the environment, for a time.
class variable {
public:
    variable(const char* name, const std::string& value) : name_(name) {
        if (const char* const now = std::getenv(name)) before_ = now;
        ::setenv(name, value.c_str(), 1);
    }

    ~variable() {
        if (before_)
            ::setenv(name_, before_->c_str(), 1);
        else
            ::unsetenv(name_);
    }

    variable(const variable&) = delete;
    variable& operator=(const variable&) = delete;

private:
    const char* name_;
    std::optional<std::string> before_;
};

/// A system of the test's own, in place of this one.
class test_system {
public:
    void trust_in_directory(const credential& whom) const {
        std::array<char, 16> name{};
        std::snprintf(name.data(), name.size(), "%08lx.0",
                      X509_subject_name_hash(whom.certificate.get()));
        directory.write(name.data(), whom.certificate_pem());
    }

    void trust_in_bundle(const credential& whom) const {
        const auto others = make_authority("the first").certificate_pem() + "# and another\n";
        files.write("bundle.pem", others + whom.key_pem() + whom.certificate_pem());
    }

    temporary_directory directory;
    temporary_directory files;
    variable where_directory{"SSL_CERT_DIR", directory.path().string()};
    variable where_bundle{"SSL_CERT_FILE", (files / "bundle.pem").string()};
};

io::task<> look_at_server(io::context& where, const tls_world& world, tls_verdict& out) {
    auto pair = co_await connect_tls(where, world);
    REQUIRE(pair.near_result);
    out = pair.near->peer().verdict;
}

tls_verdict verdict_now(const tls_world& world) {
    io::context where;
    tls_verdict found;
    where.run(look_at_server(where, world, found));
    return found;
}

void prepare_without_file(tls_world& world) {
    world.client_settings.ca_file.clear();
    world.prepare();
}

} // namespace

TEST_CASE("trust: the authority is in the directory -> verified") {
    const test_system system;
    tls_world world;
    system.trust_in_directory(world.authority);
    system.trust_in_bundle(make_authority("somebody else"));
    prepare_without_file(world);
    CHECK(verdict_now(world).verified());
}

TEST_CASE("trust: the authority is in the bundle alone -> verified, the next time too") {
    const test_system system;
    tls_world world;
    system.trust_in_directory(make_authority("somebody else"));
    system.trust_in_bundle(world.authority);
    prepare_without_file(world);
    CHECK(verdict_now(world).verified());
    CHECK(verdict_now(world).verified());
}

TEST_CASE("trust: a server's own certificate in the bundle -> verified") {
    const test_system system;
    tls_world world;
    const auto own = issue(wish({"DNS:" + host}), nullptr);
    world.server_settings.identity = own.identity();
    system.trust_in_bundle(own);
    prepare_without_file(world);
    CHECK(verdict_now(world).verified());
}

TEST_CASE("trust: an intermediate's signer in the bundle -> verified, if it is sent along") {
    const test_system system;
    tls_world world;
    const auto middle = make_authority("the middle", &world.authority);
    const auto leaf = issue(wish({"DNS:" + host}), &middle);
    const auto sent = leaf.certificate_pem() + middle.certificate_pem();
    world.server_settings.identity = io::tls_identity(sent, leaf.key_pem());
    system.trust_in_bundle(world.authority);
    prepare_without_file(world);
    CHECK(verdict_now(world).verified());
    world.server_settings.identity = leaf.identity();
    prepare_without_file(world);
    CHECK(verdict_now(world).has(tls_problem::unknown_ca));
}

TEST_CASE("trust: the authority is nowhere, or there is nothing at all -> unknown") {
    const test_system system;
    tls_world world;
    prepare_without_file(world);
    for (int time = 0; time < 2; ++time) {
        const auto verdict = verdict_now(world);
        CHECK(verdict.findings.size() == 1);
        CHECK(verdict.has(tls_problem::unknown_ca));
        system.trust_in_bundle(make_authority("somebody else"));
        prepare_without_file(world);
    }
}
