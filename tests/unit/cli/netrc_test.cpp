#include "cli/netrc.hpp"

#include <doctest/doctest.h>

using namespace ferry::cli;

namespace {

constexpr auto anybody = std::nullopt;

} // namespace

TEST_CASE("netrc: machine on one line or on many -> the same") {
    const netrc_entry wanted{"alice", "secret", std::nullopt};
    CHECK(find_in_netrc("machine h login alice password secret", "h", anybody) == wanted);
    CHECK(find_in_netrc("machine h\n  login alice\r\n\tpassword secret\n", "h", anybody) == wanted);
}

TEST_CASE("netrc: several machines -> the one asked for, in any case") {
    const auto* text = "machine a login x password 1\nmachine b login y password 2\n"
                       "machine b login z password 3\ndefault login d password 4\n";
    CHECK(find_in_netrc(text, "B", anybody)->login == "y");
    CHECK(find_in_netrc(text, "b", "z")->password == "3");
    CHECK(find_in_netrc(text, "c", anybody)->login == "d");
    CHECK(find_in_netrc(text, "b", "d")->password == "4");
    CHECK_FALSE(find_in_netrc(text, "b", "nobody").has_value());
}

TEST_CASE("netrc: quotes -> blanks and quotes in a value") {
    const auto found =
        find_in_netrc(R"(machine h login "a b" password "q\"u\\o" account x)", "h", anybody);
    CHECK(found->login == "a b");
    CHECK(found->password == R"(q"u\o)");
    CHECK(found->account == "x");
}

TEST_CASE("netrc: comments and macros -> passed over; a password may begin with #") {
    const auto* text = "# machine h login no password no\n"
                       "macdef init\nmachine h login no\n\n"
                       "machine h # here\nlogin yes password #1\n";
    const auto found = find_in_netrc(text, "h", anybody);
    CHECK(found->login == "yes");
    CHECK(found->password == "#1");
}

TEST_CASE("netrc: broken ends -> no crash, and what there is") {
    CHECK_FALSE(find_in_netrc("", "h", anybody).has_value());
    CHECK_FALSE(find_in_netrc("machine", "h", anybody).has_value());
    CHECK(find_in_netrc("machine h login", "h", anybody).has_value());
    CHECK(find_in_netrc("machine h password \"open", "h", anybody)->password == "open");
    CHECK(find_in_netrc("machine h password \"open\\", "h", anybody)->password == "open\\");
    CHECK_FALSE(find_in_netrc("macdef x\nmachine h", "h", anybody).has_value());
}

TEST_CASE("netrc: machines -> all that are named, no word of a value or a macro") {
    const auto found =
        machines_in_netrc("machine a login machine password x\n# machine no\n"
                          "macdef init\nmachine inside\n\nmachine \"b c\"\ndefault\n");
    CHECK(found == std::vector<std::string>{"a", "b c"});
}
