// Listings as streams: any split gives the same, and one bad line loses no other.
#include "wire/listing.hpp"

#include "base/limits.hpp"
#include "support/splits.hpp"

#include <doctest/doctest.h>

using namespace std::chrono;
using namespace ferry;
using wire::listing_format;
using wire::listing_parser;

namespace {

constexpr sys_seconds now = sys_days(2026y / 5 / 20);

std::string take_all(listing_parser& parser) {
    std::string seen;
    while (const auto item = parser.next())
        seen += '[' + item->name + ']';
    return seen;
}

// The names, then how many lines were odd and how many names unsafe.
std::string read(listing_format format, std::string_view bytes) {
    return test::same_at_every_split(bytes, [&](const test::pieces& pieces) {
        listing_parser parser(format, now);
        std::string seen;
        for (const auto piece : pieces) {
            parser.feed(piece);
            seen += take_all(parser);
        }
        parser.finish();
        seen += take_all(parser);
        return seen + ' ' + std::to_string(parser.lines_not_understood()) + ' ' +
               std::to_string(parser.unsafe_names());
    });
}

} // namespace

TEST_CASE("listing: MLSD -> entries without the directory itself") {
    CHECK(read(listing_format::mlsd, "type=cdir; .\r\ntype=pdir; ..\r\ntype=file;size=1; a b\r\n"
                                     "type=dir; \xff\r\n") == "[a b][\xff] 0 0");
}

TEST_CASE("listing: LIST of both kinds -> entries") {
    CHECK(read(listing_format::list,
               "total 8\r\ndrwxr-xr-x 2 o g 4096 Mar 01 12:34 .\r\n"
               "-rw-r--r-- 1 o g 5 Mar 01 12:34 a\r\n\r\n-rw-r--r-- 1 o g 5 Mar 01 12:34  b\n"
               "03-01-26  12:34PM       <DIR>          c\r\n") == "[a][ b][c] 0 0");
}

TEST_CASE("listing: NLST -> names; of paths the last component") {
    CHECK(read(listing_format::nlst, "a\r\n b \r\n.\r\n..\r\nd/e\r\n./f\r\n") ==
          "[a][ b ][e][f] 0 0");
    CHECK(read(listing_format::nlst, "d/\r\nd/..\r\n") == " 0 1");
}

TEST_CASE("listing: nothing at all -> no entries") {
    for (const auto format : {listing_format::mlsd, listing_format::list, listing_format::nlst})
        CHECK(read(format, "") == " 0 0");
}

TEST_CASE("listing: a last line without its end -> an entry when the data end") {
    CHECK(read(listing_format::nlst, "a\r\nb") == "[a][b] 0 0");
    CHECK(read(listing_format::nlst, "a\r\nb\r") == "[a][b] 0 0");
    listing_parser parser(listing_format::nlst, now);
    parser.feed("a");
    CHECK_FALSE(parser.next());
    parser.finish();
    CHECK(parser.next().value().name == "a");
    CHECK(parser.breaks_off());
    parser.finish();
    CHECK_FALSE(parser.breaks_off());
    CHECK_FALSE(parser.next());
}

TEST_CASE("listing: lines not understood -> counted, the first kept, the others read") {
    CHECK(read(listing_format::list,
               "ls: x: denied\r\n-rw-r--r-- 1 o g 5 Mar 01 12:34 a\r\n?\r\n") == "[a] 2 0");
    CHECK(read(listing_format::mlsd, "nonsense\r\ntype=file; a\r\n") == "[a] 1 0");
    listing_parser parser(listing_format::list, now);
    parser.feed("first\r\nsecond\r\n");
    CHECK_FALSE(parser.next());
    CHECK(parser.first_odd_line() == "first");
}

TEST_CASE("listing: names that are no names -> passed over and counted") {
    CHECK(read(listing_format::mlsd, "type=file; ../x\r\ntype=file; /etc/passwd\r\ntype=dir; ..\r\n"
                                     "type=file; a/b\r\ntype=file; good\r\n") == "[good] 0 4");
    CHECK(read(listing_format::list, "-rw-r--r-- 1 o g 5 Mar 01 12:34 ../../x\r\n"
                                     "drwxr-xr-x 1 o g 5 Mar 01 12:34 /etc/\r\n") == " 0 2");
    CHECK(read(listing_format::mlsd, std::string("type=file; a\0b\r\n", 16)) == " 0 1");
}

TEST_CASE("listing: a line at the cap -> an entry; one byte more -> counted, the next is read") {
    const std::string name(limits::listing_line, 'x');
    listing_parser parser(listing_format::nlst, now);
    parser.feed(name + "\r\n" + name + "y\r\nz\r\n");
    CHECK(parser.next().value().name == name);
    CHECK(parser.next().value().name == "z");
    CHECK(parser.lines_not_understood() == 1);
    CHECK(parser.first_odd_line() ==
          "a line of more than " + std::to_string(limits::listing_line) + " bytes");
}

TEST_CASE("listing: an odd line of any length -> only its beginning is kept") {
    listing_parser parser(listing_format::list, now);
    parser.feed(std::string(limits::listing_line, 'x') + "\n");
    CHECK_FALSE(parser.next());
    CHECK(parser.first_odd_line().size() == 256);
}
