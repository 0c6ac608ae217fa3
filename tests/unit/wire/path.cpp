// Paths on a server.
#include "wire/path.hpp"

#include <doctest/doctest.h>

using namespace ferry::wire;
using parts = std::pair<std::string, std::string>;

TEST_CASE("join path: directory and name -> one slash between; an absolute name stands alone") {
    CHECK(join_path("a", "b") == "a/b");
    CHECK(join_path("a/", "b") == "a/b");
    CHECK(join_path("/", "b") == "/b");
    CHECK(join_path("", "b") == "b");
    CHECK(join_path("a", "/b") == "/b");
    CHECK(join_path("a", "") == "a");
    CHECK(join_path("", "") == "");
}

TEST_CASE("split path: any path -> directory and last component") {
    CHECK(split_path("a/b") == parts("a", "b"));
    CHECK(split_path("/b") == parts("/", "b"));
    CHECK(split_path("b") == parts("", "b"));
    CHECK(split_path("a/b/") == parts("a", "b"));
    CHECK(split_path("a//b//") == parts("a", "b"));
    CHECK(split_path("//b") == parts("/", "b"));
    CHECK(split_path("/") == parts("/", ""));
    CHECK(split_path("///") == parts("/", ""));
    CHECK(split_path("") == parts("", ""));
}

TEST_CASE("normalize path: dots and doubled slashes -> gone; the root has no parent") {
    CHECK(normalize_path("/", "") == "/");
    CHECK(normalize_path("", "") == "/");
    CHECK(normalize_path("/a/b", "c") == "/a/b/c");
    CHECK(normalize_path("/a/b", "/c") == "/c");
    CHECK(normalize_path("/a/b", "..") == "/a");
    CHECK(normalize_path("/a/b", "../../../..") == "/");
    CHECK(normalize_path("/a", "../../etc/passwd") == "/etc/passwd");
    CHECK(normalize_path("/a//b/./", "c//d/.") == "/a/b/c/d");
    CHECK(normalize_path("/a", "...") == "/a/...");
    CHECK(normalize_path("/", "/../x/../y/") == "/y");
}
