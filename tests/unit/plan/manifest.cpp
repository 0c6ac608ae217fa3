// Manifests: written, read, damaged.
#include "plan/manifest.hpp"

#include "base/limits.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ferry;
using namespace ferry::plan;

namespace {

const std::string zeros(64, '0');

manifest_entry item_of(std::string path, std::uint64_t size = 5) {
    manifest_entry item;
    item.path = std::move(path);
    item.size = size;
    return item;
}

std::vector<manifest_entry> samples() {
    std::vector<manifest_entry> items{item_of(" leading", 0), item_of("a\n\r\t\x7f\\x41"),
                                      item_of("b/c d", UINT64_MAX), item_of("b/\xff"),
                                      item_of("caf\xC3\xA9")};
    for (std::size_t i = 0; i < 32; ++i)
        items[1].hash[i] = static_cast<std::uint8_t>(i * 37);
    items[1].mtime = file_time(std::chrono::nanoseconds(1'234'567'890'123'456'789));
    items[2].mtime = file_time(std::chrono::nanoseconds(-1));
    items[3].mtime = file_time(std::chrono::nanoseconds(INT64_MIN));
    return items;
}

std::string written(const std::vector<manifest_entry>& items) {
    std::string text;
    manifest_writer writer;
    for (const auto& each : items)
        REQUIRE(writer.add(each, text));
    writer.finish(text);
    return text;
}

/// What was read, and what it ended with: "" if it was complete.
struct reading {
    std::vector<manifest_entry> items;
    std::string problem;
};

reading read(std::string_view text, std::size_t step) {
    manifest_reader reader;
    reading seen;
    for (;;) {
        auto item = reader.next();
        if (!item) {
            CHECK_FALSE(reader.is_complete());
            CHECK_FALSE(reader.next()); // it stays so
            seen.problem =
                std::string(describe(item.error().code()).name) + ": " + item.error().detail();
            return seen;
        }
        if (*item) {
            seen.items.push_back(std::move(**item));
        } else if (!text.empty()) {
            reader.feed(text.substr(0, step));
            text.remove_prefix(std::min(step, text.size()));
            if (text.empty()) reader.finish();
        } else {
            CHECK(reader.is_complete());
            return seen;
        }
    }
}

/// Whole and byte by byte it is the same.
reading read(std::string_view text) {
    auto whole = read(text, text.size() + 1);
    const auto bytes = read(text, 1);
    CHECK(whole.items == bytes.items);
    CHECK(whole.problem == bytes.problem);
    return whole;
}

std::string line_of(std::string_view rest) {
    return zeros + ' ' + std::string(rest);
}

} // namespace

TEST_CASE("manifest: a line -> as it is written down") {
    CHECK(format_manifest_line(item_of("a b")) == line_of("5 - a b"));
    const auto line = format_manifest_line(samples()[1]);
    CHECK(line.starts_with("00254a6f94b9de03"));
    CHECK(line.ends_with(" 5 1234567890123456789 a\\x0A\\x0D\\x09\\x7F\\\\x41"));
}

TEST_CASE("manifest: any line -> read as it was written") {
    for (const auto& each : samples()) {
        INFO(format_manifest_line(each));
        CHECK(parse_manifest_line(format_manifest_line(each)) == each);
    }
    for (int byte = 1; byte < 256; ++byte) {
        if (byte == '/') continue;
        const auto item = item_of(std::string("x") + static_cast<char>(byte));
        REQUIRE(parse_manifest_line(format_manifest_line(item)) == item);
    }
}

TEST_CASE("manifest: a line that nobody writes -> not read") {
    REQUIRE(parse_manifest_line(line_of("5 - a")));
    for (const auto& line : {std::string(),
                             zeros,
                             zeros + " 5",
                             zeros + " 5 -",
                             line_of("5 - "),
                             line_of("5 a"),
                             line_of("05 - a"),
                             line_of("+5 - a"),
                             line_of("-5 - a"),
                             line_of("5  - a"),
                             line_of("18446744073709551616 - a"),
                             line_of("5 01 a"),
                             line_of("5 -0 a"),
                             line_of("5 1.5 a"),
                             line_of("5 9223372036854775808 a"),
                             line_of("5  a"),
                             line_of("5 - /a"),
                             line_of("5 - a/"),
                             line_of("5 - ../a"),
                             line_of("5 - a/../b"),
                             line_of("5 - ."),
                             line_of("5 - a//b"),
                             line_of("5 - a\\"),
                             line_of("5 - a\\b"),
                             line_of("5 - a\\x"),
                             line_of("5 - a\\x0"),
                             line_of("5 - a\\x0a"),
                             line_of("5 - a\\x41"),
                             line_of("5 - a\\x00"),
                             line_of("5 - a\\x5C"),
                             line_of("5 - \\x2E\\x2E/a"),
                             line_of("5 - a\tb"),
                             zeros.substr(1) + " 5 - a",
                             '0' + zeros + " 5 - a",
                             'A' + zeros.substr(1) + " 5 - a",
                             'g' + zeros.substr(1) + " 5 - a"}) {
        INFO(line);
        CHECK_FALSE(parse_manifest_line(line));
    }
}

