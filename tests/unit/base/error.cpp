// The error table and the line made of an error.
#include "base/endpoint.hpp"

#include <ferry/entry.hpp>
#include <ferry/result.hpp>

#include <doctest/doctest.h>

#include <set>

using namespace ferry;

TEST_CASE("error table: every row is whole, names are unique, statuses are documented ones") {
    std::set<std::string_view> names;
    const std::set statuses{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130};
    for (std::size_t i = 0; i < errc_count; ++i) {
        const auto& row = describe(static_cast<errc>(i));
        CAPTURE(row.name);
        CHECK(!row.name.empty());
        CHECK(!row.message.empty());
        CHECK(names.insert(row.name).second);
        CHECK(statuses.contains(row.exit_status));
        CHECK(row.reply_code >= 400);
        CHECK(row.reply_code < 600);
    }
}

TEST_CASE("error: message -> one printable line with step, reply and advice") {
    error e(errc::not_found, "x\ny");
    e.at("RETR a\x1b[2J").at("outer step").said(550, "No such\r\nfile");
    CHECK(e.message() ==
          "not found: x\\x0Ay (RETR a\\x1B[2J); server said \"550 No such\\x0D\\x0Afile\"; "
          "list the directory to see what is there");
    e.advise("look elsewhere");
    CHECK(e.message().ends_with("; look elsewhere"));
}

TEST_CASE("error: from the system -> the cause that fits") {
    const auto cause = [](std::errc os) {
        return error::from_system(std::make_error_code(os), errc::local_file, "f").code();
    };
    CHECK(cause(std::errc::no_space_on_device) == errc::local_no_space);
    CHECK(cause(std::errc::no_such_file_or_directory) == errc::local_not_found);
    CHECK(cause(std::errc::is_a_directory) == errc::local_exists);
    CHECK(cause(std::errc::permission_denied) == errc::local_file);
}

TEST_CASE("is_safe_name: one component and nothing else") {
    CHECK(is_safe_name("a"));
    CHECK(is_safe_name("..."));
    CHECK(is_safe_name(" "));
    CHECK(!is_safe_name(""));
    CHECK(!is_safe_name("."));
    CHECK(!is_safe_name(".."));
    CHECK(!is_safe_name("a/b"));
    CHECK(!is_safe_name(std::string_view("a\0b", 3)));
}

TEST_CASE("endpoint: IPv6 in brackets") {
    CHECK(to_string(endpoint("127.0.0.1", 21)) == "127.0.0.1:21");
    CHECK(to_string(endpoint("::1", 990)) == "[::1]:990");
}
