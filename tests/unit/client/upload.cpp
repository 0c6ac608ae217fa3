// Uploads to a server in memory: under a temporary name, verified, renamed, resumed.
#include "client/upload.hpp"

#include "unit/client/pocket_session.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;
using client_side::session;

namespace {

const std::string part = "dir/.file.ferry-part";

task<> put_from(session& with, local_end from, std::string remote, transfer_options options,
                result<transfer_report>& report) {
    report =
        co_await client_side::upload(with, std::move(from), std::move(remote), std::move(options));
}

task<> put_twice(session& with, local_end from, result<transfer_report>& second) {
    const transfer_options options;
    result<transfer_report> first = fail(errc::unexpected);
    co_await put_from(with, from, "dir/file", options, first);
    CHECK(first);
    co_await put_from(with, from, "dir/other", options, second);
}

client_options hasty() {
    client_options made;
    made.reply_timeout = 5ms;
    made.data_timeout = 5ms;
    return made;
}

class scene {
public:
    explicit scene(client_options client = client_options(),
                   io::memory_faults faults = io::memory_faults())
        : session(std::move(client), faults), server(session.server) {
        here.write("local", content);
    }

    result<transfer_report> put() { return put(local_end::path(here / "local")); }

    result<transfer_report> put(const local_end& from) {
        result<transfer_report> report = fail(errc::unexpected);
        session.run([&](client_side::session& with) {
            return put_from(with, from, "dir/file", options, report);
        });
        return report;
    }

    [[nodiscard]] std::optional<std::string> there(const std::string& name = "dir/file") const {
        const auto found = server.files.find(name);
        if (found == server.files.end()) return std::nullopt;
        return found->second;
    }

