// Where user and password come from, and that they do not show.
#include "cli/login.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace ferry;
using namespace ferry::cli;

namespace {

/// Sources made of maps, which note what was asked of them.
struct world {
    std::map<std::string, std::string> variables{{"HOME", "/home/u"}};
    std::map<std::string, small_file> files;
    std::optional<std::string> answer;
    int questions = 0;
    int commands_run = 0;

    secret_sources sources() {
        secret_sources made;
        made.environment = [this](const char* name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            if (found == variables.end()) return std::nullopt;
            return found->second;
        };
        made.read_file = [this](const std::string& path) -> result<small_file> {
            const auto found = files.find(path);
            if (found == files.end()) return fail(errc::local_not_found, path);
            return found->second;
        };
        made.run_command = [this](const std::string&) -> result<std::string> {
            ++commands_run;
            return std::string("from-command");
        };
        made.ask = [this](const std::string&) -> result<std::optional<std::string>> {
            ++questions;
            return answer;
        };
        return made;
    }

    void netrc(std::string text, bool private_to_owner = true) {
        files["/home/u/.netrc"] = {std::move(text), private_to_owner};
    }

    credentials find(std::string_view where, const arguments& asked = arguments()) {
        auto found = find_login(*parse_url(where), asked, sources());
        REQUIRE_MESSAGE(found.has_value(), found.error().message());
        return *found;
    }
};

} // namespace

TEST_CASE("password: all sources there -> taken in their order, one after the other") {
    world all;
    all.variables["FERRY_PASSWORD"] = "from-variable";
    all.files["/pw"] = {"from-file\r\nsecond line\n", true};
    all.netrc("machine h login alice password from-netrc");
    all.answer = "from-terminal";
    arguments asked;
    asked.password_file = "/pw";
    asked.password_command = "pass h";

    CHECK(all.find("ftp://alice:from-url@h/", asked).password == "from-url");
    CHECK(all.find("ftp://alice@h/", asked).password == "from-variable");
    all.variables.erase("FERRY_PASSWORD");
    CHECK(all.find("ftp://alice@h/", asked).password == "from-file");
    asked.password_file.reset();
    CHECK(all.find("ftp://alice@h/", asked).password == "from-command");
    asked.password_command.reset();
    CHECK(all.find("ftp://alice@h/", asked).password == "from-netrc");
    all.files.clear();
    CHECK(all.questions == 0);
    CHECK(all.find("ftp://alice@h/", asked).password == "from-terminal");
    CHECK(all.questions == 1);
}

TEST_CASE("password: none to be had -> usage that names the ways") {
    world nothing;
    const auto found = find_login(*parse_url("ftp://alice@h/"), arguments(), nothing.sources());
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().code() == errc::usage);
    CHECK(found.error().message().find("FERRY_PASSWORD") != std::string::npos);
}

TEST_CASE("password: an empty one in the URL -> taken, nobody is asked") {
    world nothing;
    CHECK(nothing.find("ftp://alice:@h/").password.empty());
    CHECK(nothing.questions == 0);
}

TEST_CASE("user: nobody named -> anonymous, and no secret is told") {
    world secretive;
    secretive.variables["FERRY_PASSWORD"] = "secret";
    arguments asked;
    asked.password_command = "pass h";
    for (const auto* where : {"ftp://h/", "ftp://anonymous@h/", "ftp://ftp@h/"}) {
        const auto found = secretive.find(where, asked);
        CHECK(found.password == "anonymous@");
    }
    CHECK(secretive.commands_run == 0);
    CHECK(secretive.questions == 0);
}

TEST_CASE("user: the URL, then --user, then .netrc") {
    world known;
    known.netrc("machine h login from-netrc password p account staff");
    arguments asked;
    CHECK(known.find("ftp://h/", asked).user == "from-netrc");
    CHECK(known.find("ftp://h/", asked).password == "p");
    CHECK(known.find("ftp://h/", asked).account == "staff");
    CHECK(known.find("ftp://other/", asked).user == "anonymous");
    asked.user = "from-option";
    known.answer = "typed";
    CHECK(known.find("ftp://h/", asked).user == "from-option");
    CHECK(known.find("ftp://h/", asked).password == "typed");
    CHECK(known.find("ftp://from-url@h/", asked).user == "from-url");
}

TEST_CASE("account: the option goes before .netrc") {
    world known;
    known.netrc("machine h login a password p account staff");
    arguments asked;
    asked.account = "guests";
    CHECK(known.find("ftp://h/", asked).account == "guests");
}

TEST_CASE(".netrc: others may read the password that would be used -> refused, with the cure") {
    world open_to_all;
    open_to_all.netrc("machine h login alice password p", false);
    const auto found = find_login(*parse_url("ftp://alice@h/"), arguments(), open_to_all.sources());
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().exit_status() == 8);
    CHECK(found.error().message().find("chmod 600 /home/u/.netrc") != std::string::npos);
    // Not used, not refused.
    open_to_all.find("ftp://alice:x@h/");
    open_to_all.find("ftp://elsewhere/");
    open_to_all.netrc("machine h login anonymous password me@example.org", false);
    CHECK(open_to_all.find("ftp://h/").user == "anonymous");
}

TEST_CASE(".netrc: a file that was named is missing -> an error; the usual one -> none") {
    world nothing;
    CHECK(nothing.find("ftp://h/").user == "anonymous");
    arguments asked;
    asked.netrc_file = "/missing";
    CHECK_FALSE(find_login(*parse_url("ftp://h/"), asked, nothing.sources()).has_value());
}

TEST_CASE("server password: none -> an error that names both ways") {
    world nothing;
    arguments asked;
    asked.user = "alice";
    const auto found = find_server_password(asked, nothing.sources());
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().message().find("FERRY_PASSWORD") != std::string::npos);
    CHECK(found.error().message().find("--password-file") != std::string::npos);
    nothing.variables["FERRY_PASSWORD"] = "p";
    CHECK(find_server_password(asked, nothing.sources()).value() == "p");
}

TEST_CASE("argv: URLs with passwords -> overwritten in place, the rest untouched") {
    std::string program = "ferry";
    std::string plain = "ftp://host/a@b";
    std::string secret = "ftp://alice:s3cr3t@host/a";
    std::string odd = "FTPS://alice:p@ss/w:rd@host/";
    char* words[]{program.data(), plain.data(), secret.data(), odd.data(), nullptr};
    hide_passwords(4, words);
    CHECK(plain == "ftp://host/a@b");
    CHECK(secret == "ftp://alice:******@host/a");
    CHECK(odd.find("p@ss") == std::string::npos);
    CHECK(odd.find("w:rd") == std::string::npos);
}

TEST_CASE("text: a URL with a password, valid or not -> shown without") {
    CHECK(without_password("ftp://u:p@h/") == "ftp://u:****@h/");
    CHECK(without_password("ftp://u:p@h:bad port/") == "ftp://u:****@h:bad port/");
    CHECK(without_password("ftp://h:21/") == "ftp://h:21/");
    CHECK(without_password("plain") == "plain");
    CHECK(without_password("") == "");
}
