#include "cli/shell/history.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <stdlib.h>
#include <sys/stat.h>

using namespace ferry::cli;
using ferry::test::temporary_directory;

namespace {

const history::warn_function no_warning = [](std::string_view what) {
    FAIL("warned: " << std::string(what));
};

std::vector<std::string> lines_of(const history& of) {
    return {of.lines().begin(), of.lines().end()};
}

mode_t mode_of(const std::filesystem::path& path) {
    struct stat about{};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    return about.st_mode & 07777;
}

using strings = std::vector<std::string>;

/// An environment variable with another value, or none, until the end of the scope.
class changed_variable {
public:
    changed_variable(const char* name, const char* value) : name_(name) {
        if (const char* before = ::getenv(name)) before_ = before;
        set(value);
    }

    ~changed_variable() { set(before_ ? before_->c_str() : nullptr); }

    changed_variable(const changed_variable&) = delete;
    changed_variable& operator=(const changed_variable&) = delete;

private:
    void set(const char* value) const {
        if (value != nullptr)
            ::setenv(name_, value, 1);
        else
            ::unsetenv(name_);
    }

    const char* name_;
    std::optional<std::string> before_;
};

} // namespace

TEST_CASE("history: lines with a password -> secrets") {
    for (const auto* line : {
             "open ftp://user:pass@host/dir",
             "get 'ftp://u:p%20w@host/x y'",
             "get ftp://host:21/a ftp://u:pw@host/b",
             "open ftp://u:with/slash@host/",
             "open bob:pw@host",
             "open -u bob,pw host",
             "user bob pw",
             "login bob pw",
             "USER bob pw",
             "us bob pw",
             "user 'bob' \"a b\"",
             "  user   bob\tpw",
             "user bob pa;ss",
             "user 'a;b' pw",
             "cd x; user bob pw",
             "cd x && user bob pw",
             "noop & user bob pw",
             "alias me user bob pw",
             "quote PASS pw",
             "quote pass pw",
             "quote 'PASS pw'",
             "literal PASS pw",
             "raw ACCT x",
             "qu acct x",
             "quote SITE PSWD old new",
             "site pswd old new",
             "account x",
             "acc x",
             "set password x",
             "set proxy-password x",
             "set FTP_PASSWORD x",
             "open --password x host",
             "open --password=x host",
             "get --account=x f",
             "PASSWORD=x",
             "mypass=x",
             "!curl ftp://u:p@h/",
         }) {
        CAPTURE(line);
        CHECK(holds_secret(line));
    }
}

TEST_CASE("history: lines without a password -> no secrets") {
    for (const auto* line : {
             "",
             "ls -l",
             "open ftp://user@host/dir",
             "open ftp://host:2121/dir",
             "open ftp://user:@host/dir",
             "open user@host",
             "get a:b",
             "get mail@example.org",
             "user bob",
             "account",
             "quote PASV",
             "quote SITE HELP",
             "quote PASS",
             "site chmod 644 user",
             "set",
             "set pager less",
             "set passive on",
             "passive on",
             "open --password-file ~/secret host",
             "open --password-command 'pass show ftp' host",
             "get user bob",
             "put users accounts quotes",
             "u a b",
         }) {
        CAPTURE(line);
        CHECK_FALSE(holds_secret(line));
    }
}

TEST_CASE("history: a line is entered -> it is in the file at once, and there in the next run") {
    const temporary_directory dir;
    const auto file = dir / "state/ferry/history";
    {
        history past(file, no_warning);
        CHECK(past.add("ls -l"));
        CHECK(dir.read("state/ferry/history") == "ls -l\n");
        CHECK(past.add("get \xE9t\xC3\xA9")); // bytes stay what they are
    }
    CHECK(mode_of(file) == 0600);
    CHECK(mode_of(dir / "state/ferry") == 0700);
    CHECK(mode_of(dir / "state") == 0700);
    CHECK(lines_of(history(file, no_warning)) == strings{"ls -l", "get \xE9t\xC3\xA9"});
}

TEST_CASE("history: what need not or must not be kept -> neither in memory nor in the file") {
    const temporary_directory dir;
    history past(dir / "history", no_warning);
    CHECK(past.add("one"));
    CHECK_FALSE(past.add("one"));
    CHECK_FALSE(past.add(""));
    CHECK_FALSE(past.add(" two"));
    CHECK_FALSE(past.add("\ttwo"));
    CHECK_FALSE(past.add("user bob secret"));
    CHECK_FALSE(past.add("two\nlines"));
    CHECK_FALSE(past.add(std::string(history::longest_line + 1, 'x')));
    const std::string longest(history::longest_line, 'x');
    CHECK(past.add(longest));
    CHECK(past.add("one"));
    CHECK(lines_of(past) == strings{"one", longest, "one"});
    CHECK(dir.read("history") == "one\n" + longest + "\none\n");
}

