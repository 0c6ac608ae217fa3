// Text, numbers and units.
#include "base/text.hpp"

#include "base/units.hpp"

#include <doctest/doctest.h>

using namespace ferry;
using namespace std::chrono;
using namespace std::chrono_literals;

TEST_CASE("printable: control characters, C1, bidi marks and broken UTF-8 -> escaped") {
    CHECK(printable("plain \xC3\xA4") == "plain \xC3\xA4");
    CHECK(printable("\x1b]0;title\x07") == "\\x1B]0;title\\x07");
    CHECK(printable("a\r\nb\t\x7f") == "a\\x0D\\x0Ab\\x09\\x7F");
    CHECK(printable("\xC2\x9B"
                    "31m") == "\\xC2\\x9B31m");
    CHECK(printable("\xE2\x80\xAE"
                    "exe.txt") == "\\xE2\\x80\\xAE"
                                  "exe.txt");
    CHECK(printable("\xff\xC3") == "\\xFF\\xC3");
    CHECK(printable("back\\slash") == "back\\\\slash");
}

TEST_CASE("utf8_sequence: overlong, surrogate, beyond Unicode -> not a sequence") {
    CHECK(utf8_sequence("a") == 1);
    CHECK(utf8_sequence("\xE2\x82\xAC") == 3);
    CHECK(utf8_sequence("\xF0\x9F\x98\x80") == 4);
    for (const auto* bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                            "\xF0\x80\x80\x80", "\x80", "\xE2\x82"})
        CHECK(utf8_sequence(bad) == 0);
    CHECK(to_utf8("a\xff\xE2\x82\xAC") == "a\xEF\xBF\xBD\xE2\x82\xAC");
}

TEST_CASE("parse_number: only digits that fit -> a number") {
    CHECK(parse_number<std::uint16_t>("65535") == 65535);
    for (const auto* bad : {"65536", "-1", "+1", " 1", "1 ", "", "1x"})
        CHECK(!parse_number<std::uint16_t>(bad));
    CHECK(parse_number<std::uint64_t>("18446744073709551615") == UINT64_MAX);
    CHECK(!parse_number<std::uint64_t>("18446744073709551616"));
    CHECK(parse_number<unsigned>("755", 8) == 0755U);
}

TEST_CASE("ignoring case: ASCII only") {
    CHECK(equal_ignoring_case("MLsd", "mlSD"));
    CHECK(!equal_ignoring_case("MLSD", "MLST"));
    CHECK(contains_ignoring_case("550 No Such File", "no such"));
    CHECK(!contains_ignoring_case("550", "5501"));
}

TEST_CASE("take_until: cut at the separator, all if none") {
    std::string_view rest = "a;b";
    CHECK(take_until(rest, ';') == "a");
    CHECK(take_until(rest, ';') == "b");
    CHECK(rest.empty());
}

TEST_CASE("sizes and rates: three digits at most before the unit changes") {
    CHECK(format_size(0) == "0 B");
    CHECK(format_size(1023) == "1023 B");
    CHECK(format_size(1024) == "1.0 KiB");
    CHECK(format_size(256U << 20U) == "256 MiB");
    CHECK(format_size((1ULL << 30U) - 1) == "1.0 GiB");
    CHECK(format_size(UINT64_MAX) == "16.0 EiB");
    CHECK(format_rate(1U << 20U, 500ms) == "2.0 MiB/s");
}

TEST_CASE("durations: tenths, then seconds, minutes, hours") {
    CHECK(format_duration(400ms) == "0.4s");
    CHECK(format_duration(12s) == "12s");
    CHECK(format_duration(185s) == "3m 05s");
    CHECK(format_duration(2h + 3min) == "2h 03m");
}

TEST_CASE("time-val: RFC 3659, 2.3, both ways") {
    const auto time = parse_time_val("20260301123456");
    REQUIRE(time);
    CHECK(format_time_val(*time) == "20260301123456");
    CHECK(format_iso8601(*time) == "2026-03-01T12:34:56Z");
    CHECK(parse_time_val("20260301123456.789") == time);
    CHECK(parse_time_val("191260301123456") == time); // the year printed as 19 and 126
    for (const auto* bad : {"20261301123456", "20260230123456", "2026030112345", "20260301246060",
                            "2026030112345x", "", "-0260301123456"})
        CHECK(!parse_time_val(bad));
}

TEST_CASE("parse_seconds: whole and fractions") {
    CHECK(parse_seconds("30") == 30'000ms);
    CHECK(parse_seconds("0.5") == 500ms);
    CHECK(parse_seconds("1.2345") == 1'234ms);
    for (const auto* bad : {"", "-1", "x", "1.x", "1e3", ".5"})
        CHECK(!parse_seconds(bad));
}
