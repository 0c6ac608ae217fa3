// From words to the typed struct.
#include "cli/arguments.hpp"
#include "cli/suggest.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace ferry;
using namespace ferry::cli;
using namespace std::chrono_literals;

namespace {

arguments parsed(const std::vector<std::string>& words) {
    auto result = parse_command_line(words);
    REQUIRE_MESSAGE(result.has_value(), result.error().message());
    return *result;
}

error refused(const std::vector<std::string>& words) {
    const auto result = parse_command_line(words);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code() == errc::usage);
    return result.error();
}

using words = std::vector<std::string>;

} // namespace

TEST_CASE("parse: get with options -> their members, and nothing else") {
    const auto got = parsed({"get", "-c", "ftp://h/a", "--output=x y", "--timeout", "0.5", "-q"});
    CHECK(got.command == command_id::get);
    CHECK(got.operands == words{"ftp://h/a"});
    CHECK(got.resume);
    CHECK(got.output == "x y");
    CHECK(got.timeout == 500ms);
    CHECK(got.quiet);
    CHECK_FALSE(got.verbose);
    CHECK(got.keep_time);
    CHECK(got.data == data_mode::automatic);
    CHECK(got.verify == verify_mode::automatic);
}

TEST_CASE("parse: --verify -> the proof wanted, of get, put, cat and mirror") {
    CHECK(parsed({"get", "--verify=hash", "ftp://h/a"}).verify == verify_mode::hash);
    CHECK(parsed({"put", "--verify", "size", "a", "ftp://h/"}).verify == verify_mode::size);
    CHECK(parsed({"cat", "--verify=none", "ftp://h/a"}).verify == verify_mode::none);
    CHECK(parsed({"mirror", "--verify=size", "a", "b"}).verify == verify_mode::size);
    CHECK(parsed({"get", "--verify=auto", "ftp://h/a"}).verify == verify_mode::automatic);
    CHECK_FALSE(parse_command_line({"get", "--verify=md5", "ftp://h/a"}));
    CHECK_FALSE(parse_command_line({"ls", "--verify=size", "ftp://h/a"}));
}

TEST_CASE("parse: options before the command -> the same") {
    const auto got = parsed({"-v", "--timeout", "5", "get", "ftp://h/a", "-o", "-"});
    CHECK(got.command == command_id::get);
    CHECK(got.verbose);
    CHECK(got.timeout == 5s);
    CHECK(got.output == "-");
}

TEST_CASE("parse: letters in a cluster -> each of them") {
    const auto got = parsed({"ls", "-laR1t", "ftp://h/"});
    CHECK(got.long_format);
    CHECK(got.all);
    CHECK(got.recursive);
    CHECK(got.one_column);
    CHECK(got.sort == sort_key::time);
}

TEST_CASE("parse: the same letter -> what the command means by it") {
    CHECK(parsed({"rm", "-r", "ftp://h/a"}).recursive);
    CHECK(parsed({"mkdir", "-p", "ftp://h/a"}).parents);
    CHECK(parsed({"ls", "-r", "ftp://h/a"}).reverse);
    refused({"rm", "-R", "ftp://h/a"});
}

TEST_CASE("parse: a lone dash -> an operand") {
    CHECK(parsed({"put", "-", "ftp://h/a"}).operands == words{"-", "ftp://h/a"});
}

TEST_CASE("parse: words after -- -> operands whatever they look like") {
    CHECK(parsed({"put", "--", "-c", "ftp://h/"}).operands == words{"-c", "ftp://h/"});
    CHECK(parsed({"chmod", "--", "-x", "ftp://h/f"}).operands == words{"-x", "ftp://h/f"});
}

TEST_CASE("parse: brackets, commas, equal signs in names -> taken as they are") {
    const words odd{"[a,b]", "{x}", "a=b", "%%", "ftp://h/"};
    auto line = odd;
    line.insert(line.begin(), "put");
    CHECK(parsed(line).operands == odd);
    CHECK(parsed({"get", "ftp://h/a", "-o", "[a,b]"}).output == "[a,b]");
}

