// The configuration file: what its lines do to the options, and what is said of wrong ones.
#include "cli/command_table.hpp"
#include "cli/config.hpp"
#include "cli/option_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

using namespace ferry;
using namespace ferry::cli;
using namespace std::chrono_literals;

namespace {

using words = std::vector<std::string>;

configuration configured(std::string_view text) {
    auto made = configuration::parse(text, "config.toml", "/home/u");
    REQUIRE_MESSAGE(made.has_value(), made.error().message());
    return *std::move(made);
}

error refused(std::string_view text) {
    const auto made = configuration::parse(text, "config.toml");
    REQUIRE_MESSAGE(!made.has_value(), text);
    CHECK(made.error().code() == errc::usage);
    return made.error();
}

/// What a command line comes to at a host.
arguments effective(std::string_view text, const words& line, std::string_view host = "h",
                    std::uint16_t port = 21) {
    const auto asked = parse_command_line(line);
    REQUIRE_MESSAGE(asked.has_value(), asked.error().message());
    auto settled = configured(text).effective(*asked, host, port);
    REQUIRE_MESSAGE(settled.has_value(), settled.error().message());
    return *std::move(settled);
}

const words get{"get", "ftp://h/a"};

words with(words line, const words& more) {
    line.insert(line.end(), more.begin(), more.end());
    return line;
}

} // namespace

TEST_CASE("configuration: nothing -> what was asked, unchanged") {
    CHECK(configured("").empty());
    CHECK(configured("# only a comment\n").empty());
    const auto got = effective("", with(get, {"-c", "--timeout", "5"}));
    CHECK(got.resume);
    CHECK(got.timeout == 5s);
    CHECK(got.operands == words{"ftp://h/a"});
    CHECK(got.command == command_id::get);
}

TEST_CASE("configuration: [defaults] -> every kind of value takes effect") {
    const auto got = effective("[defaults]\ntimeout = 30\nuser = \"alice\"\npassive = true\n"
                               "no-keep-time = true\nquiet = false\n",
                               get);
    CHECK(got.timeout == 30s);
    CHECK(got.user == "alice");
    CHECK(got.data == data_mode::passive);
    CHECK_FALSE(got.keep_time);
    CHECK_FALSE(got.quiet);
    CHECK(got.operands == words{"ftp://h/a"});
    CHECK(effective("[defaults]\ntimeout = 0.5\n", get).timeout == 500ms);
    CHECK(effective("[defaults]\ntimeout = \"2.5\"\n", get).timeout == 2500ms);
}

TEST_CASE("configuration: the command line -> counts more than the file") {
    const auto text = "[defaults]\ntimeout = 30\nactive = true\n[host.\"*\"]\ntimeout = 40\n";
    CHECK(effective(text, with(get, {"--timeout", "5"})).timeout == 5s);
    CHECK(effective(text, with(get, {"--passive"})).data == data_mode::passive);
    CHECK(effective(text, with(get, {"--active", "--passive"})).data == data_mode::passive);
    CHECK(effective(text, get).timeout == 40s);
}

TEST_CASE("configuration: two tables fit a host -> the later one counts, wherever defaults stand") {
    const auto text = "[host.\"*.example.org\"]\ntimeout = 1\nuser = \"a\"\n"
                      "[host.\"ftp.example.org\"]\ntimeout = 2\n"
                      "[host.\"A.example.org\"]\ntimeout = 3\n"
                      "[defaults]\ntimeout = 9\nuser = \"d\"\naccount = \"acct\"\n";
    const auto got = effective(text, get, "ftp.example.org");
    CHECK(got.timeout == 2s);
    CHECK(got.user == "a");
    CHECK(got.account == "acct");
    CHECK(effective(text, get, "a.EXAMPLE.org").timeout == 3s);
    CHECK(effective(text, get, "example.org").timeout == 9s);
    CHECK(effective(text, get, "").timeout == 9s);
}

TEST_CASE("configuration: no host yet -> no table of a host, not even one for all") {
    CHECK_FALSE(effective("[host.\"*\"]\nquiet = true\n", get, "").quiet);
}

