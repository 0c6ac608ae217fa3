// File name patterns and their braces.
#include "base/pattern.hpp"

#include "base/limits.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

using namespace ferry;

namespace {

bool matches(std::string_view pattern, std::string_view name) {
    return name_pattern(pattern).matches(name);
}

void check_matches(std::string_view pattern, std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        INFO(pattern, " and ", name);
        CHECK(matches(pattern, name));
    }
}

void check_passes_over(std::string_view pattern, std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        INFO(pattern, " and ", name);
        CHECK_FALSE(matches(pattern, name));
    }
}

std::string expanded(std::string_view pattern) {
    const auto words = expand_braces(pattern);
    REQUIRE(words);
    std::string all;
    for (const auto& each : *words)
        all += '<' + each + '>';
    return all;
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

} // namespace

TEST_CASE("pattern: stars and question marks -> any text, any character") {
    check_matches("*", {"file", "x", ""});
    check_matches("*.txt", {"a.txt", "a.b.txt"});
    check_passes_over("*.txt", {"a.txt~", "atxt", ".txt"});
    check_matches("a*b*c", {"a1b2b3c", "abc"});
    check_passes_over("a*b*c", {"a1b2b3", "ab"});
    check_matches("?", {"x"});
    check_passes_over("?", {"", "xy"});
    check_matches("f?le", {"file"});
    check_matches("**", {"x", ""});
    check_matches("*?", {"x", "xy"});
    check_passes_over("*?", {""});
    check_matches("", {""});
    check_passes_over("", {"x"});
    check_matches("a*", {"a"});
    check_matches("*a", {"aaa"});
    check_matches("*ab*ab", {"abab", "ababab", "xabyab"});
    check_passes_over("*ab", {"aba"});
}

TEST_CASE("pattern: sets -> one of their characters, or one that is not") {
    check_matches("[abc]", {"a", "b", "c"});
    check_passes_over("[abc]", {"d", "", "ab", "A"});
    check_matches("[a-cx-z]1", {"b1", "x1", "z1"});
    check_passes_over("[a-cx-z]1", {"d1", "-1"});
    for (const std::string_view pattern : {"[!a-c]", "[^a-c]"}) {
        check_matches(pattern, {"d", "!", "^", "-"});
        check_passes_over(pattern, {"a", "b", ""});
    }
    check_matches("[]x]", {"]", "x"});
    check_matches("[!]x]", {"y"});
    check_passes_over("[!]x]", {"]", "x"});
    check_matches("[-a]", {"-", "a"});
    check_matches("[a-]", {"-", "a"});
    check_passes_over("[a-]", {"b"});
    check_passes_over("[z-a]", {"b", "z", "a", "-"});
    check_matches("[a!^]", {"!", "^"});
    check_matches("[[]", {"["});
    check_matches("*[0-9]*", {"a1b", "7"});
}

TEST_CASE("pattern: a set without its end, or with a slash in it -> ordinary characters") {
    check_matches("[a", {"[a"});
    check_passes_over("[a", {"a"});
    check_matches("[]", {"[]"});
    check_matches("[!]", {"[!]"});
    check_matches("x[*", {"x[yz"});
    check_passes_over("[a/b]", {"a", "b", "/"});
}

TEST_CASE("pattern: a backslash -> the next character means itself") {
    check_matches("\\*", {"*"});
    check_passes_over("\\*", {"x", "\\*"});
    check_matches("a\\?\\[b]", {"a?[b]"});
    check_matches("\\\\", {"\\"});
    check_matches("\\a", {"a"});
    check_matches("[\\]x]", {"]", "x"});
    check_passes_over("[\\]x]", {"\\"});
    check_matches("[a\\-c]", {"a", "-", "c"});
    check_passes_over("[a\\-c]", {"b"});
    check_matches("[\\!a]", {"!", "a"});
    check_passes_over("[\\!a]", {"b"});
    check_matches("end\\", {"end\\"});
}

TEST_CASE("pattern: braces, commas and tildes left over -> ordinary characters") {
    check_matches("{a,b}~", {"{a,b}~"});
    check_passes_over("{a,b}", {"a", "b"});
}

