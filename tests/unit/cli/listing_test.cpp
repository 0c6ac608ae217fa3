// Directories as text and as JSON.
#include "cli/json.hpp"
#include "cli/listing.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>

using namespace ferry;
using namespace ferry::cli;
using namespace std::chrono_literals;

namespace {

std::string printed; // what `print` wrote: it takes a plain function

void collect(std::string_view block) {
    printed += block;
}

entry file(std::string name, std::uint64_t size = 0, int time = 0) {
    entry made;
    made.name = std::move(name);
    made.type = entry_type::file;
    made.size = size;
    made.mtime = std::chrono::sys_seconds(std::chrono::seconds(time));
    made.precision = time_precision::utc_second;
    return made;
}

std::string list(const listing_style& style, const std::vector<entry>& entries) {
    listing page(style);
    for (const auto& each : entries)
        REQUIRE(page.add(each));
    printed.clear();
    page.print(&collect);
    return printed;
}

listing_style sorted_by(sort_key key, bool reverse = false) {
    listing_style style;
    style.sort = key;
    style.reverse = reverse;
    return style;
}

} // namespace

TEST_CASE("listing: names -> by name, in bytes; dots only when asked for") {
    const std::vector<entry> entries{file("b"), file("a b"), file("B"), file(".x"), file("\xff")};
    CHECK(list(listing_style(), entries) == "B\na b\nb\n\\xFF\n");
    listing_style all;
    all.hidden = true;
    CHECK(list(all, entries) == ".x\nB\na b\nb\n\\xFF\n");
}

TEST_CASE("listing: by size and by time -> largest and newest first, names where they are equal") {
    const std::vector<entry> entries{file("a", 1, -5), file("c", 3, 9), file("b", 3, 0)};
    CHECK(list(sorted_by(sort_key::size), entries) == "b\nc\na\n");
    CHECK(list(sorted_by(sort_key::time), entries) == "c\nb\na\n");
    CHECK(list(sorted_by(sort_key::time, true), entries) == "a\nb\nc\n");
    CHECK(list(sorted_by(sort_key::name, true), entries) == "c\nb\na\n");
}

TEST_CASE("listing: an unknown time -> last") {
    auto unknown = file("a");
    unknown.mtime.reset();
    CHECK(list(sorted_by(sort_key::time), {unknown, file("b", 0, -100)}) == "b\na\n");
}

TEST_CASE("listing: control characters in a name -> escaped, the line stays one line") {
    CHECK(list(listing_style(), {file("a\nb\x1b[31m")}) == "a\\x0Ab\\x1B[31m\n");
}

TEST_CASE("listing: columns -> filled downwards within the width") {
    listing_style style;
    style.format = listing_format::columns;
    style.width = 20;
    CHECK(list(style, {file("a"), file("bb"), file("ccc"), file("dd"), file("\u00fc")}) ==
          "a    ccc  \u00fc\nbb   dd\n");
    style.width = 1;
    CHECK(list(style, {file("a"), file("long-name")}) == "a\nlong-name\n");
    CHECK(list(style, {}).empty());
}

