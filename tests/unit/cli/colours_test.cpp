#include "cli/colours.hpp"

#include <doctest/doctest.h>

using namespace ferry;
using namespace ferry::cli;

namespace {

entry named(std::string name, entry_type type, std::string permissions = {}) {
    entry made;
    made.name = std::move(name);
    made.type = type;
    made.permissions = std::move(permissions);
    return made;
}

std::string colour(const name_colours& colours, const entry& what) {
    return colours.begin(colours.colour_of(what));
}

} // namespace

TEST_CASE("names have the colours of LS_COLORS: by type, then by their end") {
    const name_colours colours("di=01;34:ln=01;36:ex=01;32:*.tar=01;31:*.gz=33:*.tar.gz=35");
    CHECK(colour(colours, named("d.tar", entry_type::directory)) == "\x1b[01;34m");
    CHECK(colour(colours, named("l", entry_type::symlink)) == "\x1b[01;36m");
    CHECK(colour(colours, named("x.tar", entry_type::file, "rwxr-xr-x")) == "\x1b[01;32m");
    CHECK(colour(colours, named("a.TAR", entry_type::file, "rw-r--r--")) == "\x1b[01;31m");
    CHECK(colour(colours, named("a.tar.gz", entry_type::file)) == "\x1b[35m");
    CHECK(colour(colours, named("plain", entry_type::file)).empty());
    CHECK(colour(colours, named("device", entry_type::other)).empty());
}

TEST_CASE("without LS_COLORS the usual colours count") {
    const name_colours colours("");
    CHECK(colour(colours, named("d", entry_type::directory)) == "\x1b[01;34m");
    CHECK(colour(colours, named("f", entry_type::file)).empty());
}

TEST_CASE("nothing but a colour gets from LS_COLORS to the terminal") {
    const name_colours colours("di=\x1b[2J:ln=:*=31:ex=1;\n2:nonsense:=:::*.a=31");
    CHECK(colour(colours, named("d", entry_type::directory)).empty());
    CHECK(colour(colours, named("l", entry_type::symlink)).empty());
    CHECK(colour(colours, named("x", entry_type::file, "rwxrwxrwx")).empty());
    CHECK(colour(colours, named("b.a", entry_type::file)) == "\x1b[31m");
}
