// Replies: single and multi-line, the sloppy kinds, caps, and the way back.
#include "wire/reply_parser.hpp"

#include "support/splits.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace ferry;
using wire::reply_parser;

namespace {

std::string show(const reply& what) {
    auto text = std::to_string(what.code);
    for (const auto& line : what.lines)
        text += '[' + line + ']';
    return text;
}

// All replies, then the error if there is one, then "+" if bytes are pending.
std::string replies_of(const test::pieces& pieces) {
    reply_parser parser;
    std::string seen;
    for (const auto piece : pieces) {
        parser.feed(piece);
        for (;;) {
            auto next = parser.next();
            if (!next) return seen + std::string(describe(next.error().code()).name);
            if (!*next) break;
            seen += show(**next);
        }
    }
    return parser.has_pending() ? seen + '+' : seen;
}

std::string read(std::string_view bytes) {
    return test::same_at_every_split(bytes, replies_of);
}

std::string format(const reply& what) {
    std::string out;
    wire::format_reply(what, out);
    return out;
}

reply make(int code, std::vector<std::string> lines) {
    reply made;
    made.code = code;
    made.lines = std::move(lines);
    return made;
}

} // namespace

TEST_CASE("reply: one line -> code and text") {
    CHECK(read("220 Welcome\r\n") == "220[Welcome]");
    CHECK(read("220 Welcome\n") == "220[Welcome]");
    CHECK(read("220 \r\n") == "220[]");
    CHECK(read("220\r\n") == "220[]");
    CHECK(read("220  two spaces \r\n") == "220[ two spaces ]");
}

TEST_CASE("reply: several lines -> one reply") {
    CHECK(read("220-a\r\n220-b\r\n220 c\r\n") == "220[a][b][c]");
    CHECK(read("211-Features:\r\n MDTM\r\n SIZE\r\n211 End\r\n") ==
          "211[Features:][ MDTM][ SIZE][End]");
    CHECK(read("220-\r\n\r\n220 \r\n") == "220[][][]");
    CHECK(read("220-a\nb\n220\n") == "220[a][b][]");
}

TEST_CASE("reply: inner lines that look like replies -> they are text") {
    CHECK(read("220-a\r\n230 not the end\r\n220x\r\n22\r\n220\tno\r\n 220 no\r\n220 end\r\n") ==
          "220[a][230 not the end][220x][22][220\tno][ 220 no][end]");
    CHECK(read("220-a\r\n230-other\r\n220 end\r\n") == "220[a][230-other][end]");
}

TEST_CASE("reply: several in one read -> one after the other") {
    CHECK(read("150 Here\r\n226 Done\r\n") == "150[Here]226[Done]");
    CHECK(read("230-a\r\n230 b\r\n215 UNIX\r\n226") == "230[a][b]215[UNIX]+");
}

TEST_CASE("reply: trailing bytes behind one reply -> pending, the reply is not touched") {
    for (const auto* trailing : {"2", "220", "220-x\r\n", "\xff"}) {
        const auto seen = read("234 Go\r\n" + std::string(trailing));
        CHECK(seen == "234[Go]+");
    }
    reply_parser parser;
    parser.feed("234 Go\r\n220 injected\r\n");
    CHECK(parser.next().value().value().code == 234);
    CHECK(parser.has_pending());
}

TEST_CASE("reply: Telnet commands -> dropped; a doubled 255 -> one") {
    CHECK(read("\xff\xfd\x18"
               "220 a\xff\xff"
               "b\xff\xf1\r\n") == "220[a\xff"
                                   "b]");
}

TEST_CASE("reply: a first line without a code -> the protocol is broken") {
    for (const auto* bad :
         {"hello\r\n", "\r\n", "22\r\n", "220text\r\n", "2200 x\r\n", "099 x\r\n", "600 x\r\n",
          "1x0 a\r\n", " 220 x\r\n", "HTTP/1.1 200 OK\r\n", "SSH-2.0-OpenSSH\r\n"}) {
        INFO(bad);
        CHECK(read(bad) == "protocol_error");
    }
    CHECK(read("220 ok\r\nnonsense\r\n") == "220[ok]protocol_error");
}

TEST_CASE("reply: an error about a line -> keeps what the server said") {
    reply_parser parser;
    parser.feed("HTTP/1.1 400 Bad\r\n");
    const auto next = parser.next();
    REQUIRE_FALSE(next);
    CHECK(next.error().reply_text() == "HTTP/1.1 400 Bad");
    CHECK(describe(next.error().code()).who == blame::peer);
}

TEST_CASE("reply: a line at its cap -> taken; one byte more -> refused") {
    const std::string text(limits::reply_line - 4, 'x');
    CHECK(replies_of({"220 " + text + "\r\n"}) == "220[" + text + "]");
    CHECK(replies_of({"220 " + text + "x\r\n"}) == "limit_exceeded");
    CHECK(replies_of({"220 " + text, "xx"}) == "limit_exceeded");
}

TEST_CASE("reply: all lines at their cap -> taken; one byte more -> refused") {
    // 32 lines of equal cost fill the cap.
    static_assert(limits::reply_total % 32 == 0);
    const auto cost = limits::reply_total / 32;
    const std::string line = std::string(cost - reply_parser::line_cost, 'x') + "\r\n";
    std::string bytes = "220-" + line.substr(4);
    for (int i = 0; i < 30; ++i)
        bytes += line;
    CHECK(replies_of({bytes + "220 " + line.substr(4)}).starts_with("220[x"));
    CHECK(replies_of({bytes + "220 x" + line.substr(4)}) == "limit_exceeded");
}

TEST_CASE("reply: an endless multi-line reply of empty lines -> refused before memory grows") {
    reply_parser parser;
    parser.feed("220-a\r\n");
    std::size_t fed = 0;
    for (; fed < limits::reply_total; fed += 1000) {
        parser.feed(std::string(1000, '\n'));
        if (!parser.next()) break;
    }
    CHECK(fed <= limits::reply_total / reply_parser::line_cost);
}

TEST_CASE("reply: formatted -> reads back the same") {
    const std::array replies{
        make(220, {"Welcome"}),
        make(220, {""}),
        make(211, {"Features:", " MDTM", " REST STREAM", "End"}),
        make(230, {"", "", ""}),
        make(250, {"a", "230 other", "230-other", "25", "250x", "b"}),
        make(257, {"\"/\xff\" is \xff\xff"}),
        make(200, {" leading", " and trailing "}),
    };
    for (const auto& what : replies) {
        INFO(format(what));
        CHECK(read(format(what)) == show(what));
    }
}

TEST_CASE("reply: an inner line that would end it -> indented") {
    CHECK(format(make(220, {"a", "220 b", "220-c", "220", "d"})) ==
          "220-a\r\n 220 b\r\n 220-c\r\n 220\r\n220 d\r\n");
}

TEST_CASE("reply: text that holds line ends -> cannot forge a reply") {
    CHECK(format(reply(550, "a\r\n226 done")) == "550 a??226 done\r\n");
    CHECK(format(make(250, {"a\n250 x", std::string(1, '\0'), "c"})) ==
          "250-a?250 x\r\n?\r\n250 c\r\n");
    CHECK(format(make(200, {})) == "200 \r\n");
}