TEST_CASE("listing: long -> aligned, sizes for people, directories without one") {
    ::setenv("TZ", "UTC0", 1);
    ::tzset();
    auto big = file("big.iso", 268'435'456, 1'772'368'440);
    big.permissions = "rw-r--r--";
    big.owner = "alice";
    big.group = "users";
    auto directory = file("pub", 4096, 1'772'368'440);
    directory.type = entry_type::directory;
    directory.precision = time_precision::local_day;
    auto link = file("latest", 7);
    link.type = entry_type::symlink;
    link.target = "big.iso";
    link.mtime.reset();
    listing_style style;
    style.format = listing_format::long_lines;
    CHECK(list(style, {big, directory, link}) ==
          "-rw-r--r--  alice     users      256 MiB  2026-03-01 12:34  big.iso\n"
          "l?????????  -         -              7 B  ?                 latest -> big.iso\n"
          "d?????????  -         -                -  2026-03-01        pub\n");
}

TEST_CASE("listing: time in the server's own zone -> as it stands; UTC -> in ours") {
    ::setenv("TZ", "XYZ-2", 1);
    ::tzset();
    auto here = file("a", 0, 1'772'368'440);
    CHECK(local_time_text(here) == "2026-03-01 14:34");
    here.precision = time_precision::local_minute;
    CHECK(local_time_text(here) == "2026-03-01 12:34");
    ::setenv("TZ", "UTC0", 1);
    ::tzset();
}

TEST_CASE("json: an entry -> all members, what is unknown is null, bytes become UTF-8") {
    auto odd = file("a\"\xff\n", 5, 0);
    std::string out;
    append_json(out, odd, std::nullopt);
    const auto value = boost::json::parse(out).as_object();
    CHECK(value.size() == 8);
    CHECK(value.at("name").as_string() == "a\"\xEF\xBF\xBD\n");
    CHECK(value.at("type").as_string() == "file");
    CHECK(value.at("size").to_number<int>() == 5);
    CHECK(value.at("mtime").as_string() == "1970-01-01T00:00:00Z");
    for (const auto* unknown : {"permissions", "owner", "group", "target"})
        CHECK(value.at(unknown).is_null());
    entry bare;
    bare.name = "x";
    out.clear();
    append_json(out, bare, "sub/x");
    const auto other = boost::json::parse(out).as_object();
    CHECK(other.at("path").as_string() == "sub/x");
    CHECK(other.at("size").is_null());
    CHECK(other.at("mtime").is_null());
    CHECK(other.at("type").as_string() == "other");
}

TEST_CASE("json: a name longer than the block it is made in -> whole") {
    std::string out;
    append_json(out, file(std::string(50'000, 'x')), std::nullopt);
    CHECK(boost::json::parse(out).at("name").as_string().size() == 50'000);
}

TEST_CASE("json: two directories -> one array") {
    listing_style style;
    style.format = listing_format::json;
    listing first(style);
    listing second(style);
    REQUIRE(first.add(file("b"), ""));
    REQUIRE(first.add(file("a"), ""));
    REQUIRE(second.add(file("c"), "sub"));
    printed = "[";
    first.print(&collect);
    second.print(&collect, true);
    const auto all = boost::json::parse(printed + "]").as_array();
    REQUIRE(all.size() == 3);
    CHECK(all[0].at("path").as_string() == "a");
    CHECK(all[2].at("path").as_string() == "sub/c");
}

TEST_CASE("json: an error -> its parts, for programs") {
    error problem(errc::not_found);
    problem.at("RETR x").said(550, "no \x1b such file");
    const auto object = error_object(problem);
    CHECK(object.at("code").as_string() == "not_found");
    CHECK(object.at("exit_status").to_number<int>() == 5);
    CHECK(object.at("step").as_string() == "RETR x");
    CHECK(object.at("reply_code").to_number<int>() == 550);
    CHECK(object.at("message").as_string().find('\x1b') == std::string::npos);
    CHECK(error_object(error(errc::usage)).at("reply_code").to_number<int>() == 0);
    CHECK(json_line(object).find('\n') == json_line(object).size() - 1);
}

TEST_CASE("text store: many pieces, one larger than a block -> none moves") {
    text_store store;
    std::vector<std::string_view> kept;
    for (int i = 0; i < 50'000; ++i)
        kept.push_back(store.add("entry " + std::to_string(i)));
    const auto large = store.add(std::string(1'000'000, 'y'));
    CHECK(kept.front() == "entry 0");
    CHECK(kept.back() == "entry 49999");
    CHECK(large.size() == 1'000'000);
    CHECK(store.add("").empty());
    CHECK(store.bytes() < 3'000'000);
}
