// Names that are one on the destination, and names that cannot be there.
#include "plan/collisions.hpp"

#include "base/limits.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

using namespace ferry;
using namespace ferry::plan;

namespace {

constexpr hash_key key{1, 2};

name_rules ignoring(bool letter_case, bool form) {
    name_rules rules;
    rules.ignores_case = letter_case;
    rules.ignores_form = form;
    return rules;
}

bool same(std::string_view a, std::string_view b, const name_rules& rules) {
    return name_key(a, rules) == name_key(b, rules);
}

constexpr std::string_view composed = "caf\xC3\xA9";
constexpr std::string_view decomposed = "cafe\xCC\x81";
constexpr std::string_view composed_upper = "CAF\xC3\x89";
constexpr std::string_view decomposed_upper = "CAFE\xCC\x81";

std::string why(std::string_view name, const name_rules& rules) {
    return why_illegal(name, rules).value_or("");
}

} // namespace

TEST_CASE("name key: bytes -> every difference counts") {
    const name_rules rules;
    CHECK(same("a", "a", rules));
    CHECK_FALSE(same("a", "A", rules));
    CHECK_FALSE(same(composed, decomposed, rules));
    CHECK(name_key("\xff", rules) == "\xff");
}

TEST_CASE("name key: case ignored -> of every script, but not the form") {
    const auto rules = ignoring(true, false);
    CHECK(same("README.txt", "readme.TXT", rules));
    CHECK(same(composed, composed_upper, rules));
    CHECK(same("\xD0\xAF", "\xD1\x8F", rules)); // Cyrillic ya
    CHECK(same("\xCE\xA3", "\xCF\x82", rules)); // sigma, final sigma
    CHECK(same("stra\xC3\x9F"
               "e",
               "STRASSE", rules)); // sharp s
    CHECK_FALSE(same(composed, decomposed, rules));
    CHECK_FALSE(same("a", "b", rules));
}

TEST_CASE("name key: form ignored -> composed or not, but not the case") {
    const auto rules = ignoring(false, true);
    CHECK(same(composed, decomposed, rules));
    CHECK_FALSE(same(composed, composed_upper, rules));
    CHECK_FALSE(same(composed, "cafe", rules));
    CHECK_FALSE(same("a", "A", rules));
    CHECK(same("\xEA\xB0\x80", "\xE1\x84\x80\xE1\x85\xA1", rules)); // Hangul ga
}

TEST_CASE("name key: both ignored -> all four are one") {
    const auto rules = ignoring(true, true);
    for (const auto each : {decomposed, composed_upper, decomposed_upper})
        CHECK(same(composed, each, rules));
    CHECK_FALSE(same(composed, "cafe", rules));
}

TEST_CASE("name key: not UTF-8 -> bytes, apart from ASCII letters") {
    const auto rules = ignoring(true, true);
    CHECK(same("A\xE9", "a\xE9", rules));
    CHECK_FALSE(same("\xE9", "\xC9", rules));
    CHECK_FALSE(same("\xE9", "\xE8", rules));
    CHECK_FALSE(same("A\xE9", "a\xE9", ignoring(false, true)));
    CHECK_FALSE(same("\xED\xA0\x80", "\xED\xA0\x81", rules)); // surrogates
}

TEST_CASE("name key: hostile names -> made at once") {
    std::string accents = "a";
    for (int i = 0; i < 16 * 1024; ++i)
        accents += i % 2 == 0 ? "\xCC\x81" : "\xCC\xA3"; // above, below: they are sorted
    CHECK_FALSE(name_key(accents, ignoring(true, true)).empty());
}

TEST_CASE("names: on Linux -> all but what is no component, or too long") {
    const name_rules rules;
    for (const std::string_view name : {"a", "con", "a:b", "a.", "\xff", "a\nb", " "})
        CHECK(why(name, rules).empty());
    using namespace std::string_view_literals;
    for (const auto name : {""sv, "."sv, ".."sv, "a/b"sv, "a\0b"sv})
        CHECK(why(name, rules) == "is no name of a file");
    CHECK(why(std::string(255, 'x'), rules).empty());
    CHECK(why(std::string(256, 'x'), rules) == "is longer than 255 bytes");
}

