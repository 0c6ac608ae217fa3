// LIST lines: the UNIX and MS-DOS kinds in their variants, and the way back.
#include "wire/facts.hpp"
#include "wire/listing.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace std::chrono;
using namespace ferry;

namespace {

constexpr sys_seconds now = sys_days(2026y / 5 / 20) + 10h;
constexpr sys_seconds march = sys_days(2026y / 3 / 1) + 12h + 34min;

entry read(std::string_view line, sys_seconds at = now) {
    INFO(line);
    const auto parsed = wire::parse_list_line(line, at);
    REQUIRE(parsed);
    REQUIRE(*parsed);
    return **parsed;
}

// "name type size owner group permissions", for tables.
std::string brief(std::string_view line) {
    const auto item = read(line);
    return item.name + '|' + std::string(to_string(item.type)) + '|' +
           (item.size ? std::to_string(*item.size) : "-") + '|' + item.owner + '|' + item.group +
           '|' + item.permissions;
}

std::string write(const entry& item, sys_seconds at = now) {
    std::string out;
    wire::format_list_line(item, at, out);
    return out;
}

} // namespace

TEST_CASE("UNIX LIST: columns in all their variants -> the same entry") {
    const auto* const expected = "name|file|1234|owner|group|rw-r--r--";
    for (const auto* line : {
             "-rw-r--r--    1 owner    group          1234 Mar 01 12:34 name",
             "-rw-r--r-- 1 owner group 1234 Mar  1 12:34 name",
             "-rw-r--r--+   1 owner group 1234 Mar 01 12:34 name",
             "-rw-r--r--.   1 owner group 1234 Mar 01 12:34 name",
             "-rw-r--r--@   1 owner group 1234 Mar 01 12:34 name",
             "-rw-r--r--\t1\towner\tgroup\t1234\tMar\t01\t12:34 name",
             "-rw-r--r--    owner    group          1234 Mar 01 12:34 name",
             "1048577 -rw-r--r-- 1 owner group 1234 Mar 01 12:34 name",
             "  77      8 -rw-r--r-- 1 owner group 1234 Mar 01 12:34 name",
             "-rw-r--r-- 1 owner group 1234 01 Mar 12:34 name",
             "-rw-r--r-- 1 owner group 1234 1 mar 2026 name",
             "-rw-r--r-- 1 owner group 1234 2026-03-01 12:34 name",
             "-rw-r--r-- 1 owner group 1234 MAR 01  2026 name",
         })
        CHECK(brief(line) == expected);
}

TEST_CASE("UNIX LIST: missing and odd owners -> what there is") {
    CHECK(brief("-rw-r--r-- 1 owner 1234 Mar 01 12:34 n") == "n|file|1234|owner||rw-r--r--");
    CHECK(brief("-rw-r--r-- owner 1234 Mar 01 12:34 n") == "n|file|1234|owner||rw-r--r--");
    CHECK(brief("-rw-r--r-- 1 1234 Mar 01 12:34 n") == "n|file|1234|||rw-r--r--");
    CHECK(brief("-rw-r--r-- 1 Mar 5 2026 Mar 01 12:34 n") == "n|file|2026|Mar|5|rw-r--r--");
    CHECK(brief("-rw-r--r-- 1 1000 100 1234 Mar 01 12:34 n") == "n|file|1234|1000|100|rw-r--r--");
    CHECK(brief("-rw-r--r-- 1 me Domain Users 5 Mar 01 12:34 n") ==
          "n|file|5|me|Domain Users|rw-r--r--");
    CHECK(brief("-rw-r--r-- 1 mar may 5 Mar 01 12:34 n") == "n|file|5|mar|may|rw-r--r--");
}

TEST_CASE("UNIX LIST: types -> file, directory, symlink, other") {
    CHECK(read("drwxr-xr-x 2 o g 4096 Mar 01 12:34 d").type == entry_type::directory);
    CHECK(read("lrwxrwxrwx 1 o g 1 Mar 01 12:34 l -> t").type == entry_type::symlink);
    for (const auto* line :
         {"prw-r--r-- 1 o g 0 Mar 01 12:34 p", "srwxr-xr-x 1 o g 0 Mar 01 12:34 s",
          "Drwxr-xr-x 1 o g 0 Mar 01 12:34 door", "?rwxr-xr-x 1 o g 0 Mar 01 12:34 odd"})
        CHECK(read(line).type == entry_type::other);
}