TEST_CASE("pattern: UTF-8 -> a character at a time; what is not UTF-8 -> a byte at a time") {
    check_matches("?", {"\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xE4", "\xC3"});
    check_passes_over("?", {"\xC3\xA4x", "\xE4\xE4"});
    check_matches("??", {"\xE4\xE4", "\xC3\xA4\xE4"});
    check_matches("[\xC3\xA4\xC3\xB6]", {"\xC3\xA4", "\xC3\xB6"});
    check_passes_over("[\xC3\xA4\xC3\xB6]", {"\xC3", "\xA4", "\xC3\xBC"});
    check_matches("[\xC3\xA0-\xC3\xBF]", {"\xC3\xA4"});
    check_passes_over("[\xC3\xA0-\xC3\xBF]", {"a", "\xE4", "\xE2\x82\xAC"});
    check_matches("[\xE4]", {"\xE4"});
    check_matches("[!a]", {"\xC3\xA4", "\xE4"});
    check_matches("*\xA4", {"x\xA4"});
    check_passes_over("*\xA4", {"\xC3\xA4"});
    check_matches("*\xC3\xA4*", {"1\xC3\xA4"
                                 "2"});
}

TEST_CASE("pattern: hidden names -> only when the pattern begins with a dot") {
    for (const std::string_view pattern : {"*", "?profile", "[.]profile", "[!a]profile", "**"})
        check_passes_over(pattern, {".profile"});
    check_matches(".*", {".profile", "."});
    check_matches("\\.p*", {".profile"});
    check_matches("*.profile", {"a.profile"});
}

TEST_CASE("pattern: hidden names, when a dot hides nothing -> as other names") {
    for (const std::string_view pattern : {"*", "?profile", "[.]profile", "[!a]profile", ".*"}) {
        INFO(pattern);
        CHECK(name_pattern(pattern, leading_dot::is_ordinary).matches(".profile"));
    }
    CHECK_FALSE(name_pattern("[!.]profile", leading_dot::is_ordinary).matches(".profile"));
}

TEST_CASE("pattern: what has wildcards -> stars, question marks and sets that are not quoted") {
    for (const std::string_view yes : {"*.txt", "a?", "[a]", "a/*/b", "\\\\*", "[!a]", "x[]]"}) {
        INFO(yes);
        CHECK(has_wildcards(yes));
    }
    for (const std::string_view no : {"plain", "", "\\*", "a\\?", "[a", "[]", "\\[a]", "{a,b}", "~",
                                      "[a/b]", "[a\\]", "a]", "end\\", "[a\\/b]"}) {
        INFO(no);
        CHECK_FALSE(has_wildcards(no));
    }
}

TEST_CASE("pattern: its text -> without the backslashes that quote") {
    CHECK(literal_text("a\\*b\\\\c") == "a*b\\c");
    CHECK(literal_text("plain") == "plain");
    CHECK(literal_text("end\\") == "end\\");
    CHECK(literal_text("").empty());
}

