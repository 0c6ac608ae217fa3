// Where resumed transfers begin.
#include "plan/resume.hpp"

#include <doctest/doctest.h>

using namespace ferry::plan;

namespace {
constexpr std::nullopt_t unknown = std::nullopt;
}

TEST_CASE("resume of a download: sizes of part, final file and remote file -> the beginning") {
    using enum download_start;
    CHECK(plan_download(0, unknown, unknown) == from_zero);
    CHECK(plan_download(0, unknown, 10) == from_zero);
    CHECK(plan_download(4, unknown, 10) == behind_part);
    CHECK(plan_download(4, unknown, unknown) == behind_part);
    CHECK(plan_download(10, unknown, 10) == part_is_complete);
    CHECK(plan_download(11, unknown, 10) == from_zero);
    CHECK(plan_download(4, 10, 10) == behind_part); // the newer part counts
    CHECK(plan_download(0, 4, 10) == behind_final);
    CHECK(plan_download(0, 10, 10) == final_is_complete);
    CHECK(plan_download(0, 11, 10) == from_zero);
    CHECK(plan_download(0, 0, 10) == from_zero);
    CHECK(plan_download(0, 0, 0) == final_is_complete);
    CHECK(plan_download(0, 4, unknown) == from_zero);
}

TEST_CASE("resume of an upload: sizes of local file, part and final file -> the beginning") {
    using enum upload_start;
    CHECK(plan_upload(unknown, 4, 4) == from_zero);
    CHECK(plan_upload(10, unknown, unknown) == from_zero);
    CHECK(plan_upload(10, 4, unknown) == behind_part);
    CHECK(plan_upload(10, 10, unknown) == part_is_complete);
    CHECK(plan_upload(10, 11, 4) == from_zero);
    CHECK(plan_upload(10, 0, 4) == behind_final);
    CHECK(plan_upload(10, unknown, 4) == behind_final);
    CHECK(plan_upload(10, unknown, 10) == final_is_complete);
    CHECK(plan_upload(10, unknown, 11) == from_zero);
    CHECK(plan_upload(10, unknown, 0) == from_zero);
}

namespace {

file_facts facts(std::optional<std::uint64_t> size, std::optional<int> day) {
    file_facts made;
    made.size = size;
    if (day) made.time = std::chrono::sys_days(std::chrono::year(2026) / 3 / *day);
    return made;
}

} // namespace

TEST_CASE("facts of a file: the same unless something known differs") {
    CHECK(may_be_same(facts(5, 1), facts(5, 1)));
    CHECK_FALSE(may_be_same(facts(5, 1), facts(6, 1)));
    CHECK_FALSE(may_be_same(facts(5, 1), facts(5, 2)));
    CHECK(may_be_same(facts(5, unknown), facts(5, 2)));
    CHECK(may_be_same(facts(unknown, 1), facts(5, 1)));
    CHECK(may_be_same(facts(unknown, unknown), facts(5, 1)));
    CHECK_FALSE(may_be_same(facts(unknown, 1), facts(5, 2)));
}

TEST_CASE("facts of a file: written and read -> the same; anything else -> nothing") {
    for (const auto& each : {facts(5, 1), facts(unknown, 1), facts(0, unknown),
                             facts(unknown, unknown), facts(UINT64_MAX, 31)}) {
        const auto text = format_facts(each);
        CAPTURE(text);
        const auto read = parse_facts(text);
        REQUIRE(read);
        CHECK(read->size == each.size);
        CHECK(read->time == each.time);
    }
    CHECK(format_facts(facts(5, 1)) == "5 20260301000000");
    for (const auto* const text : {"", " ", "5", "5 ", "x 20260301000000", "5 x", "-1 -",
                                   "18446744073709551616 -", "5  20260301000000"})
        CHECK_FALSE(parse_facts(text));
}

TEST_CASE("overlap: half of what is there, at most 64 KiB, at least one byte") {
    CHECK(overlap_before(0) == 0);
    CHECK(overlap_before(1) == 1);
    CHECK(overlap_before(2) == 1);
    CHECK(overlap_before(777) == 389);
    CHECK(overlap_before(131'072) == 65'536);
    CHECK(overlap_before(131'074) == 65'536);
    CHECK(overlap_before(UINT64_MAX) == 65'536);
}
