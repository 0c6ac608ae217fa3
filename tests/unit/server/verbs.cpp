// The verb table: every verb in every state of a session.
#include "server/verbs.hpp"

#include "support/served.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

using namespace ferry;

namespace {

using server_side::verbs;

const std::set<std::string_view> before_login{"USER", "PASS", "ACCT", "QUIT", "REIN", "NOOP",
                                              "SYST", "FEAT", "OPTS", "HELP", "STAT", "HOST",
                                              "LANG", "CLNT", "ABOR", "AUTH", "PBSZ", "PROT"};
const std::set<std::string_view> about_tls{"AUTH", "PBSZ", "PROT", "CCC"};
const std::set<std::string_view> moving{"RETR", "STOR", "APPE", "STOU", "MLSD", "LIST", "NLST"};
const std::set<std::string_view> changing{"STOR", "APPE", "STOU", "MKD",  "XMKD", "RMD",
                                          "XRMD", "DELE", "RNFR", "RNTO", "MFMT"};

plan::session_standing standing_of(unsigned bits) {
    plan::session_standing state;
    state.user_given = (bits & 1U) != 0;
    state.logged_in = (bits & 2U) != 0;
    state.read_only = (bits & 4U) != 0;
    state.rename_begun = (bits & 8U) != 0;
    state.tls_offered = (bits & 16U) != 0;
    state.secure = (bits & 32U) != 0;
    state.buffer_given = (bits & 64U) != 0;
    state.data_secure = (bits & 128U) != 0;
    state.login_needs_tls = (bits & 256U) != 0;
    state.data_needs_tls = (bits & 512U) != 0;
    return state;
}

io::task<> try_all_before_login(test::served& world) {
    for (const auto& one : verbs()) {
        if (before_login.contains(one.name) || about_tls.contains(one.name)) continue;
        test::visitor guest(world);
        co_await guest.connect();
        co_await guest.expect_reply("220 ferry ready");
        co_await guest.expect(std::string(one.name) + " x", "530 Please log in with USER and PASS");
    }
}

/// The refusal that the state of TLS asks for; 0 if it asks for none.
int refusal_about_tls(std::string_view name, const plan::session_standing& state) {
    if (!state.tls_offered) return 502;
    if (name == "AUTH") return state.secure ? 503 : 0;
    if (name == "CCC" && !state.logged_in) return 530;
    if (!state.secure) return name == "CCC" ? 533 : 503;
    if (name == "CCC") return state.data_needs_tls ? 534 : 0;
    return name == "PROT" && !state.buffer_given ? 503 : 0;
}

/// A storage that must not be asked to change anything.
class untouchable final : public server_side::storage {
public:
    explicit untouchable(server_side::storage& real) : real_(&real) {}

    result<entry> stat(const std::string& path) override { return real_->stat(path); }

    result<> exists(const std::string& path) override { return real_->exists(path); }

    result<std::unique_ptr<server_side::directory>>
    list(const std::string& path, server_side::listing_detail detail) override {
        return real_->list(path, detail);
    }

    result<std::unique_ptr<server_side::readable>> open_read(const std::string& path,
                                                             std::uint64_t offset) override {
        return real_->open_read(path, offset);
    }

    result<std::unique_ptr<server_side::upload>>
    open_write(const std::string&, server_side::store_mode, std::uint64_t) override {
        return asked();
    }

    result<> make_directory(const std::string&) override { return asked(); }

    result<> remove_directory(const std::string&) override { return asked(); }

    result<> remove_file(const std::string&) override { return asked(); }

    result<> rename(const std::string&, const std::string&) override { return asked(); }

    result<> change_mode(const std::string&, unsigned) override { return asked(); }

    result<> set_time(const std::string&, std::chrono::sys_seconds) override { return asked(); }

    result<std::uint64_t> free_space() override { return real_->free_space(); }

    int times_asked = 0;

private:
    failure asked() {
        ++times_asked;
        return fail(errc::refused);
    }

