#include "cli/shell/interrupts.hpp"
#include "cli/shell/local_process.hpp"
#include "cli/terminal.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

using namespace ferry::cli;
using ferry::errc;
using ferry::test::temporary_directory;

namespace {

/// Which shell runs the commands, until the end of the scope.
class chosen_shell {
public:
    explicit chosen_shell(const char* path) {
        if (const char* before = ::getenv("SHELL")) before_ = before;
        ::setenv("SHELL", path, 1);
    }

    ~chosen_shell() {
        if (before_)
            ::setenv("SHELL", before_->c_str(), 1);
        else
            ::unsetenv("SHELL");
    }

    chosen_shell(const chosen_shell&) = delete;
    chosen_shell& operator=(const chosen_shell&) = delete;

private:
    std::optional<std::string> before_;
};

std::string in(const temporary_directory& dir, std::string_view name) {
    return (dir / name).string();
}

int status_of(const std::string& command) {
    const auto ended = run_local(command);
    REQUIRE(ended.has_value());
    return *ended;
}

} // namespace

TEST_CASE("local process: a command ends -> its status, 128 + N for a signal") {
    const chosen_shell shell("/bin/sh");
    CHECK(status_of("exit 0") == 0);
    CHECK(status_of("exit 7") == 7);
    CHECK(status_of("kill -KILL $$") == 128 + SIGKILL);
    CHECK(status_of("no-such-command 2>/dev/null") == 127);
}

TEST_CASE("local process: no shell, or one that is not there -> /bin/sh, or a failure naming it") {
    {
        const chosen_shell shell("");
        CHECK(status_of("exit 3") == 3);
    }
    const chosen_shell shell("/no/such/shell");
    const auto ended = run_local("exit 0");
    REQUIRE_FALSE(ended.has_value());
    CHECK(ended.error().code() == errc::local_not_found);
    CHECK(ended.error().detail().find("/no/such/shell") != std::string::npos);
}

TEST_CASE("local process: signals blocked or ignored here -> neither in the command") {
    const chosen_shell shell("/bin/sh");
    const interrupts signals; // blocks SIGINT
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    CHECK(status_of("kill -INT $$; exit 0") == 128 + SIGINT);
    CHECK(status_of("kill -PIPE $$; exit 0") == 128 + SIGPIPE);
    std::signal(SIGPIPE, before);
}

TEST_CASE("local process: open descriptors -> not passed on") {
    const temporary_directory dir;
    const chosen_shell shell("/bin/sh");
    const int open = ::open(in(dir, "x").c_str(), O_CREAT | O_RDWR, 0600); // without CLOEXEC
    REQUIRE(open >= 0);
    REQUIRE(::dup2(open, 9) == 9);
    CHECK(status_of("test ! -e /proc/self/fd/9") == 0);
    ::close(open);
    ::close(9);
}

TEST_CASE("output redirection: to a file -> written, appended, and stdout as before") {
    const temporary_directory dir;
    dir.write("out", "what was there\n");
    for (const bool append : {false, true}) {
        auto out = output_redirection::to_file(in(dir, "out"), append);
        REQUIRE(out.has_value());
        write_out(append ? "second\n" : "first\n");
        CHECK(out->finish() == 0);
    }
    CHECK(dir.read("out") == "first\nsecond\n");
}

TEST_CASE("output redirection: what was written before and after -> not in the file") {
    const temporary_directory dir;
    auto outer = output_redirection::to_file(in(dir, "outer"), false);
    REQUIRE(outer.has_value());
    write_out("before\n");
    {
        auto inner = output_redirection::to_file(in(dir, "inner"), false);
        REQUIRE(inner.has_value());
        write_out("within\n");
        const auto moved = *std::move(inner); // ends with its owner
    }
    write_out("after\n");
    CHECK(outer->finish() == 0);
    CHECK(outer->finish() == 0); // again: nothing
    CHECK(dir.read("outer") == "before\nafter\n");
    CHECK(dir.read("inner") == "within\n");
}

TEST_CASE("output redirection: a file that cannot be opened -> a failure naming it") {
    const temporary_directory dir;
    const auto missing = output_redirection::to_file(in(dir, "no/such"), false);
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().exit_status() == 8);
    CHECK(missing.error().detail().find("no/such") != std::string::npos);
    const auto directory = output_redirection::to_file(dir.path().string(), true);
    REQUIRE_FALSE(directory.has_value());
    CHECK(directory.error().exit_status() == 8);
}

TEST_CASE("output redirection: a full disk -> a failure naming the file, and forgotten behind it") {
    auto out = output_redirection::to_file("/dev/full", true);
    REQUIRE(out.has_value());
    write_out("lost\n");
    const auto ended = out->finish();
    REQUIRE_FALSE(ended.has_value());
    CHECK(ended.error().code() == errc::local_no_space);
    CHECK(ended.error().detail().find("/dev/full") != std::string::npos);
    CHECK(finish_out().has_value());
}

TEST_CASE("output redirection: to a command -> it reads all, and gives its status") {
    const temporary_directory dir;
    const chosen_shell shell("/bin/sh");
    auto out = output_redirection::to_command("cat > '" + in(dir, "copy") + "'; exit 5");
    REQUIRE(out.has_value());
    std::string text;
    for (int i = 0; i < 50'000; ++i)
        text += std::to_string(i) + "\n";
    write_out(text);
    CHECK(out->finish() == 5);
    CHECK(dir.read("copy") == text);
}

TEST_CASE("output redirection: a command that does not read on -> unread, which is no failure") {
    const chosen_shell shell("/bin/sh");
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    auto out = output_redirection::to_command("exec 0<&-; exit 0");
    REQUIRE(out.has_value());
    const std::string block(65536, 'x');
    // The pipe takes some blocks before it is known that nobody reads them.
    for (int i = 0; i < 1000 && !output_is_unread(); ++i)
        write_out(block);
    CHECK(output_is_unread());
    CHECK(out->finish() == 0);
    CHECK_FALSE(output_is_unread());
    std::signal(SIGPIPE, before);
}
