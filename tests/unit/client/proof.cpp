// What proves a transfer: the server's hash, its size, or nothing, and what happens when it does
// not.
#include "client/proof.hpp"

#include "client/download.hpp"
#include "client/operations.hpp"
#include "client/upload.hpp"
#include "unit/client/pocket_session.hpp"

#include <fcntl.h>
#include <unistd.h>

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;
using client_side::session;

namespace {

const std::string feat_with_hash = "211-Features\r\n MFMT\r\n HASH SHA-256*;MD5\r\n211 End";

std::string sha256(const std::string& text) {
    io::digest sum(io::digest_kind::sha256);
    sum.add(text);
    return sum.finish();
}

/// A file at either end, to go to the other. The server gives hashes unless its FEAT is changed.
class scene {
public:
    explicit scene(client_options client = client_options()) : session(std::move(client)) {
        server.files["file"] = content;
        server.answers["FEAT"] = feat_with_hash;
        server.answers["OPTS"] = "200 ok";
        here.write("mine", content);
    }

    result<transfer_report> get() { return get(local_end::path(here / "got")); }

    result<transfer_report> get(const local_end& to) {
        result<transfer_report> report = fail(errc::unexpected);
        session.run([&](client_side::session& with) { return get_into(with, to, report); });
        return report;
    }

    result<transfer_report> put() {
        result<transfer_report> report = fail(errc::unexpected);
        session.run([&](client_side::session& with) { return put_from(with, report); });
        return report;
    }

    task<> get_into(client_side::session& with, local_end to, result<transfer_report>& report) {
        report = co_await client_side::download(with, "file", std::move(to), options);
    }

    task<> put_from(client_side::session& with, result<transfer_report>& report) {
        auto from = local_end::path(here / "mine");
        report = co_await client_side::upload(with, std::move(from), "there", options);
    }

    task<> get_after_options(client_side::session& with, result<transfer_report>& report) {
        const auto said = co_await client_side::raw(with, "OPTS HASH MD5");
        CHECK(said);
        co_await get_into(with, local_end::path(here / "got"), report);
    }

    task<> get_twice(client_side::session& with, result<transfer_report>& second) {
        result<transfer_report> first = fail(errc::unexpected);
        const auto to = local_end::path(here / "got");
        co_await get_into(with, to, first);
        CHECK(first);
        co_await get_into(with, to, second);
    }

    [[nodiscard]] std::optional<std::string> there(const std::string& name) const {
        const auto found = server.files.find(name);
        if (found == server.files.end()) return std::nullopt;
        return found->second;
    }

