// Listings from a server in memory: by MLSD and LIST, of files, of nothing, and broken ones.
#include "client/listing.hpp"

#include "unit/client/pocket_session.hpp"

using namespace ferry;
using namespace ferry::test;
using client_side::session;

namespace {

using listing_call =
    std::function<task<result<listing_report>>(session&, std::string, const entry_function&)>;

task<result<listing_report>> list_plain(session& with, std::string path,
                                        const entry_function& each) {
    return client_side::list(with, std::move(path), each);
}

task<result<listing_report>> list_hidden(session& with, std::string path,
                                         const entry_function& each) {
    return client_side::list(with, std::move(path), each, listing_options(true));
}

task<result<listing_report>> list_twice_with_modes(session& with, std::string path,
                                                   const entry_function& each) {
    listing_options options;
    options.modes = true;
    auto first = co_await client_side::list(with, path, each, options);
    if (!first) co_return first;
    co_return co_await client_side::list(with, path, each, options);
}

task<> list_into(session& with, listing_call call, std::string path, const entry_function& each,
                 result<listing_report>& report) {
    report = co_await call(with, std::move(path), each);
}

class scene {
public:
    scene() {
        session.server.files["a b"] = "12345";
        session.server.files["c"] = "";
    }

    result<listing_report> list(const std::string& path = "",
                                const listing_call& call = list_plain) {
        result<listing_report> report = fail(errc::unexpected);
        const entry_function each = [this](const entry& found) {
            names.push_back(found.name);
            return names.size() < enough;
        };
        session.run(
            [&](client_side::session& with) { return list_into(with, call, path, each, report); });
        return report;
    }

    std::vector<std::string> names;
    std::size_t enough = 1000;
    pocket_session session;
};

const std::vector<std::string> both{"a b", "c"};
const std::string no_mlst = "211-Features\r\n SIZE\r\n211 End";

errc cause(const result<listing_report>& report) {
    REQUIRE_FALSE(report);
    return report.error().code();
}

} // namespace

TEST_CASE("list: MLSD where FEAT lists it, else LIST; NLST for names") {
    scene facts;
    const auto report = facts.list();
    REQUIRE(report);
    CHECK(report->entries == 2);
    CHECK(facts.names == both);
    CHECK(facts.session.server.times_sent("MLSD") == 1);

    scene lines;
    lines.session.server.answers["FEAT"] = no_mlst;
    REQUIRE(lines.list());
    CHECK(lines.names == both);
    CHECK(lines.session.server.times_sent("LIST") == 1);

    scene only_names;
    REQUIRE(only_names.list("", client_side::names));
    CHECK(only_names.names == both);
}

TEST_CASE("list: MLSD is listed and not known -> LIST") {
    scene play;
    play.session.server.answers["MLSD"] = "500 what";
    REQUIRE(play.list());
    CHECK(play.names == both);
    CHECK(play.session.server.times_sent("LIST") == 1);
}

TEST_CASE("list: permissions are wanted and switched off -> asked for, once") {
    scene off;
    off.session.server.answers["FEAT"] = "211-Features\r\n MLST Type*;Size*;UNIX.mode;\r\n211 End";
    off.session.server.answers["OPTS"] = "501 no"; // what is listed is listed all the same
    REQUIRE(off.list("", list_twice_with_modes));
    CHECK(off.names.size() == 4);
    CHECK(off.session.server.times_sent("OPTS") == 1);
    CHECK(off.session.server.was_sent("OPTS MLST Type;Size;UNIX.mode;"));

    scene unwanted;
    unwanted.session.server.answers["FEAT"] = off.session.server.answers["FEAT"];
    REQUIRE(unwanted.list());
    CHECK(unwanted.session.server.times_sent("OPTS") == 0);

    scene on;
    on.session.server.answers["FEAT"] = "211-Features\r\n MLST Type*;UNIX.mode*;\r\n211 End";
    REQUIRE(on.list("", list_twice_with_modes));
    CHECK(on.session.server.times_sent("OPTS") == 0);
}

TEST_CASE("list: of a file -> its one entry, by either command") {
    scene facts;
    facts.session.server.answers["MLSD"] = "501 not a directory";
    REQUIRE(facts.list("a b"));
    CHECK(facts.names == std::vector<std::string>{"a b"});

    scene lines;
    lines.session.server.answers["FEAT"] = no_mlst;
    REQUIRE(lines.list("a b"));
    CHECK(lines.names == std::vector<std::string>{"a b"});
}