    std::string content = numbered(200'000);
    temporary_directory here;
    transfer_options options;
    pocket_session session;
    pocket_server& server;
};

errc cause(const result<transfer_report>& report) {
    REQUIRE_FALSE(report);
    return report.error().code();
}

} // namespace

TEST_CASE("upload: passive and active -> temporary name, SIZE, rename, time") {
    for (const auto mode : {data_mode::automatic, data_mode::active}) {
        client_options client;
        client.data = mode;
        scene play(client);
        const auto report = play.put();
        REQUIRE(report);
        CHECK(report->bytes == play.content.size());
        CHECK(report->proof);
        CHECK(report->path == "dir/file");
        CHECK(play.there() == play.content);
        CHECK_FALSE(play.there(part));
        CHECK(play.server.was_sent("STOR " + part));
        CHECK(play.server.was_sent("RNTO dir/file"));
        CHECK(play.server.times_sent("MFMT") == 1);
    }
}

TEST_CASE("upload: no time kept and no hash wanted -> neither FEAT nor MFMT") {
    scene play;
    play.options.keep_time = false;
    play.options.verify = verify_mode::size;
    REQUIRE(play.put());
    CHECK(play.server.commands == std::vector<std::string>{"TYPE I", "EPSV", "STOR " + part,
                                                           "SIZE " + part, "RNFR " + part,
                                                           "RNTO dir/file"});
}

TEST_CASE("upload: an empty file, and no local file") {
    scene empty;
    empty.here.write("local", "");
    REQUIRE(empty.put());
    CHECK(empty.there() == "");
    scene none;
    CHECK(cause(none.put(local_end::path(none.here / "nowhere"))) == errc::local_not_found);
    CHECK(cause(none.put(local_end::path(none.here / ""))) == errc::local_file);
    CHECK(none.server.commands.empty());
}

TEST_CASE("upload: half of it swallowed and 226 -> truncated, the old file stays, no part") {
    scene play;
    play.server.files["dir/file"] = "the old one";
    play.server.habits.store_only = 1000;
    CHECK(cause(play.put()) == errc::truncated);
    CHECK(play.there() == "the old one");
    CHECK_FALSE(play.there(part));
}

TEST_CASE("upload: the temporary name is refused -> the final name, and so the next time") {
    scene play;
    play.server.answers["STOR " + part] = "553 no names with a dot";
    result<transfer_report> second = fail(errc::unexpected);
    const auto from = local_end::path(play.here / "local");
    play.session.run([&](session& with) { return put_twice(with, from, second); });
    REQUIRE(second);
    CHECK(play.there() == play.content);
    CHECK(play.there("dir/other") == play.content);
    CHECK_FALSE(play.server.was_sent("STOR dir/.other.ferry-part"));
}

TEST_CASE("upload: refused under both names -> what was said of the final one") {
    scene play;
    play.server.answers["STOR"] = "550 Permission denied.";
    const auto report = play.put();
    CHECK(cause(report) == errc::permission_denied);
    CHECK(report.error().step() == "STOR dir/file");
    scene full;
    full.server.answers["STOR"] = "452 no room";
    CHECK(cause(full.put()) == errc::no_space_there);
    CHECK(full.server.times_sent("STOR") == 1);
}

TEST_CASE("upload: no rename over a file that is there -> the old one is removed first") {
    scene play;
    play.server.files["dir/file"] = "the old one";
    play.server.answers["RNTO dir/file"] = "553 exists";
    // The refusal does not end here, so the file goes up again, under its final name.
    REQUIRE(play.put());
    CHECK(play.server.was_sent("DELE dir/file"));
    CHECK(play.there() == play.content);
    CHECK_FALSE(play.there(part));
}

TEST_CASE("upload: no rename at all -> again under the final name; not without a file to reread") {
    scene play;
    play.server.answers["RNFR"] = "502 what";
    REQUIRE(play.put());
    CHECK(play.there() == play.content);
    CHECK_FALSE(play.there(part));

    scene pipe;
    pipe.server.answers["RNFR"] = "502 what";
    FILE* const in = std::fopen((pipe.here / "local").c_str(), "rb");
    REQUIRE(in != nullptr);
    const auto report = pipe.put(local_end::descriptor(::fileno(in)));
    std::fclose(in);
    CHECK(cause(report) == errc::refused);
    CHECK(report.error().detail().find(part) != std::string::npos);
    CHECK(pipe.there(part) == pipe.content);
}

TEST_CASE("upload: in place -> no temporary name") {
    scene play;
    play.options.in_place = true;
    REQUIRE(play.put());
    CHECK(play.server.was_sent("STOR dir/file"));
    CHECK(play.server.times_sent("RNFR") == 0);
    CHECK(play.there() == play.content);
}

TEST_CASE("upload: append -> APPE behind what is there, verified") {
    scene play;
    play.options.append = true;
    play.server.files["dir/file"] = "before ";
    const auto report = play.put();
    REQUIRE(report);
    CHECK(report->proof);
    CHECK(play.there() == "before " + play.content);
}

TEST_CASE("upload: resumed behind the part -> REST and STOR at the right byte") {
    scene play;
    play.options.resume = true;
    play.server.files[part] = play.content.substr(0, 777);
    const auto report = play.put();
    REQUIRE(report);
    CHECK(play.server.was_sent("REST 388")); // read back
    CHECK(play.server.was_sent("REST 777"));
    CHECK(report->resumed_at == 777);
    CHECK(report->bytes == play.content.size() - 777);
    CHECK(play.there() == play.content);
    CHECK_FALSE(play.there(part));
}

TEST_CASE("upload: resumed, and what is there ends otherwise -> from the start, told") {
    for (const std::size_t size : {1U, 777U}) {
        CAPTURE(size);
        scene play;
        play.options.resume = true;
        std::vector<std::string> told;
        play.options.on_notice = [&](const std::string& text) { told.push_back(text); };
        play.server.files[part] = play.content.substr(0, size);
        play.server.files[part].back() = '?';
        const auto report = play.put();
        REQUIRE(report);
        CHECK(report->resumed_at == 0);
        CHECK(play.there() == play.content);
        REQUIRE(told.size() == 1);
        CHECK(told.front().find("from the start") != std::string::npos);
    }
}

TEST_CASE("upload: resumed, REST refused -> APPE at the right byte") {
    scene play;
    play.options.resume = true;
    play.server.files[part] = play.content.substr(0, 777);
    play.server.answers["REST"] = "502 what";
    REQUIRE(play.put());
    CHECK(play.server.was_sent("APPE " + part));
    CHECK(play.there() == play.content);
}

TEST_CASE("upload: resumed behind a shorter final file; complete ones are not sent again") {
    scene shorter;
    shorter.options.resume = true;
    shorter.server.files["dir/file"] = shorter.content.substr(0, 500);
    const auto report = shorter.put();
    REQUIRE(report);
    CHECK(report->resumed_at == 500);
    CHECK(shorter.there() == shorter.content);

    scene part_complete;
    part_complete.options.resume = true;
    part_complete.server.files[part] = part_complete.content;
    REQUIRE(part_complete.put());
    CHECK(part_complete.server.times_sent("STOR") == 0);
    CHECK(part_complete.there() == part_complete.content);

    scene complete;
    complete.options.resume = true;
    complete.server.files["dir/file"] = complete.content;
    REQUIRE(complete.put());
    CHECK(complete.server.times_sent("STOR") == 0);
}

TEST_CASE("upload: resumed onto a server that ignores REST -> the sizes differ, no part is left") {
    scene play;
    play.options.resume = true;
    play.server.files[part] = std::string(777, '?') + "and more";
    play.server.answers["SIZE " + part] = "213 777";
    play.server.answers["RETR"] = "550 not to be read";
    CHECK(cause(play.put()) == errc::truncated);
    CHECK_FALSE(play.there());
    CHECK_FALSE(play.there(part));
}

TEST_CASE("upload: the server breaks the data and says why -> its words, the part for resume") {
    scene play;
    play.server.habits.reset = true;
    play.server.habits.last = "552 quota exceeded";
    CHECK(cause(play.put()) == errc::no_space_there);
    CHECK_FALSE(play.there());
    CHECK(play.there(part));
    CHECK(play.server.times_sent("DELE") == 0);
}

TEST_CASE("upload: broken off, and what was sent cannot be sent again -> no part is left") {
    scene play;
    play.server.habits.reset = true;
    play.server.habits.last = "426 broken off";
    FILE* const in = std::fopen((play.here / "local").c_str(), "rb");
    REQUIRE(in != nullptr);
    const auto report = play.put(local_end::descriptor(::fileno(in)));
    std::fclose(in);
    CHECK(cause(report) == errc::transfer_aborted);
    CHECK_FALSE(play.there(part));
}

TEST_CASE("upload: interrupted -> the part of a file is kept for resume, that of a pipe removed") {
    for (const bool pipe : {false, true}) {
        CAPTURE(pipe);
        scene play;
        play.here.write("local", numbered(2'000'000));
        play.options.progress_interval = 0ms;
        play.options.on_progress = [&](const transfer_progress& now) {
            if (now.position > 500'000) play.session.where.cancel();
        };
        FILE* const in = std::fopen((play.here / "local").c_str(), "rb");
        REQUIRE(in != nullptr);
        const auto from =
            pipe ? local_end::descriptor(::fileno(in)) : local_end::path(play.here / "local");
        const auto report = play.put(from);
        std::fclose(in);
        CHECK(cause(report) == errc::interrupted);
        CHECK_FALSE(play.there());
        CHECK(play.there(part).has_value() == !pipe);
    }
}

TEST_CASE("upload: from a descriptor -> all of it, its length not known before") {
    scene play;
    FILE* const in = std::fopen((play.here / "local").c_str(), "rb");
    REQUIRE(in != nullptr);
    const auto report = play.put(local_end::descriptor(::fileno(in)));
    std::fclose(in);
    REQUIRE(report);
    CHECK(report->size == play.content.size());
    CHECK(play.there() == play.content);
}

TEST_CASE("upload: ASCII -> CRLF on the wire, and no size is compared") {
    scene play;
    play.options.ascii = true;
    play.here.write("local", "one\ntwo\r\nthree");
    const auto report = play.put();
    REQUIRE(report);
    CHECK(play.there() == "one\r\ntwo\r\nthree");
    CHECK(play.server.was_sent("TYPE A"));
    CHECK(play.server.times_sent("SIZE") == 0);
}

TEST_CASE("upload: 226 never comes -> reply_timeout, not a success") {
    scene play(hasty());
    play.server.habits.last = "";
    CHECK(cause(play.put()) == errc::reply_timeout);
    CHECK_FALSE(play.there());
}

TEST_CASE("upload: 426 after the last byte, and SIZE agrees -> complete") {
    scene play;
    play.server.habits.last = "426 oops";
    REQUIRE(play.put());
    CHECK(play.there() == play.content);
}

TEST_CASE("upload: the network breaks after any number of steps -> the final name is whole") {
    std::size_t succeeded = 0;
    for (std::uint64_t steps = 0; steps < 120; steps += 1) {
        io::memory_faults faults;
        faults.break_after_operations = steps;
        scene play(hasty(), faults);
        play.content = numbered(30'000);
        play.here.write("local", play.content);
        play.server.files["dir/file"] = "the old one";
        const auto report = play.put();
        CAPTURE(steps);
        const auto there = play.there();
        CHECK((there == "the old one" || there == play.content));
        if (report) {
            ++succeeded;
            CHECK(there == play.content);
        }
    }
    CHECK(succeeded > 0);
    CHECK(succeeded < 120);
}