TEST_CASE("configuration: false -> takes back what an earlier table said, and no more") {
    const auto text = "[defaults]\nresume = true\nactive = true\n"
                      "[host.h]\nresume = false\npassive = false\n";
    CHECK_FALSE(effective(text, get, "h").resume);
    CHECK(effective(text, get, "h").data == data_mode::active);
    CHECK(effective(text, get, "other").resume);
    CHECK(effective(text, with(get, {"-c"}), "h").resume);
}

TEST_CASE("configuration: a switch and its opposite -> the last one counts") {
    CHECK(effective("[defaults]\npassive = true\nactive = true\n", get).data == data_mode::active);
    CHECK(effective("[defaults]\nactive = true\npassive = true\n", get).data == data_mode::passive);
    CHECK(effective("[defaults]\nactive = true\n[host.h]\npassive = true\n", get).data ==
          data_mode::passive);
    CHECK(effective("[defaults]\nby-size = true\n", {"ls", "-t", "u"}).sort == sort_key::time);
}

TEST_CASE("configuration: alternatives -> the one said last does away with the other") {
    const auto text = "[defaults]\npassword-file = \"f\"\n[host.h]\npassword-command = \"c\"\n";
    const auto got = effective(text, get, "h");
    CHECK_FALSE(got.password_file.has_value());
    CHECK(got.password_command == "c");
    CHECK(effective(text, get, "other").password_file == "f");
    const auto given = effective(text, with(get, {"--password-file", "g"}), "h");
    CHECK(given.password_file == "g");
    CHECK_FALSE(given.password_command.has_value());
}

TEST_CASE("configuration: a default that the command line contradicts -> no error for the user") {
    const auto text = "[defaults]\ndirectory = \"d\"\nresume = true\nquiet = true\n";
    CHECK_FALSE(effective(text, with(get, {"-o", "x"})).directory.has_value());
    CHECK(effective(text, with(get, {"-o", "x"})).resume);
    CHECK_FALSE(effective(text, with(get, {"-o", "-"})).resume);
    CHECK_FALSE(effective(text, {"put", "--append", "f", "ftp://h/a"}).resume);
    CHECK_FALSE(effective(text, with(get, {"-v"})).quiet);
    // What was given together stays together: the command says what is wrong with it.
    CHECK(effective(text, with(get, {"-o", "x", "-d", "e"})).directory == "e");
}

TEST_CASE("configuration: asked again with the outcome for one host -> nothing of it for another") {
    const auto config = configured("[defaults]\nresume = true\n"
                                   "[host.one]\nuser = \"a\"\npassword-command = \"c\"\n"
                                   "[host.two]\nresume = false\n");
    const auto asked = parse_command_line(with(get, {"--account", "x"}));
    REQUIRE(asked.has_value());
    const auto one = config.effective(*asked, "one", 21);
    REQUIRE(one.has_value());
    CHECK(one->password_command == "c");
    const auto two = config.effective(*one, "two", 21);
    REQUIRE(two.has_value());
    CHECK_FALSE(two->user.has_value());
    CHECK_FALSE(two->password_command.has_value());
    CHECK_FALSE(two->resume);
    CHECK(two->account == "x");
    CHECK(two->operands == one->operands);
    // Also where the file says nothing at all.
    const auto none = configuration().effective(*one, "two", 21);
    REQUIRE(none.has_value());
    CHECK_FALSE(none->user.has_value());
}

TEST_CASE("commands: those with options that the file may hold -> are configurable") {
    for (const auto id : {command_id::get, command_id::ls, command_id::serve})
        CHECK(is_configurable(id));
    for (const auto id :
         {command_id::help, command_id::man, command_id::completions, command_id::demo})
        CHECK_FALSE(is_configurable(id));
}

TEST_CASE("configuration: options of other commands -> are not for this one") {
    const auto text = "[defaults]\nlong = true\nrecursive = true\nport = 21\nuser = \"alice\"\n"
                      "password-file = \"f\"\nmax-sessions = 3\n";
    CHECK(effective(text, {"ls", "u"}).recursive);
    CHECK_FALSE(effective(text, {"rm", "u"}).recursive);
    CHECK_FALSE(effective(text, get).long_format);
    const auto served = effective(text, {"serve", "."}, "");
    CHECK(served.port == 21);
    CHECK(served.max_sessions == 3);
    CHECK_FALSE(served.user.has_value());
    CHECK_FALSE(served.password_file.has_value());
}

