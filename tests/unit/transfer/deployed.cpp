#include "transfer/deployed.hpp"

#include "io/copy.hpp"

#include <doctest/doctest.h>

using namespace ferry;
using transfer::deployed_files;

namespace {

plan::manifest_entry file(std::string path, std::uint64_t size) {
    plan::manifest_entry made;
    made.path = std::move(path);
    made.size = size;
    made.hash.fill(static_cast<std::uint8_t>(size));
    made.mtime = plan::file_time(std::chrono::nanoseconds(1'000'000'000 * size + 7));
    return made;
}

std::string listed(deployed_files& from, const std::string& directory) {
    std::string text;
    from.list(directory, [&](const entry& what) {
        text += what.name + (what.type == entry_type::directory ? "/ " : " ");
    });
    return text;
}

} // namespace

TEST_CASE("deployed files: written -> are read again, and listed directory by directory") {
    deployed_files written;
    CHECK_FALSE(written.is_known());
    // In the order of a walk "a/z" comes before "a.txt".
    for (const auto& what : {file("a.txt", 1), file("a/z", 2), file("a/b/c", 3), file("x", 4)})
        written.put(what);
    written.put(file("gone", 5));
    written.forget("gone");
    auto kept = io::make_temporary_file();
    REQUIRE(kept.has_value());
    REQUIRE(written.write(*kept).has_value());
    REQUIRE(kept->seek(0).has_value());

    deployed_files read;
    const auto loaded = read.load(*kept);
    REQUIRE_MESSAGE(loaded.has_value(), (loaded ? "" : loaded.error().message()));
    CHECK(read.is_known());
    CHECK(listed(read, "") == "a.txt x a/ ");
    CHECK(listed(read, "a") == "z b/ ");
    CHECK(listed(read, "a/b") == "c ");
    CHECK(listed(read, "nowhere").empty());
    CHECK(read.find("a/b/c") == file("a/b/c", 3));
    CHECK_FALSE(read.find("gone").has_value());
    CHECK_FALSE(read.find("a").has_value());
}

TEST_CASE("deployed files: a manifest that was cut off -> verification_failed") {
    auto kept = io::make_temporary_file();
    REQUIRE(kept.has_value());
    REQUIRE(kept->write("ferry-manifest 1\n").has_value());
    REQUIRE(kept->seek(0).has_value());
    deployed_files read;
    const auto loaded = read.load(*kept);
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().code() == errc::verification_failed);
}
