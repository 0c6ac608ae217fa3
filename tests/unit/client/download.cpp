// Downloads from a server in memory: whole, resumed, cut, cancelled, and never half under the
// final name.
#include "client/download.hpp"

#include "base/limits.hpp"
#include "client/operations.hpp"
#include "unit/client/pocket_session.hpp"

#include <map>

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;
using client_side::session;

namespace {

const std::string part = ".got.ferry-part";

task<> get_into(session& with, std::string remote, local_end to, transfer_options options,
                result<transfer_report>& report) {
    report =
        co_await client_side::download(with, std::move(remote), std::move(to), std::move(options));
}

task<> get_and_go_on(session& with, std::string remote, local_end to, transfer_options options,
                     result<transfer_report>& report, result<>& afterwards) {
    co_await get_into(with, std::move(remote), std::move(to), std::move(options), report);
    afterwards = co_await client_side::no_operation(with.talk());
}

/// One session, one directory, one file on the server.
class scene {
public:
    explicit scene(client_options client = client_options(),
                   io::memory_faults faults = io::memory_faults())
        : session(std::move(client), faults) {
        session.server.files["file"] = content;
    }

    result<transfer_report> get(const std::string& remote = "file") {
        result<transfer_report> report = fail(errc::unexpected);
        const auto to = local_end::path(here / "got");
        session.run([&](client_side::session& with) {
            return get_into(with, remote, to, options, report);
        });
        return report;
    }

    [[nodiscard]] std::optional<std::string> got() const { return here.read("got"); }

    [[nodiscard]] std::optional<std::string> kept() const { return here.read(part); }

