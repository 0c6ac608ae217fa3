// A file appears whole under its final name or not at all.
#include "io/replacement_file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

using namespace ferry;
namespace fs = std::filesystem;

namespace {

class scratch {
public:
    scratch() {
        std::string name = (fs::temp_directory_path() / "ferry-test-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }

    ~scratch() { fs::remove_all(path); }

    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;

    [[nodiscard]] std::string operator/(const std::string& name) const { return path / name; }

    fs::path path;
};

std::string content(const std::string& name) {
    std::ifstream in(name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void put(const std::string& name, const std::string& text) {
    std::ofstream(name, std::ios::binary) << text;
}

io::replacement_file open(const std::string& name, io::replacement_options options = {}) {
    auto opened = io::replacement_file::open(AT_FDCWD, name, options);
    REQUIRE_MESSAGE(opened, opened.error().message());
    return std::move(*opened);
}

} // namespace

TEST_CASE("replacement_file: committed -> new content, permissions kept, no part left") {
    const scratch dir;
    put(dir / "a", "old");
    ::chmod((dir / "a").c_str(), 0640);
    auto file = open(dir / "a");
    CHECK(file.content().write("new"));
    CHECK(content(dir / "a") == "old");
    const std::chrono::sys_seconds time{std::chrono::seconds(1'000'000'000)};
    CHECK(file.commit(time));
    CHECK(content(dir / "a") == "new");
    struct stat facts{};
    REQUIRE(::stat((dir / "a").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777U) == 0640U);
    CHECK(facts.st_mtime == 1'000'000'000);
    CHECK(std::distance(fs::directory_iterator(dir.path), {}) == 1);
}

TEST_CASE("replacement_file: left without commit -> the old file stays, a resumable part is kept") {
    const scratch dir;
    put(dir / "a", "old");
    {
        CHECK(open(dir / "a").content().write("half"));
    }
    CHECK(content(dir / "a") == "old");
    CHECK(content(dir / ".a.ferry-part") == "half");

    io::replacement_options keep;
    keep.keep_part = true;
    auto again = open(dir / "a", keep);
    CHECK(*again.content().size() == 4);
    CHECK(*again.content().seek(4) == 4);
    CHECK(again.content().write("way"));
    CHECK(again.commit());
    CHECK(content(dir / "a") == "halfway");
}

TEST_CASE("replacement_file: unique name left without commit -> nothing is left") {
    const scratch dir;
    io::replacement_options unique;
    unique.unique_name = true;
    {
        CHECK(open(dir / "a", unique).content().write("half"));
    }
    CHECK(fs::is_empty(dir.path));
    // Two at a time do not meet.
    auto one = open(dir / "a", unique);
    auto two = open(dir / "a", unique);
    CHECK(one.temporary_name() != two.temporary_name());
}

TEST_CASE("replacement_file: a second run of the same name -> refused while the first lives") {
    const scratch dir;
    auto first = open(dir / "a");
    const auto second = io::replacement_file::open(AT_FDCWD, dir / "a", {});
    REQUIRE(!second);
    CHECK(second.error().code() == errc::local_exists);
    CHECK(content(dir / ".a.ferry-part").empty());
}

TEST_CASE("replacement_file: a planted link as the part -> refused, its target untouched") {
    const scratch dir;
    put(dir / "target", "precious");
    fs::create_symlink(dir / "target", dir / ".a.ferry-part");
    CHECK(!io::replacement_file::open(AT_FDCWD, dir / "a", {}));
    fs::remove(dir / ".a.ferry-part");
    fs::create_hard_link(dir / "target", dir / ".a.ferry-part");
    CHECK(!io::replacement_file::open(AT_FDCWD, dir / "a", {}));
    CHECK(content(dir / "target") == "precious");
}

TEST_CASE("replacement_file: adopting a file with two names -> refused, and it keeps both") {
    const scratch dir;
    std::ofstream(dir / "file") << "both";
    fs::create_hard_link(dir / "file", dir / "other");
    const auto adopted = io::replacement_file::adopt(AT_FDCWD, dir / "file");
    REQUIRE_FALSE(adopted);
    CHECK(adopted.error().code() == errc::local_exists);
    CHECK(content(dir / "file") == "both");
    fs::remove(dir / "other");
    CHECK(io::replacement_file::adopt(AT_FDCWD, dir / "file"));
    CHECK_FALSE(fs::exists(dir / "file"));
}

TEST_CASE("replacement_file: the final name is a directory -> refused before a byte moves") {
    const scratch dir;
    fs::create_directory(dir / "a");
    const auto opened = io::replacement_file::open(AT_FDCWD, dir / "a", {});
    REQUIRE(!opened);
    CHECK(opened.error().code() == errc::local_exists);
}

TEST_CASE("replacement_file: names up to the longest -> a part that fits, different for each") {
    const scratch dir;
    const std::string long_a = std::string(254, 'x') + 'a';
    const std::string long_b = std::string(254, 'x') + 'b';
    CHECK(io::replacement_file::part_name(long_a).size() <= 255);
    CHECK(io::replacement_file::part_name(long_a) != io::replacement_file::part_name(long_b));
    auto file = open(dir / long_a);
    CHECK(file.content().write("x"));
    CHECK(file.commit());
    CHECK(content(dir / long_a) == "x");
}

TEST_CASE("replacement_file: an origin -> stays with the part, and not with the final file") {
    const scratch dir;
    io::replacement_options keep;
    keep.keep_part = true;
    {
        auto file = open(dir / "a", keep);
        CHECK(file.origin().empty());
        file.set_origin("5 20260301000000");
    }
    auto again = open(dir / "a", keep);
    // A file system without extended attributes has nothing to tell.
    if (::getxattr((dir / ".a.ferry-part").c_str(), "user.ferry.origin", nullptr, 0) < 0) return;
    CHECK(again.origin() == "5 20260301000000");
    again.set_origin("6 -");
    CHECK(again.origin() == "6 -");
    CHECK(again.commit());
    CHECK(::getxattr((dir / "a").c_str(), "user.ferry.origin", nullptr, 0) < 0);
}
