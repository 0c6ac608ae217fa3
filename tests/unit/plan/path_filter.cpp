// Rules that leave paths out.
#include "plan/path_filter.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

using namespace ferry;
using namespace ferry::plan;

namespace {

/// A path that ends in a slash is a directory.
bool fits(std::string_view pattern, std::string_view path) {
    const bool is_directory = path.ends_with('/');
    return path_rule(pattern, true)
        .fits(path.substr(0, path.size() - (is_directory ? 1 : 0)), is_directory);
}

void check_fits(std::string_view pattern, std::initializer_list<std::string_view> paths) {
    for (const auto path : paths) {
        INFO(pattern, " and ", path);
        CHECK(fits(pattern, path));
    }
}

void check_passes_over(std::string_view pattern, std::initializer_list<std::string_view> paths) {
    for (const auto path : paths) {
        INFO(pattern, " and ", path);
        CHECK_FALSE(fits(pattern, path));
    }
}

path_filter lines(std::string_view text) {
    path_filter filter;
    filter.exclude_lines(text);
    return filter;
}

/// The text of the rule that leaves the path out, or "".
std::string rule(const path_filter& filter, std::string_view path) {
    const bool is_directory = path.ends_with('/');
    if (is_directory) path.remove_suffix(1);
    const auto* found = filter.excluding(path, is_directory);
    return found ? found->text() : "";
}

} // namespace

TEST_CASE("path rule: no slash -> a name at any depth") {
    check_fits("*.o", {"a.o", "src/a.o", "a/b/c.o", ".o", "dir.o/"});
    check_passes_over("*.o", {"a.o/x", "a.c", "o"});
    check_fits("core", {"core", "x/core", "core/"});
    check_passes_over("core", {"core/x", "score", "cores"});
    check_fits("?", {"a", "x/b"});
    check_fits("[ab]*", {"a", "x/bcd"});
    check_passes_over("[ab]*", {"c", "a/c"});
    check_fits("**", {"a", "a/b"});
    check_fits("a**b", {"ab", "axb", "x/axxb"});
    check_passes_over("a**b", {"a/b"});
}

TEST_CASE("path rule: a slash at the start or within -> from the root") {
    check_fits("/a", {"a", "a/"});
    check_passes_over("/a", {"x/a", "a/a"});
    check_fits("a/b", {"a/b", "a/b/"});
    check_passes_over("a/b", {"x/a/b", "a", "a/b/c"});
    check_fits("/a/b", {"a/b"});
    check_fits("src/*.o", {"src/a.o"});
    check_passes_over("src/*.o", {"src/x/a.o", "a.o"});
    check_fits("*/x", {"a/x"});
    check_passes_over("*/x", {"x", "a/b/x"});
    check_fits("a?b/c", {"axb/c"});
    check_passes_over("a?b", {"a/b"});
    check_passes_over("a//b", {"a/b"});
    check_passes_over("//a", {"a"});
    check_passes_over("a//", {"a/"});
    check_passes_over("**//", {"a/"});
}

TEST_CASE("path rule: a slash at the end -> directories only") {
    check_fits("build/", {"build/", "x/build/"});
    check_passes_over("build/", {"build", "x/build", "build/x"});
    check_fits("/build/", {"build/"});
    check_passes_over("/build/", {"x/build/"});
    check_fits("a/b/", {"a/b/"});
    check_fits("**/", {"a/", "a/b/"});
    check_passes_over("**/", {"a"});
}

TEST_CASE(
    "path rule: two stars as a component -> any number of components, at the end one or more") {
    check_fits("**/x", {"x", "a/x", "a/b/x"});
    check_passes_over("**/x", {"ax", "x/a"});
    check_fits("a/**", {"a/b", "a/b/c"});
    check_passes_over("a/**", {"a", "a/", "ab", "x/a/b"});
    check_fits("a/**/b", {"a/b", "a/x/b", "a/x/y/b", "a/b/b"});
    check_passes_over("a/**/b", {"ab", "a", "b", "a/x", "a/xb"});
    check_fits("**/a/**/b", {"a/b", "x/a/y/b", "a/a/b/b"});
    check_fits("**/a/b/**/c/d", {"a/b/c/d", "a/a/b/c/c/d", "a/b/a/b/x/c/d"});
    check_passes_over("**/a/b/**/c/d", {"a/c/d", "a/b/c/x/d"});
    check_fits("/**", {"a", "a/b"});
    check_fits("**/**", {"a", "a/b"});
    check_fits("a/***/b", {"a/b", "a/x/y/b"});
    check_fits("a**/b", {"a/b", "axx/b"});
    check_passes_over("a**/b", {"a/x/b"});
    check_fits("a/**/", {"a/b/"});
    check_passes_over("a/**/", {"a/b", "a/"});
}

TEST_CASE("path rule: backslashes -> the next character is ordinary") {
    check_fits("\\!x", {"!x", "a/!x"});
    check_fits("\\#x", {"#x"});
    check_fits("a\\*", {"a*"});
    check_passes_over("a\\*", {"ab"});
    check_fits("a\\[b]", {"a[b]"});
    check_fits("a\\/b", {"a/b"});
    check_passes_over("a\\/b", {"x/a/b"});
    check_fits("a\\\\/b", {"a\\/b"});
    CHECK(path_rule("\\!x", true).leaves_out());
}

