#include "cli/shell/completion_list.hpp"

#include <doctest/doctest.h>

#include <clocale>
#include <initializer_list>

using namespace ferry::cli;

namespace {

std::vector<completion> all_of(std::initializer_list<const char*> names) {
    std::vector<completion> found;
    for (const auto* name : names)
        found.emplace_back(name, name, true);
    return found;
}

std::string common(std::initializer_list<const char*> names) {
    const auto found = all_of(names);
    return std::string(common_part(found));
}

std::vector<completion> numbered(std::size_t count) {
    std::vector<completion> found;
    for (std::size_t i = 0; i < count; ++i)
        found.emplace_back(std::to_string(i), std::to_string(i), true);
    return found;
}

} // namespace

TEST_CASE("completion: several names -> what they all begin with") {
    CHECK(common({}).empty());
    CHECK(common({"file"}) == "file");
    CHECK(common({"file1", "file22", "file"}) == "file");
    CHECK(common({"file", "file"}) == "file");
    CHECK(common({"a", "b"}).empty());
    CHECK(common({"", "b"}).empty());
}

TEST_CASE("completion: names that differ within a character -> up to that character") {
    CHECK(common({"siz\xC3\xA9", "siz\xC3\xA8"}) == "siz");
    CHECK(common({"\xE6\x97\xA5\xE6\x9C\xAC", "\xE6\x97\xA5\xE8\xAA\x9E"}) == "\xE6\x97\xA5");
    CHECK(common({"x\xE6\x97\xA5", "x\xE6\x97\xA4"}) == "x");
    CHECK(common({"siz\xC3\xA9", "siz\xC3\xA9s"}) == "siz\xC3\xA9");
}

TEST_CASE("completion: names that differ behind a backslash -> up to it") {
    CHECK(common({"a\\ b", "a\\'b"}) == "a");
    CHECK(common({"a\\ b", "a\\ c"}) == "a\\ ");
    CHECK(common({"a\\\\b", "a\\\\c"}) == "a\\\\");
    CHECK(common({"a\\"}) == "a\\");
}

TEST_CASE("completion list: it fits -> columns, read downwards") {
    CHECK(list_of(all_of({"a", "bb", "ccc", "d", "e"}), 13) == "a    d\nbb   e\nccc\n");
    CHECK(list_of(all_of({"a", "b"}), 80) == "a  b\n");
}

TEST_CASE("completion list: a narrow terminal, or long names -> one column") {
    CHECK(list_of(all_of({"aaaa", "bbbb"}), 10) == "aaaa\nbbbb\n");
    CHECK(list_of(all_of({"aaaa", "bbbb"}), 11) == "aaaa  bbbb\n");
    CHECK(list_of(all_of({"aaaa", "bbbb"}), 1) == "aaaa\nbbbb\n");
}

TEST_CASE("completion list: wide and hostile names -> aligned, and escaped") {
    const std::string before = std::setlocale(LC_CTYPE, nullptr);
    REQUIRE(std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr);
    CHECK(list_of(all_of({"\xE6\x97\xA5\xE6\x9C\xAC", "abc", "x"}), 14) ==
          "\xE6\x97\xA5\xE6\x9C\xAC  x\nabc\n");
    CHECK(list_of(all_of({"a\x1b[2J", "b"}), 80) == "a\\x1B[2J  b\n");
    std::setlocale(LC_CTYPE, before.c_str());
}

TEST_CASE("completion list: more than are listed -> counted") {
    CHECK(list_of(numbered(most_listed), 80).find("199") != std::string::npos);
    CHECK(list_of(numbered(most_listed + 1), 80) == "201 names; type more\n");
    CHECK(list_of(numbered(2315), 80) == "2,315 names; type more\n");
    CHECK(list_of(numbered(1'000'000), 80) == "1,000,000 names; type more\n");
}