TEST_CASE("list: what is not there -> not_found, also where the server lists nothing") {
    scene facts;
    facts.session.server.answers["MLSD"] = "550 no such directory";
    CHECK(cause(facts.list("nowhere")) == errc::not_found);

    scene lines; // vsftpd: 150, nothing, 226
    lines.session.server.answers["FEAT"] = no_mlst;
    lines.session.server.answers["CWD"] = "550 Failed to change directory.";
    CHECK(cause(lines.list("nowhere")) == errc::not_found);
}

TEST_CASE("list: an empty directory -> no entries, in the ways servers say it") {
    for (const auto* said : {"550 No files found.", "450 No files found"}) {
        scene play;
        play.session.server.answers["FEAT"] = no_mlst;
        play.session.server.answers["LIST"] = said;
        const auto report = play.list("dir");
        CAPTURE(said);
        REQUIRE(report);
        CHECK(report->entries == 0);
        CHECK(play.session.server.was_sent("CWD dir"));
        CHECK(play.session.server.was_sent("CWD /"));
    }
    scene nothing;
    nothing.session.server.answers["FEAT"] = no_mlst;
    nothing.session.server.files.clear();
    const auto report = nothing.list();
    REQUIRE(report);
    CHECK(report->entries == 0);
}

TEST_CASE("list: refused, or ended without 226 -> an error, never an empty directory") {
    scene refused;
    refused.session.server.answers["FEAT"] = no_mlst;
    refused.session.server.answers["LIST"] = "550 Permission denied";
    CHECK(cause(refused.list()) == errc::permission_denied);
    for (const auto* last : {"426 broken off", "451 disk error"}) {
        scene broken;
        broken.session.server.habits.last = last;
        CHECK_FALSE(broken.list());
    }
    scene later;
    later.session.server.answers["FEAT"] = no_mlst;
    later.session.server.answers["LIST"] = "450 busy";
    CHECK(cause(later.list()) == errc::try_later);
}

TEST_CASE("list: the network breaks after any number of steps -> an error, or all entries") {
    std::size_t succeeded = 0;
    for (std::uint64_t steps = 0; steps < 60; ++steps) {
        client_options hasty;
        hasty.reply_timeout = io::milliseconds(5);
        io::memory_faults faults;
        faults.break_after_operations = steps;
        pocket_session play(hasty, faults);
        for (const auto* name : {"a", "b", "c"})
            play.server.files[name] = "x";
        std::size_t seen = 0;
        const entry_function each = [&seen](const entry&) { return ++seen != 0; };
        result<listing_report> report = fail(errc::unexpected);
        play.run([&](session& with) { return list_into(with, list_plain, "", each, report); });
        CAPTURE(steps);
        if (!report) continue;
        ++succeeded;
        CHECK(report->entries == 3);
        CHECK(seen == 3);
    }
    CHECK(succeeded > 0);
    CHECK(succeeded < 60);
}

TEST_CASE("list: unsafe names and odd lines -> counted, not handed out (threats C2)") {
    scene play;
    play.session.server.files["../evil"] = "x";
    const auto report = play.list();
    REQUIRE(report);
    CHECK(report->unsafe_names == 1);
    CHECK(report->entries == 2);
    CHECK(play.names == both);
}

TEST_CASE("list: the callback has enough -> ended early, without an error") {
    scene play;
    play.enough = 1;
    const auto report = play.list();
    REQUIRE(report);
    CHECK(report->entries == 1);
    CHECK(play.names.size() == 1);
}

TEST_CASE("list: a leading dash is no option") {
    scene play;
    play.session.server.answers["FEAT"] = no_mlst;
    play.session.server.files["./-la"] = "x";
    const auto report = play.list("-la");
    CHECK(play.session.server.was_sent("LIST ./-la"));
    static_cast<void>(report);
}

TEST_CASE("list: hidden names where only LIST is known -> asked for by -a, and none without") {
    scene play;
    play.session.server.answers["FEAT"] = no_mlst;
    play.session.server.files[".secret"] = "x";
    REQUIRE(play.list("", list_hidden));
    CHECK(play.names == std::vector<std::string>{".secret", "a b", "c"});
    CHECK(play.session.server.was_sent("LIST -a"));
    CHECK(play.session.server.times_sent("LIST") == 1);

    scene unasked;
    unasked.session.server.answers["FEAT"] = no_mlst;
    unasked.session.server.files[".secret"] = "x";
    REQUIRE(unasked.list());
    CHECK(unasked.names == both);

    scene facts; // MLSD lists them anyway
    facts.session.server.files[".secret"] = "x";
    REQUIRE(facts.list("", list_hidden));
    CHECK(facts.names.size() == 3);
    CHECK(facts.session.server.times_sent("LIST") == 0);
}

