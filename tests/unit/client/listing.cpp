// Listings from a server in memory: by MLSD and LIST, of files, of nothing, and broken ones.
#include "client/listing.hpp"

#include "unit/client/pocket_session.hpp"

using namespace ferry;
using namespace ferry::test;
using client_side::session;

namespace {

using listing_call = task<result<listing_report>> (*)(session&, std::string, const entry_function&);

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
                                listing_call call = client_side::list) {
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
        play.run(
            [&](session& with) { return list_into(with, client_side::list, "", each, report); });
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
