#include "transfer/journal.hpp"

#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace ferry;
using transfer::journal;

namespace {

entry file(std::uint64_t size, int seconds) {
    entry made;
    made.type = entry_type::file;
    made.size = size;
    made.mtime = std::chrono::sys_seconds(std::chrono::seconds(seconds));
    return made;
}

std::unique_ptr<journal> opened(const std::string& path) {
    auto made = journal::open(path);
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message()));
    return std::move(*made);
}

} // namespace

TEST_CASE("journal: what was begun -> is known after it was opened again, of that source only") {
    const test::temporary_directory where;
    const auto path = (where / "journal").string();
    opened(path)->begin("a/b", file(7, 100));
    auto again = opened(path);
    CHECK(again->was_begun("a/b", file(7, 100)));
    CHECK_FALSE(again->was_begun("a/b", file(8, 100)));
    CHECK_FALSE(again->was_begun("a/b", file(7, 101)));
    CHECK_FALSE(again->was_begun("a", file(7, 100)));
    again->end("a/b");
    CHECK_FALSE(again->was_begun("a/b", file(7, 100)));
}

TEST_CASE("journal: a copy whose time was not kept -> is the same until either side changes") {
    const test::temporary_directory where;
    auto memory = opened((where / "journal").string());
    memory->remember("x", file(7, 100));
    CHECK_FALSE(memory->is_remembered("y", file(7, 100), file(7, 500)));
    CHECK_FALSE(memory->is_remembered("x", file(7, 101), file(7, 500)));
    CHECK_FALSE(memory->is_remembered("x", file(7, 100), file(6, 500)));
    // The first look teaches what it was like there.
    CHECK(memory->is_remembered("x", file(7, 100), file(7, 500)));
    CHECK(memory->is_remembered("x", file(7, 100), file(7, 500)));
    CHECK_FALSE(memory->is_remembered("x", file(7, 100), file(7, 501)));
    memory->forget("x");
    CHECK_FALSE(memory->is_remembered("x", file(7, 100), file(7, 500)));
}

TEST_CASE("journal: damaged -> begun anew; in use -> local_exists") {
    const test::temporary_directory where;
    const auto path = (where / "journal").string();
    std::ofstream(path) << std::string(5000, 'x');
    auto first = opened(path);
    first->begin("a", file(1, 1));
    CHECK(first->was_begun("a", file(1, 1)));
    const auto second = journal::open(path);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code() == errc::local_exists);
}