TEST_CASE("list: hidden names of a path that looks like an option -> it is none") {
    for (const auto& [path, line] :
         {std::pair("-la", "LIST -a ./-la"), std::pair(" b", "LIST -a ./ b"),
          std::pair("dir/-la", "LIST -a dir/-la")}) {
        scene play;
        play.session.server.answers["FEAT"] = no_mlst;
        const auto report = play.list(path, list_hidden);
        static_cast<void>(report);
        CHECK_MESSAGE(play.session.server.was_sent(line), line);
    }
}

namespace {

task<> list_each(session& with, std::vector<std::string> paths, std::vector<std::string>& names) {
    const entry_function each = [&](const entry& found) {
        names.push_back(found.name);
        return true;
    };
    for (const auto& path : paths) {
        const auto report = co_await list_hidden(with, path, each);
        CHECK(report);
    }
}

/// Directories listed one after another in one session with a server that knows LIST alone.
std::vector<std::string> names_in(pocket_session& play, const std::vector<std::string>& paths) {
    std::vector<std::string> names;
    play.server.answers["FEAT"] = no_mlst;
    play.server.files["dir/.a"] = "x";
    play.server.files["dir/b"] = "x";
    play.server.files["next/c"] = "x";
    play.run([&](session& with) { return list_each(with, paths, names); });
    return names;
}

} // namespace

TEST_CASE("list: -a is understood -> not looked at twice, not even where nothing is") {
    pocket_session play;
    CHECK(names_in(play, {"dir", "next"}) == std::vector<std::string>{".a", "b", "c"});
    CHECK(play.server.times_sent("LIST") == 2);

    pocket_session emptied;
    emptied.server.answers["LIST -a next"] = "550 No files found";
    CHECK(names_in(emptied, {"dir", "next"}) == std::vector<std::string>{".a", "b"});
    CHECK(emptied.server.times_sent("LIST") == 2);
}

TEST_CASE("list: -a is taken for a name -> plain LIST, remembered for the session") {
    const std::vector<std::string> visible{"b", "c"};
    pocket_session silent; // 150, nothing, 226
    silent.server.habits.takes_list_options = false;
    CHECK(names_in(silent, {"dir", "next"}) == visible);
    CHECK(silent.server.was_sent("LIST -a dir"));
    CHECK_FALSE(silent.server.was_sent("LIST -a next"));

    for (const auto* said : {"550 No such file or directory.", "501 what", "450 No files found",
                             "504 no options", "500 what", "553 -a: not allowed"}) {
        CAPTURE(said);
        pocket_session refusing;
        refusing.server.answers["LIST -a dir"] = said;
        CHECK(names_in(refusing, {"dir", "next"}) == visible);
        CHECK_FALSE(refusing.server.was_sent("LIST -a next"));
    }
}

TEST_CASE("list: -a alone is understood, and not before a path -> plain LIST for paths") {
    pocket_session play; // pyftpdlib
    play.server.answers["LIST -a dir"] = "550 No such directory.";
    play.server.files["top"] = "x";
    CHECK(names_in(play, {"", "dir", "next"}) == std::vector<std::string>{"top", "b", "c"});
    CHECK(play.server.times_sent("LIST") == 4);
}

TEST_CASE("list: -a fails for another reason -> that is the error, and plain LIST is not tried") {
    for (const auto& [last, cause] : {std::pair("426 broken off", errc::transfer_aborted),
                                      std::pair("421 bye", errc::service_unavailable)}) {
        scene play;
        play.session.server.answers["FEAT"] = no_mlst;
        play.session.server.habits.last = last;
        const auto report = play.list("", list_hidden);
        REQUIRE_FALSE(report);
        CHECK(report.error().code() == cause);
        CHECK(play.session.server.times_sent("LIST") == 1);
    }
    scene nowhere; // both forms are refused
    nowhere.session.server.answers["FEAT"] = no_mlst;
    nowhere.session.server.answers["LIST"] = "550 no such directory";
    CHECK(cause(nowhere.list("dir", list_hidden)) == errc::not_found);
}
