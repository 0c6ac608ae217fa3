#include "base/units.hpp"

#include <doctest/doctest.h>

using namespace ferry;

TEST_CASE("counted: one or many -> as people say it") {
    CHECK(counted(1, "file") == "1 file");
    CHECK(counted(0, "file") == "0 files");
    CHECK(counted(2, "directory") == "2 directories");
    CHECK(counted(1, "directory") == "1 directory");
}

TEST_CASE("rates: as people write them -> bytes a second") {
    CHECK(parse_rate("500000") == 500'000);
    CHECK(parse_rate("500k") == 500 * 1024);
    CHECK(parse_rate("2M") == 2 * 1024 * 1024);
    CHECK(parse_rate("2m") == 2 * 1024 * 1024);
    CHECK(parse_rate("3G") == std::uint64_t{3} << 30U);
    CHECK(parse_rate("0") == 0);
    CHECK(parse_rate("none") == 0);
    for (const auto* wrong : {"", "k", "-1", "1.5M", "1kk", "1 k", "fast", "1T", "1k/s",
                              "18446744073709551615k", "18446744073709551616"})
        CHECK_MESSAGE(!parse_rate(wrong), wrong);
    CHECK(format_limit(500 * 1024) == "500 KiB/s");
    CHECK(format_limit(0) == "none");
}

TEST_CASE("waited: a time -> as the options take it") {
    using namespace std::chrono_literals;
    CHECK(waited(60s) == "waited 60 s");
    CHECK(waited(1s) == "waited 1 s");
    CHECK(waited(500ms) == "waited 0.5 s");
    CHECK(waited(2h) == "waited 7200 s");
    CHECK(waited(1500s + 250ms) == "waited 1500.25 s");
}