    std::string content = numbered(300'000);
    temporary_directory here;
    transfer_options options;
    pocket_session session;
};

client_options with_mode(data_mode mode) {
    client_options made;
    made.data = mode;
    return made;
}

errc cause(const result<transfer_report>& report) {
    REQUIRE_FALSE(report);
    return report.error().code();
}

client_options hasty() {
    client_options made;
    made.reply_timeout = 5ms;
    made.data_timeout = 5ms;
    return made;
}

} // namespace

TEST_CASE("download: passive and active -> the bytes, the size, the time") {
    for (const auto mode : {data_mode::automatic, data_mode::active}) {
        scene play(with_mode(mode));
        const auto report = play.get();
        REQUIRE(report);
        CHECK(report->bytes == play.content.size());
        CHECK(report->size == play.content.size());
        CHECK(report->proof);
        CHECK(play.got() == play.content);
        CHECK_FALSE(play.kept());
        const auto mtime = std::filesystem::last_write_time(play.here / "got");
        const auto time = std::chrono::file_clock::to_sys(mtime);
        CHECK(time == std::chrono::sys_days(std::chrono::year(2020) / 1 / 1));
    }
}

TEST_CASE("download: few round trips") {
    scene play;
    REQUIRE(play.get());
    CHECK(play.session.server.commands == std::vector<std::string>{"FEAT", "TYPE I", "SIZE file",
                                                                   "MDTM file", "EPSV",
                                                                   "RETR file"});
}

TEST_CASE("download: no file, or no way to write it -> nothing is left behind") {
    scene play;
    CHECK(cause(play.get("nowhere")) == errc::not_found);
    CHECK_FALSE(play.got());
    CHECK_FALSE(play.kept());
    scene blocked;
    std::filesystem::create_directory(blocked.here / "got");
    CHECK(cause(blocked.get()) == errc::local_exists);
    CHECK(blocked.session.server.times_sent("RETR") == 0);
}

TEST_CASE("download: an empty file -> an empty file") {
    scene play;
    play.session.server.files["file"] = "";
    const auto report = play.get();
    REQUIRE(report);
    CHECK(report->proof);
    CHECK(play.got() == "");
}

TEST_CASE("download: cut short and 226 -> truncated, the old file stays, the part is kept") {
    scene play;
    play.here.write("got", "the old one");
    play.session.server.habits.send_only = 1000;
    CHECK(cause(play.get()) == errc::truncated);
    CHECK(play.got() == "the old one");
    CHECK(play.kept() == play.content.substr(0, 1000));
}

TEST_CASE("download: more bytes than SIZE said -> verification_failed, and no part") {
    scene play;
    play.session.server.habits.surplus = 10;
    CHECK(cause(play.get()) == errc::verification_failed);
    CHECK_FALSE(play.got());
    CHECK_FALSE(play.kept());
}

TEST_CASE("download: no SIZE -> unverified; 0 for a file that is not empty -> likewise") {
    for (const auto* answer : {"502 what", "550 no", "213 0", "213 99999999999999999999"}) {
        scene play;
        play.session.server.answers["SIZE"] = answer;
        const auto report = play.get();
        CAPTURE(answer);
        REQUIRE(report);
        CHECK_FALSE(report->proof);
        CHECK(play.got() == play.content);
    }
}

TEST_CASE("download: 426 after the last byte, and SIZE agrees -> complete") {
    scene play;
    play.session.server.habits.last = "426 oops";
    const auto report = play.get();
    REQUIRE(report);
    CHECK(report->proof);
    scene unsized;
    unsized.session.server.habits.last = "426 oops";
    unsized.session.server.answers["SIZE"] = "502 what";
    CHECK(cause(unsized.get()) == errc::transfer_aborted);
    CHECK_FALSE(unsized.got());
}

TEST_CASE("download: replies before, without or twice -> the bytes all the same") {
    scene early;
    early.session.server.habits.reply_before_data = true;
    CHECK(early.get());
    CHECK(early.got() == early.content);
    scene without;
    without.session.server.habits.first = "";
    CHECK(without.get());
    scene twice;
    twice.session.server.habits.last = "226 done\r\n226 done";
    CHECK(twice.get());
    CHECK(twice.got() == twice.content);
}

TEST_CASE("download: 226 never comes, or the data stalls -> its cause, the part kept") {
    scene silent(hasty());
    silent.session.server.habits.last = "";
    CHECK(cause(silent.get()) == errc::reply_timeout);
    CHECK(silent.kept() == silent.content);
    scene stalled(hasty());
    stalled.session.server.habits.send_only = 500;
    stalled.session.server.habits.stall = true;
    CHECK(cause(stalled.get()) == errc::data_stalled);
    CHECK(stalled.kept() == stalled.content.substr(0, 500));
}

TEST_CASE("download: resumed -> at the right byte, behind some that are compared") {
    scene play;
    play.options.resume = true;
    play.here.write(part, play.content.substr(0, 1234));
    const auto report = play.get();
    REQUIRE(report);
    CHECK(play.session.server.was_sent("REST 617"));
    CHECK(report->resumed_at == 1234);
    CHECK(report->bytes == play.content.size() - 1234);
    CHECK(report->proof);
    CHECK(play.got() == play.content);
}

TEST_CASE("download: without resume -> a part is not used") {
    scene play;
    play.here.write(part, "something else");
    REQUIRE(play.get());
    CHECK(play.session.server.times_sent("REST") == 0);
    CHECK(play.got() == play.content);
}

TEST_CASE("download: resumed, and the part is complete -> only its end is compared") {
    scene play;
    play.options.resume = true;
    play.here.write(part, play.content);
    const auto report = play.get();
    REQUIRE(report);
    CHECK(report->bytes == 0);
    CHECK(play.session.server.was_sent("REST " + std::to_string(play.content.size() - 65'536)));
    CHECK(play.got() == play.content);
    const auto again = play.here.read("got");
    scene finished;
    finished.options.resume = true;
    finished.here.write("got", finished.content);
    REQUIRE(finished.get());
    CHECK(finished.session.server.times_sent("RETR") == 0);
    CHECK(finished.got() == finished.content);
    CHECK_FALSE(finished.kept());
}

TEST_CASE("download: resumed, and the part is too long, refused or older -> from the start") {
    scene too_long;
    too_long.options.resume = true;
    too_long.here.write(part, too_long.content + "more");
    REQUIRE(too_long.get());
    CHECK(too_long.session.server.times_sent("REST") == 0);
    CHECK(too_long.got() == too_long.content);

    scene refused;
    refused.options.resume = true;
    refused.here.write(part, "other bytes");
    refused.session.server.answers["REST"] = "502 what";
    const auto report = refused.get();
    REQUIRE(report);
    CHECK(report->resumed_at == 0);
    CHECK(refused.got() == refused.content);

    // Changed on the server since the part was written: two halves must not be glued together.
    scene older;
    older.options.resume = true;
    older.here.write(part, "other bytes");
    older.session.server.answers["MDTM"] = "213 20900101000000";
    REQUIRE(older.get());
    CHECK(older.session.server.times_sent("REST") == 0);
    CHECK(older.got() == older.content);
}

TEST_CASE("download: resumed, and the part ends otherwise than the file -> from the start, told") {
    for (const std::size_t size : {1U, 1234U, 200'000U, 300'000U}) {
        CAPTURE(size);
        scene play;
        play.options.resume = true;
        std::vector<std::string> told;
        play.options.on_notice = [&](const std::string& text) { told.push_back(text); };
        auto other = play.content.substr(0, size);
        other.back() = '?';
        play.here.write(part, other);
        const auto report = play.get();
        REQUIRE(report);
        CHECK(report->resumed_at == 0);
        CHECK(play.got() == play.content);
        REQUIRE(told.size() == 1);
        CHECK(told.front().find("from the start") != std::string::npos);
    }
}

TEST_CASE("download: resumed from a server that takes REST and ignores it -> from the start") {
    scene play;
    play.options.resume = true;
    // All alike, so that comparing finds nothing: only the number of bytes tells.
    play.content = std::string(300'000, 'x');
    play.session.server.files["file"] = play.content;
    play.here.write(part, play.content.substr(0, 1234));
    play.session.server.answers["REST"] = "350 yes, yes";
    const auto report = play.get();
    REQUIRE(report);
    CHECK(report->resumed_at == 0);
    CHECK(play.got() == play.content);
}

TEST_CASE("download: cut, then resumed -> goes on only if size and time are still the same") {
    for (const std::string_view changed : {"nothing", "time", "size"}) {
        CAPTURE(changed);
        scene play;
        play.session.server.answers["MDTM"] = "213 20200101000000";
        play.session.server.habits.send_only = 100'000;
        CHECK(cause(play.get()) == errc::truncated);
        CHECK(play.kept() == play.content.substr(0, 100'000));

        scene again;
        again.options.resume = true;
        std::filesystem::rename(play.here / part, again.here / part);
        again.session.server.answers["MDTM"] = "213 20200101000000";
        // Older, as where somebody put a backup back.
        if (changed == "time") again.session.server.answers["MDTM"] = "213 20190101000000";
        if (changed == "size") again.session.server.files["file"] += "more";
        const auto report = again.get();
        REQUIRE(report);
        CHECK(report->resumed_at == (changed == "nothing" ? 100'000 : 0));
        CHECK(again.got() == again.session.server.files["file"]);
        CHECK_FALSE(again.kept());
    }
}

TEST_CASE("download: resumed from the final file of another program") {
    scene play;
    play.options.resume = true;
    play.here.write("got", play.content.substr(0, 777));
    const auto report = play.get();
    REQUIRE(report);
    CHECK(report->resumed_at == 777);
    CHECK(play.got() == play.content);
}

TEST_CASE("download: ASCII -> line ends are those of here, and no size is compared") {
    scene play;
    play.options.ascii = true;
    play.session.server.files["file"] = "one\r\ntwo\r\n\r\nthree\rfour";
    const auto report = play.get();
    REQUIRE(report);
    CHECK(play.session.server.was_sent("TYPE A"));
    CHECK(play.session.server.times_sent("SIZE") == 0);
    CHECK(play.got() == "one\ntwo\n\nthree\rfour");
}

TEST_CASE("download: cancelled -> ABOR, both replies awaited, the session goes on") {
    scene play;
    play.session.server.habits.send_only = 100'000;
    play.session.server.habits.stall = true;
    play.session.server.on_stall = [&] { play.session.where.cancel(); };
    result<transfer_report> report = fail(errc::unexpected);
    result<> afterwards = fail(errc::unexpected);
    const auto to = local_end::path(play.here / "got");
    play.session.run([&](session& with) {
        return get_and_go_on(with, "file", to, play.options, report, afterwards);
    });
    CHECK(cause(report) == errc::interrupted);
    CHECK(afterwards);
    CHECK(play.session.server.times_sent("ABOR") == 1);
    CHECK_FALSE(play.got());
    CHECK(play.kept() == play.content.substr(0, 100'000));
}

TEST_CASE("download: cancelled, and ABOR answered once -> closed after a while, not in doubt") {
    scene play(hasty());
    play.session.server.habits.send_only = 100'000;
    play.session.server.habits.stall = true;
    play.session.server.on_stall = [&] { play.session.where.cancel(); };
    play.session.server.answers["ABOR"] = "";
    result<transfer_report> report = fail(errc::unexpected);
    result<> afterwards;
    const auto to = local_end::path(play.here / "got");
    play.session.run([&](session& with) {
        return get_and_go_on(with, "file", to, play.options, report, afterwards);
    });
    CHECK(cause(report) == errc::interrupted);
    CHECK_FALSE(afterwards);
    CHECK(play.session.server.times_sent("NOOP") == 0);
}

TEST_CASE("download: the network breaks after any number of steps -> never a part as the file") {
    std::size_t succeeded = 0;
    for (std::uint64_t steps = 0; steps < 80; ++steps) {
        io::memory_faults faults;
        faults.break_after_operations = steps;
        scene play(hasty(), faults);
        play.content = numbered(100'000);
        play.session.server.files["file"] = play.content;
        const auto report = play.get();
        CAPTURE(steps);
        if (report) {
            ++succeeded;
            CHECK(play.got() == play.content);
        } else {
            CHECK_FALSE(play.got());
            const auto kept = play.kept();
            if (kept) CHECK(play.content.starts_with(*kept));
        }
    }
    CHECK(succeeded > 0);
    CHECK(succeeded < 80);
}

TEST_CASE("download: reads of one byte at a time -> the same bytes") {
    io::memory_faults faults;
    faults.largest_read = 1;
    scene play(client_options(), faults);
    play.content = numbered(5000);
    play.session.server.files["file"] = play.content;
    REQUIRE(play.get());
    CHECK(play.got() == play.content);
}

TEST_CASE("download: EPSV refused or its port dead -> PASV; both dead -> active") {
    scene refused;
    refused.session.server.answers["EPSV"] = "500 what";
    REQUIRE(refused.get());
    CHECK(refused.session.server.times_sent("PASV") == 1);

    scene dead;
    dead.session.server.answers["EPSV"] = "229 (|||2000|)";
    REQUIRE(dead.get());
    CHECK(dead.got() == dead.content);

    scene both;
    both.session.server.answers["EPSV"] = "229 nonsense";
    both.session.server.answers["PASV"] = "227 (10,0,0,1,0,21)"; // a service's port
    REQUIRE(both.get());
    CHECK(both.session.server.times_sent("EPRT") == 1);
    CHECK(both.got() == both.content);

    scene none;
    for (const auto* verb : {"EPSV", "PASV", "EPRT", "PORT"})
        none.session.server.answers[verb] = "500 what";
    CHECK(cause(none.get()) == errc::data_connection_failed);
    CHECK_FALSE(none.kept());
}

TEST_CASE("download: PASV names another host -> the server's own address is used (C1)") {
    scene play(with_mode(data_mode::passive));
    play.session.server.answers["EPSV"] = "500 what";
    // The network in memory knows ports only; the note tells that the address was seen through.
    play.session.server.answers["PASV"] = "227 (192,168,0,9,200,0)";
    CHECK(cause(play.get()) == errc::data_connection_failed);
    bool told = false;
    for (const auto& note : play.session.notes)
        told = told || note.find("192.168.0.9") != std::string::npos;
    CHECK(told);
}

TEST_CASE("download: 425 after the set-up -> the next way") {
    scene play;
    // Once: the first RETR is answered so, the way is given up, and the second goes through.
    play.session.server.answers["RETR file"] = "425 cannot open";
    CHECK(cause(play.get()) == errc::data_connection_failed);
    CHECK(play.session.server.times_sent("EPSV") == 1);
    CHECK(play.session.server.times_sent("PASV") == 1);
    CHECK(play.session.server.times_sent("EPRT") == 1);
    CHECK(play.session.server.times_sent("PORT") == 1);
    CHECK(play.session.server.times_sent("RETR") == 4);
}

TEST_CASE("download: to a descriptor -> the bytes as they come") {
    scene play;
    play.here.write("out", "");
    FILE* const out = std::fopen((play.here / "out").c_str(), "wb");
    REQUIRE(out != nullptr);
    result<transfer_report> report = fail(errc::unexpected);
    const auto to = local_end::descriptor(::fileno(out));
    play.session.run(
        [&](session& with) { return get_into(with, "file", to, play.options, report); });
    std::fclose(out);
    REQUIRE(report);
    CHECK(report->proof);
    CHECK(play.here.read("out") == play.content);
}

TEST_CASE("download: preliminary replies at the cap -> passed over; one more -> limit_exceeded") {
    const auto replies = [](int count) {
        std::string text = "150 here it comes";
        for (int i = 1; i < count; ++i)
            text += "\r\n150 still";
        return text;
    };
    scene play;
    play.session.server.habits.first = replies(limits::preliminary_replies);
    REQUIRE(play.get());
    CHECK(play.got() == play.content);
    scene wild;
    wild.session.server.habits.first = replies(limits::preliminary_replies + 1);
    CHECK(cause(wild.get()) == errc::limit_exceeded);
    CHECK_FALSE(wild.got());
}

TEST_CASE("download: a data port below the lowest -> not connected to; the lowest -> tried") {
    const auto notes_of = [](std::uint16_t port) {
        scene play(with_mode(data_mode::passive));
        const auto text = std::to_string(port);
        play.session.server.answers["EPSV"] = "229 (|||" + text + "|)";
        CHECK(play.get()); // by PASV
        std::string notes;
        for (const auto& note : play.session.notes)
            (notes += note) += '\n';
        return notes;
    };
    CHECK(notes_of(limits::lowest_data_port - 1).find("is none for data connections") !=
          std::string::npos);
    CHECK(notes_of(limits::lowest_data_port).find("nobody listens") != std::string::npos);
}