TEST_CASE("configuration: ~ in the names of files -> the home; elsewhere it stays") {
    const auto got = effective("[defaults]\ndirectory = \"~/in\"\nuser = \"~/x\"\n"
                               "netrc-file = \"~other/f\"\npassword-command = \"cat ~/p\"\n",
                               get);
    CHECK(got.directory == "/home/u/in");
    CHECK(got.user == "~/x");
    CHECK(got.netrc_file == "~other/f");
    CHECK(got.password_command == "cat ~/p");
}

TEST_CASE("configuration: an array -> as if the option were given as often; empty takes back") {
    CHECK(effective("[defaults]\nuser = [\"a\", \"b\"]\n", get).user == "b");
    CHECK_FALSE(effective("[defaults]\nuser = \"a\"\n[host.h]\nuser = []\n", get).user.has_value());
}

TEST_CASE("configuration: a wrong value -> the option's own words, with file and line") {
    CHECK(refused("[defaults]\n\n# soon\ntimeout = \"soon\"\n").detail() ==
          "config.toml:4: timeout wants seconds, such as 30 or 0.5");
    CHECK(refused("[defaults]\nport = 70000\n").detail() ==
          "config.toml:2: port wants a number from 0 to 65535");
    CHECK(refused("[defaults]\nuser = \"\"\n").detail() == "config.toml:2: user must not be empty");
    CHECK(refused("[defaults]\ntimeout = true\n").detail() ==
          "config.toml:2: timeout wants SECONDS, not true or false");
    CHECK(refused("[defaults]\npassive = \"yes\"\n").detail() ==
          "config.toml:2: passive wants true or false");
    CHECK(refused("[defaults]\npassive = 1\n").detail() ==
          "config.toml:2: passive wants true or false");
    CHECK(refused("[defaults]\nuser = 2026-01-01\n").detail() ==
          "config.toml:2: user wants a text in quotes, a number, true or false");
    CHECK(refused("[defaults]\nuser = [[1]]\n").detail().starts_with("config.toml:2: user wants"));
    CHECK(refused("[defaults.user]\n").detail().starts_with("config.toml:1: user wants"));
}

TEST_CASE("configuration: what is mistyped -> the nearest is suggested") {
    const auto option = refused("[defaults]\ntimout = 3\n");
    CHECK(option.detail() == "config.toml:2: there is no option timout");
    CHECK(option.advice() == "did you mean timeout?");
    CHECK(refused("[defaults]\npassword_file = \"x\"\n").advice() == "did you mean password-file?");
    CHECK(refused("[defaults]\nfrobnicate = 1\n").advice() ==
          "the options are those of ferry config");
    CHECK(refused("[default]\nuser = \"a\"\n").advice() == "did you mean [defaults]?");
    CHECK(refused("\n[[defaults]]\n").detail() == "config.toml:2: defaults is no table");
    CHECK(refused("timeout = 3\n").detail() == "config.toml:1: timeout stands in no table");
}

TEST_CASE("configuration: what is no default -> refused, and where it belongs is said") {
    CHECK(refused("[defaults]\njson = true\n").detail() ==
          "config.toml:2: json is no default: give it on the command line as --json");
    for (const auto* key : {"help", "version", "output", "append", "anonymous", "keep"})
        CHECK(
            refused("[defaults]\n" + std::string(key) + " = true\n").detail().find("no default") !=
            std::string::npos);
    const auto secret = refused("[host.\"h\"]\npassword = \"s3cret\"\n");
    CHECK(secret.detail() == "config.toml:2: passwords do not belong into this file");
    CHECK(secret.advice().find("password-command") != std::string_view::npos);
    CHECK(secret.message().find("s3cret") == std::string::npos);
}