TEST_CASE("UNIX LIST: device files -> no size, owners as ever") {
    for (const auto* line : {"crw-rw---- 1 root tty 5, 1 Mar 01 12:34 dev",
                             "brw-rw---- 1 root tty 8,1 Mar 01 12:34 dev",
                             "brw-rw---- 1 root tty 253,  17 Mar 01 12:34 dev"})
        CHECK(brief(line) == "dev|other|-|root|tty|rw-rw----");
}

TEST_CASE("UNIX LIST: special bits -> kept in the permissions") {
    CHECK(read("-rwsr-xr-x 1 o g 1 Mar 01 12:34 n").permissions == "rwsr-xr-x");
    CHECK(read("-rwSr-Sr-T 1 o g 1 Mar 01 12:34 n").permissions == "rwSr-Sr-T");
    CHECK(read("drwxrwxrwt 1 o g 1 Mar 01 12:34 n").permissions == "rwxrwxrwt");
    CHECK(read("-rwxr-lr-x 1 o g 1 Mar 01 12:34 n").permissions == "rwxr-lr-x");
}

TEST_CASE("UNIX LIST: the name -> all behind one space") {
    const std::string front = "-rw-r--r-- 1 o g 1 Mar 01 12:34 ";
    for (const std::string name : {"a", " a", "  two  spaces ", "a -> b", "Mar 01 12:34 x", "-",
                                   "a\tb", "caf\xc3\xa9", "\xff\xfe", "a\rb", "total 5", "..."})
        CHECK(read(front + name).name == name);
    CHECK(read("-rw-r--r-- 1 o g 1 Mar 01  2020  x").name == " x");
    CHECK(read("-rw-r--r-- 1 o g 1 Mar 01 12:34 2026").name == "2026");
}

TEST_CASE("UNIX LIST: symlinks -> name and target, the size tells which arrow") {
    const auto link = [](std::string_view rest) {
        const auto item = read("lrwxrwxrwx 1 o g " + std::string(rest));
        return item.name + '|' + item.target;
    };
    CHECK(link("1 Mar 01 12:34 a -> b") == "a|b");
    CHECK(link("6 Mar 01 12:34 a -> b -> c") == "a|b -> c");
    CHECK(link("1 Mar 01 12:34 a -> b -> c") == "a -> b|c");
    CHECK(link("99 Mar 01 12:34 a -> b -> c") == "a|b -> c");
    CHECK(link("0 Mar 01 12:34 a -> b") == "a|b");
    CHECK(link("5 Mar 01 12:34 a") == "a|");
    CHECK(link("5 Mar 01 12:34  -> a -> b") == " -> a|b");
    CHECK(link("18446744073709551615 Mar 01 12:34 a -> b") == "a|b");
}

TEST_CASE("UNIX LIST: a directory marked with a slash -> without it") {
    CHECK(read("drwxr-xr-x 2 o g 1 Mar 01 12:34 d/").name == "d");
    CHECK(read("-rw-r--r-- 2 o g 1 Mar 01 12:34 d/").name == "d/");
}

TEST_CASE("UNIX LIST: dates without a year -> the last such day, a day of tolerance") {
    const auto time = [](std::string_view date, sys_seconds at) {
        return *read("-rw-r--r-- 1 o g 1 " + std::string(date) + " n", at).mtime;
    };
    CHECK(time("Mar 01 12:34", now) == march);
    CHECK(time("May 21 09:59", now) == sys_days(2026y / 5 / 21) + 9h + 59min);
    CHECK(time("May 21 10:00", now) == now + 24h);
    CHECK(time("May 21 10:01", now) == sys_days(2025y / 5 / 21) + 10h + 1min);
    CHECK(time("Dec 31 23:59", now) == sys_days(2025y / 12 / 31) + 23h + 59min);
    CHECK(time("Jan 01 00:10", sys_days(2025y / 12 / 31) + 23h) == sys_days(2026y / 1 / 1) + 10min);
    CHECK(time("Feb 29 12:00", now) == sys_days(2024y / 2 / 29) + 12h);
    CHECK(time("Feb 29 12:00", sys_days(1904y / 1 / 1)) == sys_days(1896y / 2 / 29) + 12h);
    CHECK(read("-rw-r--r-- 1 o g 1 Mar 01 12:34 n").precision == time_precision::local_minute);
}

TEST_CASE("UNIX LIST: dates with a year -> that day") {
    const auto item = read("-rw-r--r-- 1 o g 1 Mar 01  2020 n");
    CHECK(item.mtime == sys_days(2020y / 3 / 1));
    CHECK(item.precision == time_precision::local_day);
    const auto iso = read("-rw-r--r-- 1 o g 1 2020-03-01 12:34 n");
    CHECK(iso.mtime == sys_days(2020y / 3 / 1) + 12h + 34min);
    CHECK(iso.precision == time_precision::local_minute);
    // What cannot be a day is no date, but the entry is there.
    CHECK_FALSE(wire::parse_list_line("-rw-r--r-- 1 o g 1 Feb 30  2020 n", now));
}