TEST_CASE("names: in an FTP command -> no line ends") {
    name_rules rules;
    rules.is_ftp = true;
    CHECK(why("a\nb", rules) == "has a line end in it");
    CHECK(why("a\rb", rules) == "has a line end in it");
    CHECK(why("a b", rules).empty());
}

TEST_CASE("names: on Windows -> reserved characters, endings, devices") {
    const auto rules = name_rules::windows();
    for (const std::string_view name : {"a<", ">", "a:b", "\"", "a\\b", "|", "?", "*", "a\x1f"}) {
        INFO(name);
        CHECK(why(name, rules) == "has a character that Windows reserves");
    }
    for (const std::string_view name : {"a.", "a ", "..."}) {
        INFO(name);
        CHECK(why(name, rules) == "ends in a dot or a space, which Windows drops");
    }
    for (const std::string_view name :
         {"con", "PRN", "aux.txt", "Nul.tar.gz", "com1", "LPT9.x", "con .x"}) {
        INFO(name);
        CHECK(why(name, rules) == "is a device of Windows");
    }
    for (const std::string_view name :
         {"console", "com0", "com10", "a.con", ".con", "xcom1", "a b", "com", "caf\xC3\xA9"}) {
        INFO(name);
        CHECK(why(name, rules).empty());
    }
    CHECK(why("\xE9", rules) == "is not UTF-8");
    CHECK(why("\xE9", name_rules::macos()) == "is not UTF-8");
    CHECK(why("con", name_rules::macos()).empty());
    CHECK(same(composed_upper, decomposed, name_rules::macos()));
    CHECK_FALSE(same(composed, decomposed, name_rules::windows()));
    CHECK(same(composed, composed_upper, name_rules::windows()));
}

TEST_CASE("collisions: names -> the number of the first that is the same") {
    collision_finder finder(ignoring(true, true), key);
    CHECK_FALSE(finder.add("a"));
    CHECK_FALSE(finder.add(composed));
    CHECK_FALSE(finder.add("b"));
    CHECK(finder.add("A") == 0);
    CHECK(finder.add(decomposed_upper) == 1);
    CHECK(finder.add("a") == 0);
    CHECK_FALSE(finder.add("c"));
    CHECK(finder.add("C") == 6);
    collision_finder bytes(name_rules(), key);
    CHECK_FALSE(bytes.add("a"));
    CHECK_FALSE(bytes.add("A"));
    CHECK(bytes.add("a") == 0);
}

TEST_CASE("collisions: a million names -> each found again, in less than 64 MiB") {
    collision_finder finder(ignoring(true, false), key);
    const std::string name = "file-";
    constexpr std::uint32_t count = 1'000'000;
    for (std::uint32_t i = 0; i < count; ++i)
        REQUIRE_FALSE(finder.add(name + std::to_string(i)));
    // A table twice the size is filled while the last is still there.
    CHECK(finder.bytes() * 3 / 2 < 64 * 1024 * 1024);
    CHECK(finder.is_complete());
    for (std::uint32_t i = 0; i < count; i += 997)
        REQUIRE(finder.add("FILE-" + std::to_string(i)) == i);
}

TEST_CASE("collisions: more names than the cap -> not remembered, and it says so") {
    collision_finder finder(name_rules(), key);
    for (std::size_t i = 0; i < limits::compared_names; ++i)
        REQUIRE_FALSE(finder.add(std::to_string(i)));
    CHECK(finder.is_complete());
    CHECK(finder.add("7") == 7);
    CHECK(finder.is_complete());
    CHECK_FALSE(finder.add("x"));
    CHECK_FALSE(finder.is_complete());
    CHECK_FALSE(finder.add("x"));
    CHECK(finder.bytes() * 3 / 2 < 64 * 1024 * 1024);
}