    std::string content = numbered(300'000);
    temporary_directory here;
    transfer_options options;
    pocket_session session;
    pocket_server& server = session.server;
};

errc cause(const result<transfer_report>& report) {
    REQUIRE_FALSE(report);
    return report.error().code();
}

void check_hash(const result<transfer_report>& report, const std::string& content) {
    REQUIRE(report);
    CHECK(report->proof.kind == proof_kind::hash);
    CHECK(report->proof.algorithm == "SHA-256");
    CHECK(report->proof.value == sha256(content));
}

wire::features feat(const std::string& line) {
    reply said(211, "Features");
    said.lines = {"Features", line, "XSHA1", "XCRC", "End"};
    return wire::features(said);
}

std::string way_by(const std::string& line, const std::set<std::string>& unknown = {}) {
    const auto way = client_side::best_way(feat(line), unknown);
    if (!way) return "none";
    return std::string(way->verb) + ' ' + std::string(io::name_of(way->kind));
}

std::string in_reply(std::string_view verb, io::digest_kind kind, const std::string& text,
                     std::uint64_t size = 3) {
    const client_side::hash_way way(kind, verb);
    return client_side::hash_in(reply(213, text), way, size).value_or("none");
}

const std::string md5_of_abc = "900150983cd24fb0d6963f7d28e17f72";

} // namespace

TEST_CASE("proof: what FEAT lists -> the best hash, by HASH before the older verbs") {
    CHECK(way_by("HASH MD5;SHA-1;SHA-256;SHA-512*") == "HASH SHA-256");
    CHECK(way_by("HASH SHA-1*;CRC32") == "HASH SHA-1");
    CHECK(way_by("HASH MD5*;CRC32") == "XSHA1 SHA-1");
    CHECK(way_by("XSHA512 filename;start;end") == "XSHA512 SHA-512");
    CHECK(way_by("SIZE") == "XSHA1 SHA-1");
    CHECK(way_by("SIZE", {"XSHA1"}) == "XCRC CRC32");
    CHECK(way_by("MD5", {"XSHA1"}) == "MD5 MD5");
    CHECK(way_by("HASH SHA-256*", {"HASH", "XSHA1", "XCRC"}) == "none");
}

TEST_CASE("proof: replies -> the hash in them, wherever it stands, and not a name like one") {
    using enum io::digest_kind;
    const std::string other(32, 'a');
    CHECK(in_reply("HASH", md5, "MD5 0-2 " + md5_of_abc + " x") == md5_of_abc);
    CHECK(in_reply("HASH", md5, "MD5 0-3 " + md5_of_abc + ' ' + other) == md5_of_abc);
    CHECK(in_reply("HASH", md5, "md5 0-0 " + md5_of_abc + " x", 0) == md5_of_abc);
    CHECK(in_reply("HASH", md5, "MD5 0-1 " + md5_of_abc + " x") == "none");
    CHECK(in_reply("HASH", md5, "MD5 1-2 " + md5_of_abc + " x") == "none");
    CHECK(in_reply("HASH", md5, "SHA-1 0-2 " + md5_of_abc + " x") == "none");
    CHECK(in_reply("HASH", md5, "MD5 0-2 x " + other) == "none");
    CHECK(in_reply("XMD5", md5, md5_of_abc) == md5_of_abc);
    CHECK(in_reply("XMD5", md5, md5_of_abc.substr(1)) == "none");
    CHECK(in_reply("MD5", md5, other + ' ' + md5_of_abc) == md5_of_abc);
    CHECK(in_reply("XCRC", crc32, "352441C2") == "352441C2");
    CHECK(in_reply("XCRC", crc32, "41C2") == "000041C2");
    CHECK(in_reply("XCRC", crc32, "") == "none");
    CHECK(in_reply("XCRC", crc32, "done") == "none");
}

TEST_CASE("proof: a server with HASH -> the hash, one round trip more") {
    scene down;
    check_hash(down.get(), down.content);
    CHECK(down.server.commands.back() == "HASH file");
    CHECK(down.server.times_sent("OPTS") == 0);
    scene up;
    up.options.keep_time = false;
    check_hash(up.put(), up.content);
    CHECK(up.server.times_sent("SIZE") == 0);
    scene empty;
    empty.server.files["file"] = "";
    check_hash(empty.get(), "");
}

TEST_CASE("proof: another hash is selected -> OPTS; refused -> an older verb") {
    scene play;
    play.server.answers["FEAT"] = "211-Features\r\n HASH MD5*;SHA-256\r\n XMD5\r\n211 End";
    check_hash(play.get(), play.content);
    CHECK(play.server.was_sent("OPTS HASH SHA-256"));
    scene stubborn;
    stubborn.server.answers["FEAT"] = "211-Features\r\n HASH MD5*;SHA-256\r\n XSHA256\r\n211 End";
    stubborn.server.answers["OPTS"] = "501 no";
    stubborn.server.answers["XSHA256"] = "250 " + sha256(stubborn.content);
    check_hash(stubborn.get(), stubborn.content);
    CHECK(stubborn.server.was_sent("XSHA256 file"));
    scene changed; // by the user
    result<transfer_report> report = fail(errc::unexpected);
    changed.session.run([&](session& with) { return changed.get_after_options(with, report); });
    check_hash(report, changed.content);
    CHECK(changed.server.was_sent("OPTS HASH SHA-256"));
}

TEST_CASE("proof: damaged once -> transferred again, from the start, and right") {
    scene down;
    down.server.habits.damaged = 1;
    check_hash(down.get(), down.content);
    CHECK(down.here.read("got") == down.content);
    CHECK(down.server.times_sent("RETR") == 2);
    scene up;
    up.server.habits.damaged = 1;
    check_hash(up.put(), up.content);
    CHECK(up.there("there") == up.content);
    CHECK(up.server.times_sent("STOR") == 2);
}

TEST_CASE("proof: damaged twice -> verification_failed, the old file stays, no part") {
    scene down;
    down.here.write("got", "the old one");
    down.server.habits.damaged = 2;
    CHECK(cause(down.get()) == errc::verification_failed);
    CHECK(down.here.read("got") == "the old one");
    CHECK_FALSE(down.here.read(".got.ferry-part"));
    CHECK(down.server.times_sent("RETR") == 2);
    scene up;
    up.server.files["there"] = "the old one";
    up.server.habits.damaged = 2;
    CHECK(cause(up.put()) == errc::verification_failed);
    CHECK(up.there("there") == "the old one");
    CHECK_FALSE(up.there(".there.ferry-part"));
    CHECK(up.server.times_sent("STOR") == 2);
}

TEST_CASE("proof: HASH is refused -> the size; demanded -> failed, and what came is kept") {
    scene down;
    down.server.answers["HASH"] = "550 too large";
    const auto sized = down.get();
    REQUIRE(sized);
    CHECK(sized->proof.kind == proof_kind::size_and_time);
    scene strict;
    strict.options.verify = verify_mode::hash;
    strict.server.answers["HASH"] = "550 too large";
    const auto report = strict.get();
    CHECK(cause(report) == errc::verification_failed);
    CHECK(report.error().advice().find("--verify=size") != std::string_view::npos);
    CHECK_FALSE(strict.here.read("got"));
    CHECK(strict.here.read(".got.ferry-part") == strict.content);
    CHECK(strict.server.times_sent("RETR") == 1);
    scene up;
    up.server.answers["HASH"] = "550 too large";
    const auto stored = up.put();
    REQUIRE(stored);
    CHECK(stored->proof.kind == proof_kind::size_and_time);
    scene strict_up;
    strict_up.options.verify = verify_mode::hash;
    strict_up.server.answers["HASH"] = "550 too large";
    CHECK(cause(strict_up.put()) == errc::verification_failed);
    CHECK_FALSE(strict_up.there("there"));
    CHECK(strict_up.there(".there.ferry-part") == strict_up.content);
}

TEST_CASE("proof: FEAT lies -> the size, and not asked again") {
    scene play;
    play.server.answers["HASH"] = "502 what";
    result<transfer_report> second = fail(errc::unexpected);
    play.session.run([&](session& with) { return play.get_twice(with, second); });
    REQUIRE(second);
    CHECK(second->proof.kind == proof_kind::size_and_time);
    CHECK(play.server.times_sent("HASH") == 1);
}

TEST_CASE("proof: a hash is demanded, and there can be none -> nothing moves") {
    for (const auto* const answer : {"502 what", "211-Features\r\n SIZE\r\n211 End"}) {
        scene play;
        play.options.verify = verify_mode::hash;
        play.server.answers["FEAT"] = answer;
        CHECK(cause(play.get()) == errc::verification_failed);
        CHECK(play.server.times_sent("RETR") == 0);
        scene up;
        up.options.verify = verify_mode::hash;
        up.server.answers["FEAT"] = answer;
        CHECK(cause(up.put()) == errc::verification_failed);
        CHECK(up.server.times_sent("STOR") == 0);
    }
    scene text;
    text.options.verify = verify_mode::hash;
    text.options.ascii = true;
    CHECK(cause(text.get()) == errc::verification_failed);
    CHECK(text.server.times_sent("RETR") == 0);
}

TEST_CASE("proof: size -> no FEAT, no HASH; none -> nothing asked at all") {
    scene sized;
    sized.options.verify = verify_mode::size;
    const auto by_size = sized.get();
    REQUIRE(by_size);
    CHECK(by_size->proof.kind == proof_kind::size_and_time);
    CHECK(sized.server.times_sent("FEAT") + sized.server.times_sent("HASH") == 0);
    scene timeless;
    timeless.options.verify = verify_mode::size;
    timeless.options.keep_time = false;
    CHECK(timeless.get()->proof.kind == proof_kind::size);
    scene none;
    none.options.verify = verify_mode::none;
    none.options.keep_time = false;
    const auto unproven = none.get();
    REQUIRE(unproven);
    CHECK(unproven->proof.kind == proof_kind::none);
    CHECK(none.server.commands == std::vector<std::string>{"TYPE I", "EPSV", "RETR file"});
    scene up;
    up.options.verify = verify_mode::none;
    const auto sent = up.put();
    REQUIRE(sent);
    CHECK(sent->proof.kind == proof_kind::none);
    CHECK(up.server.times_sent("SIZE") + up.server.times_sent("HASH") == 0);
}

TEST_CASE("proof: a resumed download -> the hash of all of it, also of what was here") {
    scene play;
    play.options.resume = true;
    play.here.write(".got.ferry-part", play.content.substr(0, 200'000));
    const auto report = play.get();
    check_hash(report, play.content);
    CHECK(report->resumed_at == 200'000);
    scene wrong;
    wrong.options.resume = true;
    wrong.here.write(".got.ferry-part", '#' + wrong.content.substr(1, 199'999));
    check_hash(wrong.get(), wrong.content);
    CHECK(wrong.here.read("got") == wrong.content);
    CHECK(wrong.server.times_sent("RETR") == 2);
}

TEST_CASE("proof: a resumed upload -> the hash of all of it, also of what was there") {
    scene play;
    play.options.resume = true;
    play.server.files[".there.ferry-part"] = play.content.substr(0, 200'000);
    const auto report = play.put();
    check_hash(report, play.content);
    CHECK(report->resumed_at == 200'000);
    scene wrong;
    wrong.options.resume = true;
    wrong.server.files[".there.ferry-part"] = '#' + wrong.content.substr(1, 199'999);
    check_hash(wrong.put(), wrong.content);
    CHECK(wrong.there("there") == wrong.content);
}

TEST_CASE("proof: all is there already -> the hash tells whether it is the same") {
    for (const bool same : {true, false}) {
        scene down;
        down.options.resume = true;
        down.here.write("got", same ? down.content : '#' + down.content.substr(1));
        check_hash(down.get(), down.content);
        CHECK(down.here.read("got") == down.content);
        CHECK(down.server.times_sent("RETR") == (same ? 0 : 1));
        for (const auto* const name : {"there", ".there.ferry-part"}) {
            scene up;
            up.options.resume = true;
            up.server.files[name] = same ? up.content : '#' + up.content.substr(1);
            check_hash(up.put(), up.content);
            CHECK(up.there("there") == up.content);
            CHECK(up.server.times_sent("STOR") == (same ? 0 : 1));
        }
    }
}

TEST_CASE("proof: the part is complete -> the hash instead of its end, or both if refused") {
    scene play;
    play.options.resume = true;
    play.here.write(".got.ferry-part", play.content);
    check_hash(play.get(), play.content);
    CHECK(play.server.times_sent("RETR") == 0);
    scene wrong;
    wrong.options.resume = true;
    wrong.here.write(".got.ferry-part", '#' + wrong.content.substr(1));
    check_hash(wrong.get(), wrong.content);
    CHECK(wrong.here.read("got") == wrong.content);
    scene refused;
    refused.options.resume = true;
    refused.server.answers["HASH"] = "550 no";
    refused.here.write(".got.ferry-part", refused.content);
    REQUIRE(refused.get());
    CHECK(refused.server.was_sent("RETR file"));
    CHECK(refused.server.was_sent("REST " + std::to_string(300'000 - 65'536)));
}

TEST_CASE("proof: to a descriptor -> the hash; damaged -> failed at once, for it is gone") {
    for (const std::size_t damaged : {0U, 1U}) {
        scene play;
        play.server.habits.damaged = damaged;
        const int fd = ::open((play.here / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        const auto report = play.get(local_end::descriptor(fd));
        ::close(fd);
        if (damaged == 0)
            check_hash(report, play.content);
        else
            CHECK(cause(report) == errc::verification_failed);
        CHECK(play.server.times_sent("RETR") == 1);
    }
}

TEST_CASE("proof: the server takes too long -> reply_timeout, and what came is kept") {
    client_options hasty;
    hasty.reply_timeout = 5ms;
    scene play(hasty);
    play.server.answers["HASH"] = "";
    CHECK(cause(play.get()) == errc::reply_timeout);
    CHECK(play.here.read(".got.ferry-part") == play.content);
}