TEST_CASE("UNIX LIST: sizes -> up to 2^63-1; more is unknown") {
    CHECK(read("-rw-r--r-- 1 o g 9223372036854775807 Mar 01 12:34 n").size == 9223372036854775807U);
    CHECK_FALSE(read("-rw-r--r-- 1 o g 9223372036854775808 Mar 01 12:34 n").size);
}

TEST_CASE("LIST: lines that carry no entry -> nothing") {
    for (const auto* line :
         {"", "   ", "total 12", "total 1.2M", "drwxr-xr-x 2 o g 4096 Mar 01 12:34 .",
          "drwxr-xr-x 2 o g 4096 Mar 01 12:34 ..", "03-01-26  12:34PM       <DIR>          ."}) {
        INFO(line);
        const auto parsed = wire::parse_list_line(line, now);
        REQUIRE(parsed);
        CHECK_FALSE(*parsed);
    }
}

TEST_CASE("LIST: lines of no known kind -> the protocol is broken") {
    for (const auto* line : {"x",
                             "ls: cannot open directory",
                             "-rw-r--r--",
                             "-rw-r--r-- 1 o g 1234",
                             "-rw-r--r-- 1 o g 1234 Mar 01 12:34",
                             "-rw-r--r-- 1 o g 1234 Mar 01 12:34 ",
                             "-rw-r--r-- Mar 01 12:34 n",
                             "-rw-r--r-- 1 o g x Mar 01 12:34 n",
                             "-rw-r--r-- 1 o g 1 Mar 32 12:34 n",
                             "-rw-r--r-- 1 o g 1 Mar 00 12:34 n",
                             "-rw-r--r-- 1 o g 1 Mar 01 24:00 n",
                             "-rw-r--r-- 1 o g 1 Mar 01 12:60 n",
                             "-rw-r--r-- 1 o g 1 Mar 01 1234567 n",
                             "-rw-r--r-- 1 o g 1 Foo 01 12:34 n",
                             "zrw-r--r-- 1 o g 1 Mar 01 12:34 n",
                             "-rw-r--r-% 1 o g 1 Mar 01 12:34 n",
                             "-rw-r--r--% 1 o g 1 Mar 01 12:34 n",
                             "1 2 3 4 5 6 7 8 9",
                             "-rw-r--r-- 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 Mar 01 12:34 n",
                             "-rw-r--r-- 1 o g 1 2026-13-01 12:34 n",
                             "-rw-r--r-- 1 o g 1 2026-03-01 n"}) {
        INFO(line);
        const auto parsed = wire::parse_list_line(line, now);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code() == errc::protocol_error);
    }
}

TEST_CASE("MS-DOS LIST: files in all their variants -> the same entry") {
    for (const auto* line : {"03-01-26  12:34PM                 1234 name",
                             "03-01-2026  12:34PM                 1234 name",
                             "03/01/2026  12:34 PM            1,234 name",
                             "2026-03-01  12:34                 1234 name",
                             "03-01-26  12:34                 1234 name",
                             "03-01-26  12:34P                 1234 name"}) {
        const auto item = read(line);
        CHECK(item.name == "name");
        CHECK(item.type == entry_type::file);
        CHECK(item.size == 1234);
        CHECK(item.mtime == march);
        CHECK(item.precision == time_precision::local_minute);
        CHECK(item.permissions.empty());
    }
}

TEST_CASE("MS-DOS LIST: directories and links -> so marked, names as they are") {
    const auto directory = read("03-01-26  12:34PM       <DIR>          a b");
    CHECK(directory.type == entry_type::directory);
    CHECK(directory.name == "a b");
    CHECK_FALSE(directory.size);
    CHECK(read("03-01-26  12:34PM       <DIR>            x").name == "  x");
    CHECK(read("03-01-26  12:34PM       <DIR> x").name == "x");
    CHECK(read("03-01-26  12:34PM                    1  x").name == " x");
    const auto link = read("03-01-26  12:34PM    <JUNCTION>     l [C:\\there]");
    CHECK(link.type == entry_type::symlink);
    CHECK(link.name == "l");
    CHECK(link.target == "C:\\there");
    CHECK(read("03-01-26  12:34PM    <SYMLINKD>     l").name == "l");
}

