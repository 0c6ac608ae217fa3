#include "base/units.hpp"

#include <doctest/doctest.h>

using namespace ferry;

TEST_CASE("counted: one or many -> as people say it") {
    CHECK(counted(1, "file") == "1 file");
    CHECK(counted(0, "file") == "0 files");
    CHECK(counted(2, "directory") == "2 directories");
    CHECK(counted(1, "directory") == "1 directory");
}
