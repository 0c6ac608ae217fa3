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
