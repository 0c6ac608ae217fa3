// Commands: nothing that ends a line gets through, and the server reads what the client wrote.
#include "wire/command.hpp"

#include "base/limits.hpp"
#include "wire/line_splitter.hpp"

#include <doctest/doctest.h>

using namespace std::string_literals;
using namespace ferry;
using wire::command;
using wire::format_command;
using wire::parse_command;

namespace {

// As a server does it: splits the line off, then parses.
command through_a_server(std::string_view bytes) {
    wire::line_splitter lines(limits::command_line * 2);
    lines.feed(bytes);
    const auto line = lines.next();
    REQUIRE((line && *line));
    const auto parsed = parse_command(**line);
    REQUIRE(parsed);
    CHECK(lines.pending() == 0);
    return *parsed;
}

} // namespace

TEST_CASE("command: formatted -> one line with CRLF") {
    CHECK(format_command("NOOP").value() == "NOOP\r\n");
    CHECK(format_command("RETR", "a b").value() == "RETR a b\r\n");
    CHECK(format_command("RETR", " a ").value() == "RETR  a \r\n");
    CHECK(format_command("CWD", "\xff").value() == "CWD \xff\xff\r\n");
}

TEST_CASE("command: CR, LF or NUL in it -> refused, naming the character and its place") {
    const auto refused = [](std::string_view verb, std::string_view argument) {
        const auto line = format_command(verb, argument);
        REQUIRE_FALSE(line);
        CHECK(line.error().code() == errc::invalid_argument);
        return line.error().detail();
    };
    CHECK(refused("RETR", "a\r\nDELE b") == "CR at byte 2 of the argument");
    CHECK(refused("RETR", "abc\n") == "LF at byte 4 of the argument");
    CHECK(refused("RETR", "\0x"s) == "NUL at byte 1 of the argument");
    CHECK(refused("NOOP\nDELE b", "") == "LF at byte 5 of the verb");
    CHECK(refused("", "x") == "a command without a verb");
}

TEST_CASE("command: an argument at the cap -> sent; one byte more -> refused") {
    const std::string longest(limits::command_argument, 'x');
    CHECK(format_command("RETR", longest).value().size() == longest.size() + 7);
    const auto beyond = format_command("RETR", longest + "x");
    REQUIRE_FALSE(beyond);
    CHECK(beyond.error().code() == errc::invalid_argument);
}

TEST_CASE("command: read -> verb in upper case, argument byte for byte") {
    CHECK(parse_command("noop").value() == command("NOOP", ""));
    CHECK(parse_command("Retr a").value() == command("RETR", "a"));
    CHECK(parse_command("RETR  a b ").value() == command("RETR", " a b "));
    CHECK(parse_command("RETR ").value() == command("RETR", ""));
    CHECK(parse_command("CWD \xff\n").value() == command("CWD", "\xff\n"));
}

TEST_CASE("command: no verb, too long a verb, CR or NUL -> refused") {
    for (const auto& bad : {""s, " NOOP"s, "12"s, "RE-TR x"s, "RETR\tx"s, "GET/ x"s, "RETR a\rb"s,
                            "RETR a\0b"s, "\0"s, "ABCDEFGHIJKLMNOPQ"s}) {
        const auto parsed = parse_command(bad);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code() == errc::invalid_argument);
    }
    CHECK(parse_command("xsha256 a").value() == command("XSHA256", "a"));
    CHECK(parse_command("ABCDEFGHIJKLMNOP x").value() == command("ABCDEFGHIJKLMNOP", "x"));
}

TEST_CASE("command: formatted, then read by a server -> the same") {
    for (const auto& given :
         {command("NOOP", ""), command("RETR", "name with  spaces "), command("CWD", " "),
          command("STOR", "\xff\xff"
                          "caf\xc3\xa9\xff"),
          command("PASS", "p@ss;w\"ord\\"), command("SITE", "CHMOD 755 x"),
          command("MKD", std::string(limits::command_argument, '\xff'))})
        CHECK(through_a_server(format_command(given.verb, given.argument).value()) == given);
}