TEST_CASE("manifest: files -> read as they were written, and complete") {
    CHECK(written({}) == "ferry-manifest 1\nend 0\n");
    CHECK(read(written({})).problem.empty());
    CHECK(read(written({})).items.empty());
    const auto all = read(written(samples()));
    CHECK(all.problem.empty());
    CHECK(all.items == samples());
}

TEST_CASE("manifest: line ends of another system -> read all the same") {
    const auto seen = read("ferry-manifest 1\r\n" + line_of("5 - a\r\n") + "end 1\r\n");
    CHECK(seen.problem.empty());
    CHECK(seen.items == std::vector{item_of("a")});
}

TEST_CASE("manifest: cut off anywhere -> what was there, and a failure") {
    const auto text = written(samples());
    for (std::size_t length = 1; length < text.size(); ++length) {
        INFO(length);
        const auto seen = read(std::string_view(text).substr(0, length), text.size());
        CHECK(seen.problem == "verification_failed: the manifest has no proper end");
        CHECK(seen.items.size() <= samples().size());
    }
    manifest_reader empty;
    empty.finish();
    CHECK_FALSE(empty.next());
}

TEST_CASE("manifest: damaged -> says which line") {
    const std::string begin = "ferry-manifest 1\n";
    const auto file = line_of("5 - b\n");
    const auto problem = [](const std::string& text) { return read(text).problem; };
    const std::string failed = "verification_failed: line ";
    CHECK(problem("<html>\n") == failed + "1 of the manifest does not begin one");
    CHECK(problem("\n") == failed + "1 of the manifest does not begin one");
    CHECK(problem("ferry-manifest 2\n") == "not_supported: the manifest is of version 2");
    CHECK(problem("ferry-manifest 1 \x1b\n") ==
          "not_supported: the manifest is of version 1 \\x1B");
    CHECK(problem(begin + "x\n") == failed + "2 of the manifest cannot be read");
    CHECK(problem(begin + begin) == failed + "2 of the manifest cannot be read");
    CHECK(problem(begin + file + file) == failed + "3 of the manifest is out of order");
    CHECK(problem(begin + file + line_of("5 - a\n")) ==
          failed + "3 of the manifest is out of order");
    for (const std::string_view end : {"end 0\n", "end 2\n", "end 01\n", "end \n", "end x\n"})
        CHECK(problem(begin + file + std::string(end)) ==
              failed + "3 of the manifest counts other files than there are");
    CHECK(problem(begin + "end 0\n" + file) == failed + "3 of the manifest stands behind its end");
    CHECK(problem(begin + "end 0\nx") == "verification_failed: the manifest has no proper end");
}

TEST_CASE("manifest: a line as long as the cap -> read; one byte more -> a failure") {
    const auto path_bytes = limits::manifest_line - line_of("5 - ").size();
    const std::string begin = "ferry-manifest 1\n";
    const auto at_cap = begin + line_of("5 - ") + std::string(path_bytes, 'x') + "\nend 1\n";
    CHECK(read(at_cap, 4096).problem.empty());
    const auto beyond = begin + line_of("5 - ") + std::string(path_bytes + 1, 'x') + "\nend 1\n";
    CHECK(read(beyond, 4096).problem == "verification_failed: line 2 of the manifest is too long");

    std::string out;
    manifest_writer writer;
    CHECK_FALSE(writer.add(item_of(std::string(path_bytes + 1, 'x')), out));
    CHECK(writer.add(item_of(std::string(path_bytes, 'x')), out));
}

TEST_CASE("manifest: files that are out of order, or nowhere -> not written") {
    std::string out;
    manifest_writer writer;
    for (const std::string_view path : {"", ".", "../a", "/a", "a/"}) {
        const auto done = writer.add(item_of(std::string(path)), out);
        REQUIRE_FALSE(done);
        CHECK(done.error().code() == errc::invalid_argument);
    }
    CHECK(out.empty());
    REQUIRE(writer.add(item_of("a-b"), out));
    CHECK_FALSE(writer.add(item_of("a-b"), out));
    CHECK_FALSE(writer.add(item_of("a/b"), out)); // '/' sorts before '-'
    REQUIRE(writer.add(item_of("b"), out));
    writer.finish(out);
    CHECK(read(out).items == std::vector{item_of("a-b"), item_of("b")});
}
