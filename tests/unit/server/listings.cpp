// MLSD, LIST, NLST and STAT with a path.
#include "base/limits.hpp"
#include "support/served.hpp"
#include "wire/listing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace ferry;

namespace {

std::vector<std::string> sorted_lines(const std::string& text) {
    std::istringstream from(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(from, line);) {
        CHECK(line.ends_with('\r'));
        line.pop_back();
        lines.push_back(line);
    }
    std::ranges::sort(lines);
    return lines;
}

/// The lines that a command brings, sorted and joined by "|".
io::task<> expect_lines(test::visitor& guest, std::string command, std::string wanted) {
    const auto text = co_await guest.fetch(command);
    std::string got;
    for (const auto& line : sorted_lines(text))
        (got += got.empty() ? "" : "|") += line;
    INFO(command);
    CHECK(got == wanted);
}

io::task<> list_names(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    for (const auto* const command : {"NLST", "NLST /", "NLST -la", "NLST -a -l .", "NLST ../"})
        co_await expect_lines(guest, command, "a.txt|b.txt|c.bin|sub");
    co_await expect_lines(guest, "NLST *.txt", "a.txt|b.txt");
    co_await expect_lines(guest, "NLST -l ?.bin", "c.bin");
    co_await expect_lines(guest, "NLST [!b-z].*", "a.txt");
    co_await expect_lines(guest, "NLST sub/*", "sub/x y|sub/z*");
    co_await expect_lines(guest, "NLST sub/z*", "sub/z*");
    co_await expect_lines(guest, "NLST sub", "x y|z*");
    co_await expect_lines(guest, "NLST sub/x y", "sub/x y");
    co_await expect_lines(guest, "NLST *.none", "");
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect("NLST none", "550 none: No such file or directory");
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect("NLST */*.txt", "550 ...");
}

io::task<> list_long_patterns(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    const std::string longest = "NLST " + std::string(limits::list_pattern, '*');
    co_await expect_lines(guest, longest, "a.txt|b.txt|c.bin|sub");
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect(longest + '*', "550 ...");
}

io::task<> list_in_full(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::set<std::string> seen;
    const auto full = co_await guest.fetch("LIST -la");
    for (const auto& line : sorted_lines(full)) {
        const auto parsed = wire::parse_list_line(line, now);
        REQUIRE(parsed);
        REQUIRE(*parsed);
        seen.insert((*parsed)->name);
        if ((*parsed)->name == "a.txt") CHECK((*parsed)->size == 5U);
        if ((*parsed)->name == "sub") CHECK((*parsed)->type == entry_type::directory);
    }
    const std::set<std::string> wanted{"a.txt", "b.txt", "c.bin", "sub"};
    CHECK(seen == wanted);
    const auto single = co_await guest.fetch("LIST a.txt");
    const auto one = sorted_lines(single);
    REQUIRE(one.size() == 1);
    CHECK(one[0].ends_with(" a.txt"));
    const auto status = co_await guest.ask("STAT /");
    CHECK(status.starts_with("213-Listing\n -rw") != status.starts_with("213-Listing\n drw"));
    CHECK(status.ends_with("\n213 End"));
    CHECK(std::ranges::count(status, '\n') == 5);
    co_await guest.expect("STAT none", "550 none: No such file or directory");
}

io::task<> list_facts(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.expect("OPTS MLST type;size;", "200 MLST OPTS type;size;");
    co_await expect_lines(guest, "MLSD",
                          "type=dir; sub|type=file;size=0; b.txt|type=file;size=0; c.bin|"
                          "type=file;size=5; a.txt");
    co_await expect_lines(guest, "MLSD sub", "type=file;size=0; x y|type=file;size=0; z*");
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect("MLSD a.txt", "501 /a.txt: Not a directory");
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect("MLSD none", "550 /none: No such file or directory");
    co_await guest.expect("OPTS MLST type;perm;", "200 MLST OPTS type;perm;");
    test::visitor reader(world);
    co_await reader.log_in("ftp", "x@");
    co_await reader.expect("OPTS MLST type;perm;", "200 MLST OPTS type;perm;");
    co_await expect_lines(reader, "MLSD",
                          "type=dir;perm=el; sub|type=file;perm=r; a.txt|type=file;perm=r; b.txt|"
                          "type=file;perm=r; c.bin");
}

io::task<> list_many(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    const auto text = co_await guest.fetch("MLSD");
    CHECK(sorted_lines(text).size() == 300);
    const auto status = co_await guest.ask("STAT .");
    CHECK(std::ranges::count(status, '\n') == 301);
}

void fill(const test::temporary_directory& root) {
    std::filesystem::create_directory(root / "sub");
    root.write("a.txt", "bytes");
    for (const auto* const name : {"b.txt", "c.bin", "sub/x y", "sub/z*"})
        root.write(name, "");
}

} // namespace

TEST_CASE("NLST: directories, files, patterns, options -> names that can be used again") {
    test::served world;
    fill(world.root);
    world.run(list_names);
}

TEST_CASE("NLST: a pattern as long as the cap -> what fits; one longer -> a name") {
    test::served world;
    fill(world.root);
    world.run(list_long_patterns);
}

TEST_CASE("LIST and STAT: a directory or a file -> lines that parse again") {
    test::served world;
    fill(world.root);
    world.run(list_in_full);
}

TEST_CASE("MLSD: with the chosen facts -> one line an entry; a file -> 501") {
    test::served world;
    world.options.anonymous = true;
    fill(world.root);
    world.run(list_facts);
}

TEST_CASE("listings: more than a block -> every entry once") {
    test::served world;
    for (int i = 0; i < 300; ++i)
        world.root.write(std::string(230, 'n') + std::to_string(i), "");
    world.run(list_many);
}
