// File name patterns.
#include "server/pattern.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ferry::server_side;

TEST_CASE("pattern: names -> fit or not") {
    CHECK(matches("*", "file"));
    CHECK(matches("*.txt", "a.txt"));
    CHECK_FALSE(matches("*.txt", "a.txt~"));
    CHECK(matches("a*b*c", "a1b2b3c"));
    CHECK_FALSE(matches("a*b*c", "a1b2b3"));
    CHECK(matches("?", "x"));
    CHECK_FALSE(matches("?", ""));
    CHECK_FALSE(matches("?", "xy"));
    CHECK(matches("f?le", "file"));
    CHECK(matches("**", "x"));
    CHECK(matches("", ""));
    CHECK_FALSE(matches("", "x"));
    CHECK(matches("a*", "a"));
    CHECK(matches("*a", "aaa"));
    CHECK_FALSE(matches("*ab", "aba"));
}

TEST_CASE("pattern: hidden names -> only when the pattern begins with a dot") {
    CHECK_FALSE(matches("*", ".profile"));
    CHECK_FALSE(matches("?profile", ".profile"));
    CHECK(matches(".*", ".profile"));
}

TEST_CASE("pattern: what counts as one -> wildcards, up to the cap") {
    CHECK(is_pattern("*.txt"));
    CHECK(is_pattern("a?"));
    CHECK_FALSE(is_pattern("plain"));
    CHECK_FALSE(is_pattern("[a]"));
    CHECK(is_pattern(std::string(longest_pattern, '*')));
    CHECK_FALSE(is_pattern(std::string(longest_pattern + 1, '*')));
}

TEST_CASE("pattern: the worst case -> ends at once") {
    std::string pattern;
    for (int i = 0; i < 300; ++i)
        pattern += "*a";
    CHECK_FALSE(matches(pattern + "b", std::string(255, 'a')));
}
