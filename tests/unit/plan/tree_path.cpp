// Paths within a tree, and the order of a walk.
#include "plan/tree_path.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace ferry::plan;

TEST_CASE("tree path: what lies below the root -> safe names with single slashes between them") {
    for (const std::string_view yes : {"a", "a/b", "...", "a/.b", " ", "a/ /b", "\xff"}) {
        INFO(yes);
        CHECK(is_below_root(yes));
    }
    using namespace std::string_view_literals;
    for (const std::string_view no : {""sv, "."sv, ".."sv, "/"sv, "/a"sv, "a/"sv, "a//b"sv,
                                      "a/./b"sv, "../a"sv, "a/.."sv, "a/../b"sv, "a\0b"sv}) {
        INFO(no);
        CHECK_FALSE(is_below_root(no));
    }
}

TEST_CASE("tree path: within a directory -> itself and what is below, not its namesakes") {
    CHECK(is_within("a", "a"));
    CHECK(is_within("a/b/c", "a"));
    CHECK(is_within("a/b/c", "a/b"));
    CHECK_FALSE(is_within("ab", "a"));
    CHECK_FALSE(is_within("a", "a/b"));
    CHECK_FALSE(is_within("b/a", "a"));
    CHECK(is_within("a", ""));
    CHECK(is_within("", ""));
}

TEST_CASE("tree path: the directory of a path -> without the last name") {
    CHECK(parent_of("a/b/c") == "a/b");
    CHECK(parent_of("a").empty());
    CHECK(parent_of("").empty());
}

TEST_CASE("tree path: order -> all of a directory before the next name") {
    const std::vector<std::string> order{"a",   "a/b", "a/b/c", "a/z", "a b",
                                         "a-b", "a.b", "ab",    "b"};
    auto shuffled = order;
    std::ranges::reverse(shuffled);
    std::ranges::sort(shuffled, walk_order());
    CHECK(shuffled == order);
    CHECK_FALSE(walk_order()("a", "a"));
    CHECK(walk_order()("", "a"));
    CHECK_FALSE(walk_order()("a", ""));
    CHECK(walk_order()("a", "\xff"));
}
