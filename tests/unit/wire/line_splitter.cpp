// Lines out of bytes: line ends, Telnet, the cap and what a flood costs.
#include "wire/line_splitter.hpp"

#include "support/splits.hpp"

#include <doctest/doctest.h>

using namespace std::string_literals;
using namespace ferry;
using wire::line_splitter;

namespace {

// Each line in brackets, "!" for one beyond the cap.
std::string lines_of(line_splitter& from) {
    std::string seen;
    for (;;) {
        const auto line = from.next();
        if (!line) {
            CHECK(line.error().code() == errc::limit_exceeded);
            seen += '!';
        } else if (!*line) {
            return seen;
        } else {
            seen += '[' + std::string(**line) + ']';
        }
    }
}

std::string split(std::string_view bytes, std::size_t cap = 100,
                  line_splitter::content kind = line_splitter::content::telnet) {
    return test::same_at_every_split(bytes, [&](const test::pieces& pieces) {
        line_splitter splitter(cap, kind);
        std::string seen;
        for (const auto piece : pieces) {
            splitter.feed(piece);
            seen += lines_of(splitter);
        }
        return seen;
    });
}

} // namespace

TEST_CASE("line splitter: CRLF and LF -> lines without their ends, the rest is held") {
    CHECK(split("a\r\nbc\n\r\n\nrest") == "[a][bc][][]");
    CHECK(split("a\rb\r\r\n") == "[a\rb\r]");
    CHECK(split("") == "");
}

TEST_CASE("line splitter: several lines in one feed with no reading between -> all of them") {
    line_splitter splitter(100);
    splitter.feed("a\r\nb");
    splitter.feed("\r\nc\r\nd");
    CHECK(lines_of(splitter) == "[a][b][c]");
    splitter.feed("\n");
    CHECK(lines_of(splitter) == "[d]");
}

TEST_CASE("line splitter: Telnet commands -> dropped, a doubled 255 is one") {
    CHECK(split("a\xff\xf1"
                "b\r\n") == "[ab]");
    CHECK(split("\xff\xfb\x18"
                "a\xff\xfe\n"
                "b\r\n") == "[ab]");
    CHECK(split("a\xff\xff"
                "b\r\n") == "[a\xff"
                            "b]");
    CHECK(split("\xff\xff\xff\xff\xff\xf4\r\n") == "[\xff\xff]");
}

TEST_CASE("line splitter: the bytes around ABOR, with and without the data mark -> ABOR alone") {
    CHECK(split("\xff\xf4\xff\xf2"
                "ABOR\r\n") == "[ABOR]");
    CHECK(split("\xff\xf4\xff"
                "ABOR\r\n") == "[ABOR]");
    CHECK(split("\xff\xf4"
                "ABOR\r\n") == "[ABOR]");
}

TEST_CASE("line splitter: an IAC before a line end -> the line ends") {
    CHECK(split("a\xff\r\nb\r\n") == "[a][b]");
    CHECK(split("a\xff\nb\r\n") == "[a][b]");
}

TEST_CASE("line splitter: a listing -> 255 is a byte as any other") {
    CHECK(split("a\xff\xf4"
                "b\r\n\xff\n",
                100, line_splitter::content::plain) == "[a\xff\xf4"
                                                       "b][\xff]");
}

TEST_CASE("line splitter: a line at the cap -> taken; one byte more -> one error, then the next") {
    CHECK(split("12345678\r\nx\r\n", 8) == "[12345678][x]");
    CHECK(split("12345678\nx\r\n", 8) == "[12345678][x]");
    CHECK(split("123456789\r\nx\r\n", 8) == "![x]");
    CHECK(split("12345678\r\r\nx\r\n", 8) == "![x]");
    CHECK(split("123456789", 8) == "!");
}

TEST_CASE("line splitter: the tail of an overlong line -> never a line of its own") {
    CHECK(split("1234567890DELE x\r\nNOOP\r\n12345678901234567890\nQUIT\r\n", 8) ==
          "![NOOP]![QUIT]");
}

TEST_CASE("line splitter: an endless line -> its bytes are counted and not kept") {
    line_splitter splitter(100);
    const std::string block(1000, 'x');
    std::string seen;
    for (int i = 0; i < 50; ++i) {
        splitter.feed(block);
        seen += lines_of(splitter);
    }
    CHECK(seen == "!");
    CHECK(splitter.pending() == 50'000);
    splitter.feed("\n");
    CHECK(splitter.pending() == 0);
    CHECK(lines_of(splitter).empty());
}

TEST_CASE("line splitter: pending -> bytes without a line, half a Telnet command too") {
    line_splitter splitter(100);
    CHECK(splitter.pending() == 0);
    splitter.feed("220 x\r\nab");
    CHECK(splitter.pending() == 9);
    CHECK(lines_of(splitter) == "[220 x]");
    CHECK(splitter.pending() == 2);
    splitter.feed("\r\n\xff");
    CHECK(lines_of(splitter) == "[ab]");
    CHECK(splitter.pending() == 1);
    splitter.feed("\xf1");
    CHECK(splitter.pending() == 0);
}

TEST_CASE("line splitter: clear in any state -> as new") {
    for (const auto& before : {"abc"s, "\xff"s, "\xff\xfb"s, std::string(200, 'x')}) {
        line_splitter splitter(100);
        splitter.feed(before);
        (void)lines_of(splitter);
        splitter.clear();
        CHECK(splitter.pending() == 0);
        splitter.feed("\xf4 fresh\r\n");
        CHECK(lines_of(splitter) == "[\xf4 fresh]");
    }
}