TEST_CASE("path rule: an exclamation mark -> the other way round") {
    CHECK(path_rule("x", true).leaves_out());
    CHECK_FALSE(path_rule("!x", true).leaves_out());
    CHECK_FALSE(path_rule("x", false).leaves_out());
    CHECK(path_rule("!x", false).leaves_out());
    check_fits("!x", {"x"});
    check_passes_over("!x", {"!x"});
    check_fits("!!x", {"!x"});
    check_fits("!/x", {"x"});
}

TEST_CASE("path rule: hidden names and UTF-8 -> as other names, a character at a time") {
    check_fits("*", {".a", "x/.a"});
    check_fits("?a", {".a", "\xC3\xA4"
                            "a"});
    check_passes_over("?a", {"\xC3\xA4\xC3\xA4"
                             "a"});
    check_fits("/*/b", {".a/b"});
}

TEST_CASE("path rule: nothing in it -> fits nothing") {
    for (const std::string_view text : {"", "/", "!", "!/"}) {
        INFO(text);
        CHECK(path_rule(text, true).is_empty());
        check_passes_over(text, {"a", "a/", ""});
    }
}

TEST_CASE("path filter: the last rule that fits -> decides") {
    path_filter filter;
    REQUIRE(filter.exclude("*.log"));
    REQUIRE(filter.include("keep.log"));
    REQUIRE(filter.exclude("/keep.log"));
    CHECK(rule(filter, "a.log") == "*.log");
    CHECK(rule(filter, "x/keep.log").empty());
    CHECK(rule(filter, "keep.log") == "/keep.log");
    CHECK(rule(filter, "a.txt").empty());
    CHECK(rule(path_filter(), "a").empty());
}

TEST_CASE("path filter: below a directory that is left out -> nothing comes back") {
    path_filter filter;
    REQUIRE(filter.exclude("build/"));
    REQUIRE(filter.include("build/keep"));
    REQUIRE(filter.include("keep"));
    CHECK(rule(filter, "build/keep") == "build/");
    CHECK(rule(filter, "a/build/b/keep") == "build/");
    CHECK(rule(filter, "keep").empty());
    CHECK(rule(filter, "build").empty()); // a file
    // A walk that has come to the path asks for no more than the path.
    CHECK(filter.excluding_here("build/keep", false) == nullptr);
    CHECK(filter.excluding_here("build", true) != nullptr);
}

TEST_CASE("path filter: all but one tree -> each directory on the way is taken back") {
    const auto filter = lines("/*\n!/a\n/a/*\n!/a/b\n");
    CHECK(rule(filter, "x") == "/*");
    CHECK(rule(filter, "a/").empty());
    CHECK(rule(filter, "a/x/y") == "/a/*");
    CHECK(rule(filter, "a/b/c").empty());
}

TEST_CASE(
    "path filter: lines of a file -> comments, blank lines, ends and spaces as git has them") {
    const auto filter = lines("\xEF\xBB\xBF*.a\r\n"
                              "# comment\n"
                              "\n"
                              "   \n"
                              "/\n"
                              "*.b   \n"
                              "c\\ \n"
                              "d\\\\ \n"
                              " e\n"
                              "f#\n"
                              "\\#g\n"
                              "*.h\n"
                              "!x.h");
    for (const std::string_view out : {"1.a", "1.b", "c ", "d\\", " e", "f#", "#g", "1.h"}) {
        INFO(out);
        CHECK_FALSE(rule(filter, out).empty());
    }
    for (const std::string_view in : {"c", "d", "d\\ ", "e", "f", "g", "x.h", "# comment", "1.c"}) {
        INFO(in);
        CHECK(rule(filter, in).empty());
    }
    CHECK(rule(filter, "1.b") == "*.b");
}

TEST_CASE("path filter: an option that fits nothing -> wrong usage") {
    path_filter filter;
    for (const std::string_view text : {"", "/", "!"}) {
        const auto done = filter.exclude(text);
        REQUIRE_FALSE(done);
        CHECK(done.error().code() == errc::usage);
        CHECK_FALSE(filter.include(text));
    }
    // On the command line a '#' and spaces at the end are meant.
    REQUIRE(filter.exclude("#x "));
    CHECK(rule(filter, "#x ") == "#x ");
    CHECK(rule(filter, "#x").empty());
}

TEST_CASE("path filter: hostile patterns -> answered at once") {
    std::string pattern;
    std::string path;
    for (int i = 0; i < 2000; ++i) {
        pattern += "**/a/";
        path += "a/";
    }
    CHECK_FALSE(path_rule(pattern + "b", true).fits(path + "c", false));
    CHECK(path_rule(pattern + "**", true).fits(path + "c", false));
    std::string stars;
    for (int i = 0; i < 300; ++i)
        stars += "*a";
    CHECK_FALSE(path_rule("/" + stars + "b", true).fits(std::string(255, 'a'), false));
    CHECK(path_rule(std::string(100'000, '/'), true).fits("a", true) == false);
}
