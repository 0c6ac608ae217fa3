#include "cli/shell/bookmarks.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

using namespace ferry;
using namespace ferry::cli;

TEST_CASE("bookmarks are kept, replaced and removed") {
    const test::temporary_directory directory;
    const bookmarks marks((directory / "deep/bookmarks").string());
    CHECK(marks.all()->empty());
    REQUIRE(marks.add("work", "ftp://alice@host/").has_value());
    REQUIRE(marks.add("archive", "ftp://host/a%20b").has_value());
    REQUIRE(marks.add("work", "ftp://bob@host/").has_value());
    CHECK(*marks.all() == std::map<std::string, std::string>{{"archive", "ftp://host/a%20b"},
                                                             {"work", "ftp://bob@host/"}});
    REQUIRE(marks.remove("work").has_value());
    CHECK(marks.all()->size() == 1);
    CHECK(marks.remove("work").error().code() == errc::usage);
}

TEST_CASE("a bookmark's name is one word that is no URL") {
    const test::temporary_directory directory;
    const bookmarks marks((directory / "bookmarks").string());
    for (const auto* name : {"", "a b", "a/b", "ftp://x", "a\tb", "a\nb"}) {
        CAPTURE(name);
        CHECK(marks.add(name, "ftp://host/").error().code() == errc::usage);
    }
    CHECK(marks.all()->empty());
}

TEST_CASE("a file of bookmarks is its owner's alone") {
    const test::temporary_directory directory;
    const bookmarks marks((directory / "bookmarks").string());
    REQUIRE(marks.add("work", "ftp://alice@host/").has_value());
    using std::filesystem::perms;
    CHECK(std::filesystem::status(directory / "bookmarks").permissions() ==
          (perms::owner_read | perms::owner_write));
}