TEST_CASE("history: two shells at once -> the lines of both") {
    const temporary_directory dir;
    history first(dir / "history", no_warning);
    history second(dir / "history", no_warning);
    CHECK(first.add("a"));
    CHECK(second.add("b"));
    CHECK(first.add("c"));
    CHECK(lines_of(history(dir / "history", no_warning)) == strings{"a", "b", "c"});
}

TEST_CASE("history: more lines than are kept -> the oldest leave, and the file shrinks") {
    const temporary_directory dir;
    std::string text;
    for (std::size_t i = 0; i <= history::most_lines; ++i)
        text += std::to_string(i) + "\n";
    dir.write("history", text);
    history past(dir / "history", no_warning);
    CHECK(past.lines().size() == history::most_lines);
    CHECK(past.lines().front() == "1");
    CHECK(dir.read("history") == text.substr(2));
    CHECK(mode_of(dir / "history") == 0600);
    CHECK(dir.count() == 1);
    CHECK(past.add("new"));
    CHECK(past.lines().size() == history::most_lines);
    CHECK(past.lines().front() == "2");
}

TEST_CASE("history: as many lines as are kept -> the file stays as it is") {
    const temporary_directory dir;
    std::string text;
    for (std::size_t i = 0; i < history::most_lines; ++i)
        text += std::to_string(i) + "\n";
    dir.write("history", text);
    struct stat before{};
    struct stat after{};
    REQUIRE(::stat((dir / "history").c_str(), &before) == 0);
    CHECK(history(dir / "history", no_warning).lines().size() == history::most_lines);
    REQUIRE(::stat((dir / "history").c_str(), &after) == 0);
    CHECK(before.st_ino == after.st_ino);
}

TEST_CASE("history: a file that others may read -> only its owner, from the next line on") {
    const temporary_directory dir;
    dir.write("history", "old\n");
    REQUIRE(::chmod((dir / "history").c_str(), 0644) == 0);
    history past(dir / "history", no_warning);
    CHECK(past.add("new"));
    CHECK(mode_of(dir / "history") == 0600);
    CHECK(dir.read("history") == "old\nnew\n");
}

TEST_CASE("history: a file that cannot be written -> one warning, and the lines of this run") {
    const temporary_directory dir;
    dir.write("in-the-way", "");
    std::vector<std::string> warnings;
    history past(dir / "in-the-way/history",
                 [&](std::string_view what) { warnings.emplace_back(what); });
    CHECK(past.add("one"));
    CHECK(past.add("two"));
    CHECK(lines_of(past) == strings{"one", "two"});
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find("in-the-way/history") != std::string::npos);
}

TEST_CASE("history: a directory in the place of the file -> one warning at the start") {
    const temporary_directory dir;
    int warnings = 0;
    history past(dir.path(), [&](std::string_view) { ++warnings; });
    CHECK(warnings == 1);
    CHECK(past.add("one"));
    CHECK(warnings == 1);
}

TEST_CASE("history: a link to /dev/null, or no file -> the lines of this run, and no warning") {
    const temporary_directory dir;
    std::filesystem::create_symlink("/dev/null", dir / "history");
    history past(dir / "history", no_warning);
    CHECK(past.add("one"));
    CHECK(std::filesystem::is_symlink(dir / "history"));
    history fileless({}, no_warning);
    CHECK(fileless.add("one"));
    CHECK(lines_of(fileless) == strings{"one"});
}

TEST_CASE("history: its place -> in the state directory of XDG, else below the home") {
    const changed_variable home("HOME", "/home/me");
    {
        const changed_variable state("XDG_STATE_HOME", "/state");
        CHECK(history_file() == "/state/ferry/history");
    }
    {
        const changed_variable state("XDG_STATE_HOME", "relative");
        CHECK(history_file() == "/home/me/.local/state/ferry/history");
    }
    const changed_variable state("XDG_STATE_HOME", nullptr);
    CHECK(history_file() == "/home/me/.local/state/ferry/history");
    const changed_variable no_home("HOME", nullptr);
    CHECK(history_file().empty());
}