TEST_CASE("MS-DOS LIST: clocks and years -> midnight, noon, the turn of the century") {
    const auto time = [](std::string_view front) {
        return *read(std::string(front) + " 1 n").mtime;
    };
    CHECK(time("03-01-26 12:00AM") == sys_days(2026y / 3 / 1));
    CHECK(time("03-01-26 12:01AM") == sys_days(2026y / 3 / 1) + 1min);
    CHECK(time("03-01-26 01:00am") == sys_days(2026y / 3 / 1) + 1h);
    CHECK(time("03-01-26 12:00PM") == sys_days(2026y / 3 / 1) + 12h);
    CHECK(time("03-01-26 11:59PM") == sys_days(2026y / 3 / 1) + 23h + 59min);
    CHECK(time("03-01-26 23:59") == sys_days(2026y / 3 / 1) + 23h + 59min);
    CHECK(time("12-31-69 00:00") == sys_days(2069y / 12 / 31));
    CHECK(time("01-01-70 00:00") == sys_days(1970y / 1 / 1));
    CHECK(time("01-01-99 00:00") == sys_days(1999y / 1 / 1));
}

TEST_CASE("MS-DOS LIST: malformed -> the protocol is broken") {
    for (const auto* line :
         {"13-01-26  12:34PM 1 n", "03-32-26  12:34PM 1 n", "03-01-26  13:34PM 1 n",
          "03-01-26  00:34AM 1 n", "03-01-26  12:34XM 1 n", "03-01-26  12:34PX 1 n",
          "03-01/26  12:34PM 1 n", "03-01-26  12:34PM n", "03-01-26  12:34PM <X> n",
          "03-01-26  12:34PM 1x n", "03-01-26  12:34PM 9223372036854775808 n",
          "03-01-26  12:34PM 1", "03-01-26  12:34PM 1 ", "03-01-26", "03-01-26  1234PM 1 n",
          "03-01-26  12:34PM ,1 n", "3-1-26 12:34PM 1 n"}) {
        INFO(line);
        CHECK_FALSE(wire::parse_list_line(line, now));
    }
}

TEST_CASE("LIST: formatted -> as ls writes it") {
    entry item;
    item.name = "name";
    item.type = entry_type::file;
    item.size = 1234;
    item.mtime = march;
    item.permissions = "rw-r--r--";
    item.owner = "owner";
    item.group = "group";
    CHECK(write(item) == "-rw-r--r--    1 owner    group          1234 Mar 01 12:34 name");
    item.mtime = sys_days(2020y / 3 / 1) + 12h;
    CHECK(write(item) == "-rw-r--r--    1 owner    group          1234 Mar 01  2020 name");
    item.mtime = now + 48h;
    CHECK(write(item) == "-rw-r--r--    1 owner    group          1234 May 22  2026 name");
    CHECK(write(entry()) == "prw-r--r--    1 -        -                 0 Jan 01  1970 ");
}

TEST_CASE("LIST: a link formatted -> an arrow within name or target is not taken for the one") {
    for (const std::string name : {"a", "a -> b", " -> "})
        for (const std::string target : {"", "t", "t -> u", " -> "}) {
            entry item;
            item.name = name;
            item.type = entry_type::symlink;
            item.target = target;
            CHECK(read(write(item)).name == name);
            CHECK(read(write(item)).target == target);
        }
}

TEST_CASE("LIST: formatted -> reads back the same") {
    // Times of minutes within half a year, of days beyond.
    const std::array times{now - 1min,    now,
                           now + 23h,     now - hours(24 * 182),
                           march,         sys_seconds(sys_days(2020y / 2 / 29)),
                           sys_seconds(), sys_seconds(sys_days(2030y / 1 / 1))};
    for (const auto type :
         {entry_type::file, entry_type::directory, entry_type::symlink, entry_type::other})
        for (const auto time : times)
            for (const std::string name : {"a", " a b ", "a;b", "caf\xc3\xa9", "\xff", "1 2 3"}) {
                entry item;
                item.name = name;
                item.type = type;
                item.mtime = time;
                const bool minutes_known = time > now - hours(24 * 182) - 1min && time < now + 24h;
                item.precision =
                    minutes_known ? time_precision::local_minute : time_precision::local_day;
                item.permissions = wire::format_permissions(04751);
                item.owner = "a-long-owner-name";
                item.group = "1000";
                if (type == entry_type::symlink) item.target = "x -> y";
                item.size = type == entry_type::symlink ? item.target.size() : 9'999'999'999'999U;
                CHECK(read(write(item)) == item);
            }
}
