// Paths in 257 replies: quoted well, quoted badly, not quoted.
#include "wire/quoting.hpp"

#include <doctest/doctest.h>

using namespace ferry;

namespace {

std::string path_of(std::string_view text) {
    const auto path = wire::parse_quoted_path(text);
    if (path) return *path;
    CHECK(path.error().code() == errc::protocol_error);
    return "(none)";
}

} // namespace

TEST_CASE("257: quoted as RFC 959 says -> the path") {
    CHECK(path_of("\"/\" is current directory.") == "/");
    CHECK(path_of("\"/a b\"") == "/a b");
    CHECK(path_of("\"/a\"\"b\" created") == "/a\"b");
    CHECK(path_of("\"/a\"\" b\" created") == "/a\" b");
    CHECK(path_of("\"/\"\"\" created") == "/\"");
    CHECK(path_of("\"\"\"x\"\"\"") == "\"x\"");
    CHECK(path_of("now in \"/a\" as \"b\"") == "/a");
}

TEST_CASE("257: inner quotes not doubled -> understood where a space does not follow them") {
    CHECK(path_of("\"/a\"b\" is your location") == "/a\"b");
    CHECK(path_of("\"/a\".") == "/a");
    CHECK(path_of("\"/a\"\" is current") == "/a\"");
}

TEST_CASE("257: no quotes -> the first word") {
    CHECK(path_of("/home/me is current directory") == "/home/me");
    CHECK(path_of("  /x  ") == "/x");
}

TEST_CASE("257: no path -> the protocol is broken") {
    CHECK(path_of("") == "(none)");
    CHECK(path_of("   ") == "(none)");
    CHECK(path_of("\"\"") == "(none)");
    CHECK(path_of("\"\" created") == "(none)");
    CHECK(path_of("\"") == "(none)");
    CHECK(path_of("\"/not closed") == "(none)");
}

TEST_CASE("257: formatted -> reads back the same, with and without a comment") {
    for (const std::string path : {"/", "/a b", "\"", "/\"\"", "/a\"", "/ \" x", "\" \"",
                                   "caf\xc3\xa9", " ", "/a\\\"b", "\"\"\" \"\"\""}) {
        INFO(path);
        CHECK(path_of(wire::format_quoted_path(path)) == path);
        CHECK(path_of(wire::format_quoted_path(path, "is \"current\"")) == path);
    }
    CHECK(wire::format_quoted_path("/a \"b\"", "created") == "\"/a \"\"b\"\"\" created");
}