    server_side::storage* real_;
};

io::task<> try_to_change(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in("ftp", "guest@");
    co_await guest.expect("EPSV", "229 ...");
    for (const auto name : changing) {
        const bool stores = name == "STOR" || name == "APPE" || name == "STOU";
        if (name == "RNTO") {
            co_await guest.expect("RNTO x", "503 Send RNFR first");
            continue;
        }
        co_await guest.expect(std::string(name) + " 20260101000000 x",
                              std::string(stores ? "553" : "550") +
                                  " Permission denied: this session is read-only");
    }
    co_await guest.expect("SITE CHMOD 600 file", "550 Permission denied...");
    co_await guest.expect("SITE UTIME 20260101000000 file", "550 Permission denied...");
    co_await guest.expect("MDTM 20260101000000 file", "550 Permission denied...");
    co_await guest.expect("SIZE file", "213 5");
    const auto facts = co_await guest.ask("MLST file");
    CHECK(facts.find("perm=r;") != std::string::npos);
}

io::task<> ask_what_there_is(test::served& world) {
    test::visitor guest(world);
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    const auto help = co_await guest.ask("HELP");
    for (const auto& one : verbs()) {
        const bool shown = help.find(' ' + std::string(one.name)) != std::string::npos;
        CHECK(shown != about_tls.contains(one.name));
    }
    co_await guest.expect("HELP AUTH", "504 Unknown command");
    for (const auto name : about_tls)
        co_await guest.expect(std::string(name) + " x", "502 TLS is not offered here");
    co_await guest.expect("HELP retr", "214 RETR <path>: sends a file");
    co_await guest.expect("HELP XYZZY", "504 Unknown command");
    const auto features = co_await guest.ask("FEAT");
    for (const auto* const line : {" EPRT", " EPSV", " MDTM", " MFMT", " REST STREAM", " SIZE",
                                   " TVFS", " UTF8", " HASH SHA-256*;SHA-512;SHA-1;MD5;CRC32",
                                   " XSHA256", " XCRC", " HOST", " LANG EN*", " MLST type*;size*;"})
        CHECK(features.find('\n' + std::string(line)) != std::string::npos);
    for (const auto name : about_tls)
        CHECK(features.find("\n " + std::string(name)) == std::string::npos);
    CHECK(features.ends_with("\n211 End"));
}

} // namespace

TEST_CASE("verb table: names -> upper case, once, with a help line and one handler") {
    std::set<std::string_view> seen;
    for (const auto& one : verbs()) {
        INFO(one.name);
        CHECK(seen.insert(one.name).second);
        CHECK(std::ranges::all_of(
            one.name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }));
        CHECK_FALSE(one.help.empty());
        CHECK((one.run.answer == nullptr) != (one.run.perform == nullptr));
        CHECK(server_side::find_verb(one.name) == &one);
        CHECK(one.syntax.empty() ==
              (one.rule.argument == plan::verb_argument::none || one.name == "NOOP"));
    }
    CHECK(server_side::find_verb("XYZZY") == nullptr);
    CHECK(server_side::find_verb("") == nullptr);
}

TEST_CASE("gate: every verb in every state -> only what the state allows") {
    for (unsigned bits = 0; bits < 1024; ++bits) {
        const auto state = standing_of(bits);
        for (const auto& one : verbs()) {
            INFO(one.name, " in state ", bits);
            for (const bool has_argument : {false, true}) {
                const auto refusal = plan::gate(one.rule, state, has_argument);
                const int code = refusal ? refusal->code : 0;
                if (about_tls.contains(one.name)) {
                    if (const int wanted = refusal_about_tls(one.name, state); wanted != 0) {
                        CHECK(code == wanted);
                        continue;
                    }
                } else if (!state.logged_in && !before_login.contains(one.name)) {
                    CHECK(code == 530);
                    continue;
                }
                if (one.name == "USER" && state.login_needs_tls && !state.secure) {
                    CHECK(code == 530);
                    continue;
                }
                if (one.name == "PASS" && (state.logged_in || !state.user_given)) {
                    CHECK(code == 503);
                    continue;
                }
                if (one.name == "HOST" && state.logged_in) {
                    CHECK(code == 503);
                    continue;
                }
                if (one.name == "RNTO" && !state.rename_begun) {
                    CHECK(code == 503);
                    continue;
                }
                const bool wrong_syntax =
                    (one.rule.argument == plan::verb_argument::required && !has_argument) ||
                    (one.rule.argument == plan::verb_argument::none && has_argument);
                if (wrong_syntax) {
                    CHECK(code == 501);
                    continue;
                }
                if (state.read_only && changing.contains(one.name))
                    CHECK((code == 550 || code == 553));
                else if (moving.contains(one.name) && state.data_needs_tls && !state.data_secure)
                    CHECK(code == 521);
                else
                    CHECK(code == 0);
            }
        }
    }
}

TEST_CASE("session: any verb that needs a login before it -> 530") {
    test::served world;
    world.run(try_all_before_login);
}

TEST_CASE("session: read-only -> every changing verb is refused and the storage is not asked") {
    test::served world;
    world.options.anonymous = true;
    world.root.write("file", "bytes");
    auto real = std::move(world.files);
    auto guarded = std::make_unique<untouchable>(*real);
    const auto* const seen = guarded.get();
    world.files = std::move(guarded);
    world.run(try_to_change);
    CHECK(seen->times_asked == 0);
    CHECK(world.root.read("file") == "bytes");
}

TEST_CASE("HELP and FEAT: asked -> all that the table holds") {
    test::served world;
    world.run(ask_what_there_is);
}