TEST_CASE("parse: an option given twice -> the last one counts") {
    CHECK(parsed({"get", "ftp://h/a", "-o", "x", "-o", "y"}).output == "y");
    CHECK(parsed({"get", "ftp://h/a", "--active", "--passive"}).data == data_mode::passive);
    CHECK(parsed({"get", "ftp://h/a", "--passive", "--active"}).data == data_mode::active);
    CHECK(parsed({"ls", "-tS", "u"}).sort == sort_key::size);
    CHECK(parsed({"ls", "-St", "u"}).sort == sort_key::time);
    CHECK(parsed({"get", "ftp://h/a", "-v", "-v"}).verbose);
}

TEST_CASE("parse: serve -> its options") {
    const auto got = parsed({"serve", "--port", "0", "--user", "bob", "--read-only", "/srv"});
    CHECK(got.port == 0);
    CHECK(got.user == "bob");
    CHECK(got.read_only);
    CHECK(got.listen == "127.0.0.1");
    CHECK(got.operands == words{"/srv"});
}

TEST_CASE("parse: a value that makes no sense -> usage that names the option") {
    CHECK(refused({"serve", "--port", "70000", "/"}).detail().starts_with("--port "));
    CHECK(refused({"get", "--timeout", "soon", "u"}).detail().starts_with("--timeout "));
    CHECK(refused({"get", "--timeout", "0", "u"}).detail().starts_with("--timeout "));
    CHECK(refused({"get", "--timeout", "-1", "u"}).detail().starts_with("--timeout "));
    CHECK(refused({"serve", "--max-sessions", "0", "/"}).detail().starts_with("--max-sessions "));
    CHECK(refused({"get", "--output", "", "u"}).detail().starts_with("--output "));
    refused({"get", "ftp://h/a", "-o"});
    refused({"get", "--quiet=x", "ftp://h/a"});
}

TEST_CASE("parse: too few or too many operands -> usage that says what is wanted") {
    CHECK(refused({"get"}).detail() == "wants URL...");
    CHECK(refused({"put", "file"}).detail() == "wants FILE... URL");
    CHECK(refused({"mv", "a"}).detail() == "wants URL... URL");
    CHECK(refused({"serve", "a", "b"}).detail() == "wants DIR: what is 'b'?");
    CHECK(refused({"demo", "x"}).detail() == "takes no operands: what is 'x'?");
    refused({});
}

TEST_CASE("parse: what is mistyped -> the nearest is suggested") {
    CHECK(refused({"gett", "ftp://h/a"}).advice() == "did you mean 'get'?");
    CHECK(refused({"get", "--ouptut", "x", "u"}).advice() == "did you mean '--output'?");
    CHECK(refused({"get", "--quite", "u"}).advice() == "did you mean '--quiet'?");
    CHECK(refused({"frobnicate"}).advice().empty());
}

TEST_CASE("parse: a password option -> the ways there are") {
    CHECK(refused({"get", "--password", "x", "u"}).advice().find("FERRY_PASSWORD") !=
          std::string_view::npos);
}

TEST_CASE("parse: a URL without a command -> a shell there") {
    const auto got = parsed({"--active", "ftp://h/a", "-v"});
    CHECK(got.command == command_id::shell);
    CHECK(got.operands == words{"ftp://h/a"});
    CHECK(got.data == data_mode::active);
    CHECK(got.verbose);
    refused({"ftp://h/a", "ftp://h/b"});
}

TEST_CASE("parse: help and version -> need nothing else") {
    CHECK(parsed({"--help"}).show_help);
    CHECK(parsed({"--version"}).show_version);
    CHECK(parsed({"-V"}).show_version);
    const auto got = parsed({"get", "--help"});
    CHECK(got.show_help);
    CHECK(got.command == command_id::get);
    CHECK(parsed({"help", "get"}).operands == words{"get"});
}

TEST_CASE("nearest: one or two letters off -> found; more -> nothing") {
    constexpr std::array<std::string_view, 3> names{"get", "output", "verbose"};
    CHECK(nearest("gte", names) == "get");
    CHECK(nearest("gett", names) == "get");
    CHECK(nearest("outptu", names) == "output");
    CHECK(nearest("verbos", names) == "verbose");
    CHECK(nearest("xyz", names).empty());
    CHECK(nearest("", names).empty());
    CHECK(nearest(std::string(100'000, 'x'), names).empty());
}