TEST_CASE("configuration: what is not TOML -> the line") {
    CHECK(refused("[defaults]\ntimeout = \n").detail().starts_with("config.toml:2: not TOML: "));
    CHECK(
        refused("[defaults]\nuser = \"a\"\nuser = \"b\"\n").detail().starts_with("config.toml:3"));
    CHECK(refused("[host.\"a\"]\n[host.\"a\"]\n").detail().starts_with("config.toml:2"));
    CHECK(refused("[defaults]\nuser = \"\xFF\"\n").detail().starts_with("config.toml:2"));
    for (const std::string odd : {"[[[", "[[=", "[[[1]]]", "gr\xC3\xBC\x6E = 1", "\xEF\xBB\x88",
                                  "x = 1 \xC3\xBC", "= 1", "["})
        CHECK(refused(odd).detail().starts_with("config.toml:1: not TOML: "));
    CHECK(refused(std::string(10'000, '[')).detail().starts_with("config.toml:1"));
}

TEST_CASE("configuration: hosts that are written wrongly -> how to write them") {
    CHECK(refused("[host.ftp.example.org]\nuser = \"a\"\n").advice() ==
          "names with dots want quotes: [host.\"ftp.example.org\"]");
    CHECK(refused("[host]\nuser = \"a\"\n").advice() ==
          "a table of a host begins with [host.\"PATTERN\"]");
    CHECK(refused("host = 1\n").detail() == "config.toml:1: host is no table");
    CHECK(refused("[host.\"h:0\"]\n").detail() ==
          "config.toml:1: \"h:0\" wants a port from 1 to 65535 behind its :");
    CHECK(refused("[host.\"ftp://h/\"]\n").detail().find("ftp.example.org") != std::string::npos);
    const auto misplaced = refused("[host.h]\nport = 2121\n");
    CHECK(misplaced.detail() == "config.toml:2: port is an option of ferry serve, not of a host");
    CHECK(misplaced.advice() == "put it below [defaults]");
    refused("[host.\"\"]\n");
    refused("[host.\"alice@h\"]\n");
    refused("[host.\":21\"]\n");
    refused("[host.\"[::1\"]\n");
    refused("[host.\"[::1]x\"]\n");
}

TEST_CASE("configuration: [shell] and [alias] -> kept as they stand, with their lines") {
    const auto got = configured("[alias]\nll = \"ls -l\"\n[shell]\nprompt = \"> \"\n"
                                "progress = false\ncache-time = 60\n");
    REQUIRE(got.shell_settings().size() == 3);
    CHECK(got.shell_settings()[0].name == "prompt");
    CHECK(got.shell_settings()[0].text == "> ");
    CHECK(got.shell_settings()[0].line == 4);
    CHECK(got.shell_settings()[1].text == "off");
    CHECK(got.shell_settings()[2].text == "60");
    REQUIRE(got.aliases().size() == 1);
    CHECK(got.aliases()[0].name == "ll");
    CHECK(got.aliases()[0].text == "ls -l");
    CHECK(got.aliases()[0].line == 2);
    CHECK_FALSE(got.empty());
    CHECK(refused("[alias]\nll = [\"ls\", \"-l\"]\n").detail() ==
          "config.toml:2: ll wants one text in quotes");
    CHECK(refused("[alias]\nll = true\n").detail() == "config.toml:2: ll wants one text in quotes");
    refused("[shell]\nprompt = [\"a\", \"b\"]\n");
    refused("[shell.more]\n");
}

TEST_CASE("settings for a host: each option once, with the line that counts") {
    const auto got = configured("[host.h]\ntimeout = 2\n[defaults]\ntimeout = 9\nactive = true\n"
                                "[host.\"*\"]\npassive = true\n");
    std::map<std::string_view, std::size_t> lines;
    for (const auto* each : got.settings_for("h", 21))
        CHECK(lines.emplace(each->option, each->line).second);
    CHECK(lines == std::map<std::string_view, std::size_t>{{"timeout", 2}, {"passive", 7}});
}

TEST_CASE("option table: rows of one name -> agree on what the file may give them") {
    for (const auto& one : option_table())
        for (const auto& other : option_table())
            if (one.name == other.name && one.in_file == file_use::allowed &&
                other.in_file == file_use::allowed) {
                CAPTURE(one.name);
                CHECK(one.value == other.value);
                CHECK(one.built_in == other.built_in);
            }
}

TEST_CASE("option table: a built-in value -> is what the arguments begin with") {
    for (const auto& row : option_table()) {
        if (row.built_in.empty()) continue;
        arguments made;
        made.port = 1;
        made.listen = "nowhere";
        made.retries = 0;
        made.tree.connections = 1;
        made.tree.links = ferry::mirror_links::copy;
        made.tree.names = ferry::mirror_names::macos;
        made.verify = ferry::verify_mode::none;
        made.tls.mode = ferry::tls_mode::off;
        made.tls.minimum = made.server_tls.minimum = ferry::tls_version::tls_1_3;
        const auto same = [&] {
            if (row.name == "port") return made.port == arguments().port;
            if (row.name == "listen") return made.listen == arguments().listen;
            if (row.name == "retries") return made.retries == arguments().retries;
            if (row.name == "jobs") return made.tree.connections == arguments().tree.connections;
            if (row.name == "links") return made.tree.links == arguments().tree.links;
            if (row.name == "names") return made.tree.names == arguments().tree.names;
            if (row.name == "verify") return made.verify == arguments().verify;
            if (row.name == "tls") return made.tls.mode == arguments().tls.mode;
            if (row.name == "tls-min" && row.group == option_group::server)
                return made.server_tls.minimum == arguments().server_tls.minimum;
            if (row.name == "tls-min") return made.tls.minimum == arguments().tls.minimum;
            return false;
        };
        CAPTURE(row.name);
        CHECK_FALSE(same());
        REQUIRE(row.apply(made, row.built_in).has_value());
        CHECK(same());
    }
}

TEST_CASE("host pattern: *, ?, case, ports and IPv6") {
    const auto fits = [](std::string_view pattern, std::string_view host, std::uint16_t port = 21) {
        const auto made = host_pattern::parse(pattern);
        REQUIRE_MESSAGE(made.has_value(), pattern);
        return made->fits(host, port);
    };
    CHECK(fits("ftp.example.org", "FTP.Example.ORG"));
    CHECK_FALSE(fits("ftp.example.org", "ftp.example.org.evil"));
    CHECK_FALSE(fits("ftp.example.org", "ftp-example.org"));
    CHECK(fits("*.example.org", "a.b.example.org"));
    CHECK_FALSE(fits("*.example.org", "example.org"));
    CHECK(fits("ftp?.example.org", "ftp1.example.org"));
    CHECK_FALSE(fits("ftp?.example.org", "ftp.example.org"));
    CHECK(fits("*a*b*", "xxaxxbxx"));
    CHECK_FALSE(fits("*a*b*", "xxbxxaxx"));
    CHECK(fits("*ab", "aab"));
    CHECK(fits("**", "anything"));
    CHECK(fits("FTP[0-9].Example.org", "ftp7.EXAMPLE.org"));
    CHECK(fits("h:2121", "h", 2121));
    CHECK_FALSE(fits("h:2121", "h", 21));
    CHECK(fits("*:990", "h", 990));
    CHECK(fits("::1", "::1", 2121));
    CHECK(fits("[::1]", "::1", 2121));
    CHECK(fits("[::1]:2121", "::1", 2121));
    CHECK_FALSE(fits("[::1]:2121", "::1", 21));
    CHECK_FALSE(fits("*a*a*a*a*a*a*a*a*b", std::string(2000, 'a')));
}

TEST_CASE("TOML text: quotes, backslashes, controls -> a text that reads back the same") {
    CHECK(toml_quoted("plain") == "\"plain\"");
    CHECK(toml_quoted("a\"b\\c") == R"("a\"b\\c")");
    CHECK(toml_quoted("\x1b[1m") == R"("\U0000001B[1m")");
    for (const std::string text : {"", "grün", "a\nb\tc", "\xC2\x9B", "\xE2\x80\xAE x", "\x7F"}) {
        const auto quoted = toml_quoted(text);
        CAPTURE(quoted);
        CHECK(std::ranges::none_of(quoted, [](char c) { return c >= 0 && c < ' '; }));
        const auto tables = read_tables("[alias]\nx = " + quoted + "\n", "f");
        REQUIRE(tables.has_value());
        CHECK(tables->front().entries.front().texts.front() == text);
    }
}