TEST_CASE("pattern: hostile ones -> answered at once") {
    const std::string name(255, 'a');
    CHECK_FALSE(matches(repeated("*a", 300) + "b", name));
    CHECK(matches(std::string(100'000, '*'), name));
    CHECK_FALSE(matches(std::string(100'000, '*') + "b", name));
    CHECK_FALSE(matches(std::string(100'000, '?'), name));
    CHECK(matches(std::string(100'000, '['), std::string(100'000, '[')));
    CHECK_FALSE(has_wildcards(std::string(100'000, '[')));
    CHECK_FALSE(matches(repeated("[!b", 50'000), name));
    CHECK_FALSE(matches(repeated("[a-z]*", 20'000), name + '1'));
}

TEST_CASE("braces: alternatives -> one word each, in the order of the text") {
    CHECK(expanded("{a,b}") == "<a><b>");
    CHECK(expanded("x{a,b}y") == "<xay><xby>");
    CHECK(expanded("{a,b}{1,2}") == "<a1><a2><b1><b2>");
    CHECK(expanded("a{b,c{d,e}}") == "<ab><acd><ace>");
    CHECK(expanded("{{a,b},{c,d}}z") == "<az><bz><cz><dz>");
    CHECK(expanded("{b,a,b}") == "<b><a><b>");
    CHECK(expanded("*.{jpg,png}") == "<*.jpg><*.png>");
    CHECK(expanded("x{,y}") == "<x><xy>");
    CHECK(expanded("x{,}") == "<x><x>");
    CHECK(expanded("[{a,b}]") == "<[a]><[b]>");
    CHECK(expanded("{~,a}/x") == "<~/x><a/x>");
}

TEST_CASE("braces: without a comma or their other half -> ordinary") {
    for (const std::string_view plain :
         {"", "x", "{}", "{a}", "{a,b", "a,b}", "}{", "{a}{b}", "{{}}", "{1..3}", "{a,b{c}", ","}) {
        INFO(plain);
        CHECK(expanded(plain) == '<' + std::string(plain) + '>');
    }
    CHECK(expanded("{a,{b,c}") == "<{a,b><{a,c>");
    CHECK(expanded("a{b,c}}") == "<ab}><ac}>");
    CHECK(expanded("{{a,b}") == "<{a><{b>");
    CHECK(expanded("{{a,b}}") == "<{a}><{b}>");
    CHECK(expanded("{}{a,b}") == "<{}a><{}b>");
    CHECK(expanded("{{},a}") == "<{}><a>");
    CHECK(expanded("{a}{b,c}") == "<{a}b><{a}c>");
}

TEST_CASE("braces: quoted -> ordinary, and still quoted") {
    CHECK(expanded("\\{a,b\\}") == "<\\{a,b\\}>");
    CHECK(expanded("{a\\,b,c}") == "<a\\,b><c>");
    CHECK(expanded("{a\\},b}") == "<a\\}><b>");
    CHECK(expanded("\\\\{a,b}") == "<\\\\a><\\\\b>");
}

TEST_CASE("braces: alternatives that leave nothing -> dropped") {
    CHECK(expanded("{,}").empty());
    CHECK(expanded("{,a}") == "<a>");
}

TEST_CASE("braces: as many words as the cap allows -> expanded; one more -> wrong usage") {
    const auto list = '{' + repeated("a,", limits::brace_words - 1) + "a}";
    REQUIRE(expand_braces(list));
    CHECK(expand_braces(list).value().size() == limits::brace_words);
    const auto beyond = expand_braces('{' + repeated("a,", limits::brace_words) + "a}");
    REQUIRE_FALSE(beyond);
    CHECK(beyond.error().code() == errc::usage);

    CHECK(expand_braces(repeated("{a,b}", 10)).value().size() == limits::brace_words);
    CHECK_FALSE(expand_braces(repeated("{a,b}", 10) + "{,c}"));
    CHECK_FALSE(expand_braces(repeated("{a,b}", 9) + "{a,b,c}"));

    const auto nested = [](std::size_t groups) {
        return repeated("{a,", groups) + 'a' + repeated("}", groups);
    };
    CHECK(expand_braces(nested(limits::brace_words - 1)).value().size() == limits::brace_words);
    CHECK_FALSE(expand_braces(nested(limits::brace_words)));
}

TEST_CASE("braces: as many bytes as the cap allows -> expanded; one more -> wrong usage") {
    const std::string half(limits::brace_bytes / 2 - 1, 'x');
    CHECK(expand_braces(half + "{a,b}"));
    CHECK(expand_braces("{a,b}" + half));
    CHECK(expand_braces("{a" + half + ",b}"));
    CHECK_FALSE(expand_braces(half + "{a,bc}"));
    CHECK_FALSE(expand_braces("{a,bc}" + half));
    CHECK_FALSE(expand_braces("{{a" + half + ",b" + half + "},c}"));
}

TEST_CASE("braces: hostile ones -> answered at once") {
    CHECK(expand_braces(std::string(100'000, '{')).value().size() == 1);
    CHECK(expand_braces(std::string(100'000, ',')).value().size() == 1);
    CHECK(expand_braces(repeated("{", 100'000) + repeated("}", 100'000)).value().size() == 1);
    CHECK(expand_braces(repeated("{,", 100'000)).value().size() == 1);
    CHECK_FALSE(expand_braces(repeated("{a,b}", 100'000)));
    CHECK_FALSE(expand_braces(repeated("{a,", 100'000) + repeated("}", 100'000)));
    CHECK(expand_braces(repeated("x{a,", 1000) + repeated("}", 1000)).value().size() == 1001);
    CHECK_FALSE(expand_braces(repeated("{a", 100'000) + repeated(",b}", 1000)));
}
