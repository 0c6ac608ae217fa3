// The directory storage: nothing leads out of it, and no reader ever sees a part of a file.
#include "server/storage.hpp"

#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace ferry;
using server_side::listing_detail;
using server_side::store_mode;

namespace {

namespace fs = std::filesystem;

std::unique_ptr<server_side::storage> open(const fs::path& root) {
    auto opened = server_side::open_directory_storage(root.string());
    REQUIRE(opened);
    return std::move(*opened);
}

std::string content(server_side::storage& files, const std::string& path,
                    std::uint64_t offset = 0) {
    auto opened = files.open_read(path, offset);
    if (!opened) return "(" + std::string(describe(opened.error().code()).name) + ")";
    std::string text(1000, '\0');
    const auto got = (*opened)->content().read(text);
    REQUIRE(got);
    text.resize(*got);
    return text;
}

std::vector<std::string> names(server_side::storage& files, const std::string& path) {
    auto opened = files.list(path, listing_detail::facts);
    REQUIRE(opened);
    std::vector<std::string> found;
    entry one;
    while (true) {
        const auto more = (*opened)->next(one);
        REQUIRE(more);
        if (!*more) break;
        found.push_back(one.name);
    }
    std::ranges::sort(found);
    return found;
}

template<class T>
errc cause(const result<T>& got) {
    return got ? errc::unexpected : got.error().code();
}

/// A root with a secret beside it, and links of every kind that lead there.
struct besieged {
    besieged() {
        fs::create_directories(outer / "root/sub");
        fs::create_directories(outer / "beside");
        outer.write("beside/secret", "secret");
        outer.write("root/sub/file", "inside");
        fs::create_symlink("../beside", outer / "root/up");
        fs::create_symlink((outer / "beside").string(), outer / "root/absolute");
        fs::create_symlink("../../beside/secret", outer / "root/sub/deep");
        fs::create_symlink((outer / "root/sub").string(), outer / "root/absolute_inside");
        fs::create_symlink("sub", outer / "root/inside");
        fs::create_symlink("sub/../sub/file", outer / "root/winding");
        fs::create_symlink("loop", outer / "root/loop");
        fs::create_symlink("/proc/self/root", outer / "root/magic");
        files = open(outer / "root");
    }

    test::temporary_directory outer;
    std::unique_ptr<server_side::storage> files;
};

} // namespace

TEST_CASE("storage: ways out of the root -> refused, whatever is tried") {
    besieged at;
    for (const auto* const path :
         {"/up/secret", "/absolute/secret", "/sub/deep", "/../beside/secret", "/sub/../../beside",
          "/magic/etc/passwd", "/up", "/absolute", "/up/../beside/secret"}) {
        INFO(path);
        CHECK_FALSE(at.files->stat(path));
        CHECK_FALSE(at.files->open_read(path, 0));
        CHECK_FALSE(at.files->list(path, listing_detail::facts));
        CHECK_FALSE(at.files->change_mode(path, 0777));
        CHECK_FALSE(at.files->set_time(path, std::chrono::sys_seconds()));
    }
    for (const auto* const path :
         {"/up/new", "/absolute/new", "/../beside/new", "/magic/tmp/new"}) {
        INFO(path);
        CHECK(cause(at.files->open_write(path, store_mode::replace, 0)) == errc::permission_denied);
        CHECK(cause(at.files->make_directory(path)) == errc::permission_denied);
        CHECK(cause(at.files->rename("/sub/file", path)) == errc::permission_denied);
    }
    CHECK_FALSE(at.files->remove_file("/up/secret"));
    CHECK_FALSE(at.files->remove_directory("/up/../beside"));
    CHECK_FALSE(at.files->rename("/up/secret", "/mine"));
    CHECK_FALSE(at.files->open_write("/sub/deep", store_mode::append, 0));
    CHECK_FALSE(at.files->stat("/loop"));
    CHECK(at.outer.read("beside/secret") == "secret");
    CHECK(fs::exists(at.outer / "root/sub/file"));
}

TEST_CASE("storage: links that stay inside -> followed") {
    besieged at;
    CHECK(content(*at.files, "/inside/file") == "inside");
    CHECK(content(*at.files, "/winding") == "inside");
    CHECK(names(*at.files, "/inside") == std::vector<std::string>{"deep", "file"});
}

TEST_CASE("storage: a link is removed, renamed or replaced -> the link itself, never its target") {
    besieged at;
    CHECK(at.files->remove_file("/absolute"));
    CHECK(at.files->rename("/up", "/moved"));
    CHECK(fs::is_symlink(at.outer / "root/moved"));
    auto written = at.files->open_write("/sub/deep", store_mode::replace, 0);
    REQUIRE(written);
    CHECK((*written)->content().write("mine"));
    CHECK((*written)->commit());
    CHECK(content(*at.files, "/sub/deep") == "mine");
    CHECK(at.outer.read("beside/secret") == "secret");
}

TEST_CASE("storage: a directory turns into a link while it is used -> still inside") {
    besieged at;
    auto written = at.files->open_write("/sub/new", store_mode::replace, 0);
    REQUIRE(written);
    CHECK((*written)->content().write("mine"));
    fs::rename(at.outer / "root/sub", at.outer / "root/elsewhere");
    fs::create_symlink("../beside", at.outer / "root/sub");
    CHECK((*written)->commit());
    CHECK(at.outer.read("root/elsewhere/new") == "mine");
    CHECK_FALSE(fs::exists(at.outer / "beside/new"));
}

TEST_CASE("storage: an upload -> not visible before commit, whole after it") {
    test::temporary_directory root;
    root.write("file", "old");
    const auto files = open(root.path());
    for (const auto* const path : {"/file", "/new"}) {
        auto written = files->open_write(path, store_mode::replace, 0);
        REQUIRE(written);
        CHECK((*written)->content().write("fresh"));
        CHECK(content(*files, "/file") == "old");
        CHECK(content(*files, "/new") == "(not_found)");
        CHECK(names(*files, "/") == std::vector<std::string>{"file"});
        (*written)->discard();
        written->reset();
        CHECK(root.count() == 1);
    }
    {
        auto dropped = files->open_write("/file", store_mode::replace, 0);
        REQUIRE(dropped);
        CHECK((*dropped)->content().write("half"));
    }
    CHECK(root.count() == 1);
    CHECK(root.read("file") == "old");
    auto written = files->open_write("/file", store_mode::replace, 0);
    REQUIRE(written);
    CHECK((*written)->content().write("fresh"));
    CHECK((*written)->commit());
    CHECK(root.read("file") == "fresh");
    CHECK(root.count() == 1);
}

TEST_CASE("storage: an upload under a client's temporary name fails -> the part can be continued") {
    test::temporary_directory root;
    root.write(".file.ferry-part", "something older and longer");
    const auto files = open(root.path());
    auto written = files->open_write("/.file.ferry-part", store_mode::replace, 0);
    REQUIRE(written);
    CHECK((*written)->content().write("half"));
    (*written)->discard();
    written->reset();
    CHECK(names(*files, "/") == std::vector<std::string>{".file.ferry-part"});
    CHECK(content(*files, "/.file.ferry-part") == "half");
    fs::remove(root / ".file.ferry-part");
    fs::create_symlink("file", root / ".file.ferry-part");
    CHECK_FALSE(files->open_write("/.file.ferry-part", store_mode::replace, 0));
}

TEST_CASE("storage: two write the same name -> the one who ends last, whole") {
    test::temporary_directory root;
    const auto files = open(root.path());
    auto first = files->open_write("/file", store_mode::replace, 0);
    auto second = files->open_write("/file", store_mode::replace, 0);
    REQUIRE(first);
    REQUIRE(second);
    CHECK((*first)->content().write("1111"));
    CHECK((*second)->content().write("22"));
    CHECK((*second)->commit());
    CHECK(root.read("file") == "22");
    CHECK((*first)->commit());
    CHECK(root.read("file") == "1111");
}

TEST_CASE("storage: append and restart -> in place, the end is where the last byte was written") {
    test::temporary_directory root;
    root.write("file", "0123456789");
    const auto files = open(root.path());
    auto more = files->open_write("/file", store_mode::append, 0);
    REQUIRE(more);
    CHECK((*more)->content().write("ab"));
    CHECK((*more)->commit());
    CHECK(root.read("file") == "0123456789ab");
    auto again = files->open_write("/file", store_mode::restart, 4);
    REQUIRE(again);
    CHECK((*again)->content().write("xy"));
    CHECK((*again)->commit());
    CHECK(root.read("file") == "0123xy");
    CHECK(cause(files->open_write("/file", store_mode::restart, 7)) == errc::restart_refused);
    CHECK(files->open_write("/file", store_mode::restart, 6));
    CHECK(cause(files->open_write("/none", store_mode::restart, 3)) == errc::not_found);
    auto fresh = files->open_write("/none", store_mode::append, 0);
    REQUIRE(fresh);
    CHECK(root.count() == 1 + 1);
    CHECK(names(*files, "/") == std::vector<std::string>{"file"});
    CHECK((*fresh)->commit());
    CHECK(root.read("none").empty());
}

TEST_CASE("storage: a continued upload fails -> what came stays, to be continued again") {
    test::temporary_directory root;
    root.write("file", "0123456789");
    const auto files = open(root.path());
    auto more = files->open_write("/file", store_mode::restart, 8);
    REQUIRE(more);
    CHECK((*more)->content().write("abcd"));
    (*more)->discard();
    more->reset();
    CHECK(root.read("file") == "01234567abcd");
}

TEST_CASE("storage: reading from an offset -> the rest; beyond the end -> refused") {
    test::temporary_directory root;
    root.write("file", "0123456789");
    const auto files = open(root.path());
    CHECK(content(*files, "/file", 7) == "789");
    CHECK(content(*files, "/file", 10).empty());
    CHECK(content(*files, "/file", 11) == "(restart_refused)");
    auto opened = files->open_read("/file", 3);
    REQUIRE(opened);
    CHECK((*opened)->size() == 10);
}

TEST_CASE("storage: what is no plain file -> refused, without waiting for it") {
    test::temporary_directory root;
    fs::create_directory(root / "directory");
    REQUIRE(::system(("mkfifo " + (root / "pipe").string()).c_str()) == 0);
    const auto files = open(root.path());
    for (const auto* const path : {"/directory", "/pipe"}) {
        CHECK(cause(files->open_read(path, 0)) == errc::refused);
        CHECK_FALSE(files->open_write(path, store_mode::append, 0));
    }
    CHECK(cause(files->open_write("/directory", store_mode::replace, 0)) == errc::already_exists);
}

TEST_CASE("storage: causes -> those a server has replies for") {
    test::temporary_directory root;
    root.write("file", "x");
    fs::create_directories(root / "full/inner");
    const auto files = open(root.path());
    CHECK(cause(files->stat("/none")) == errc::not_found);
    CHECK(cause(files->list("/file", listing_detail::facts)) == errc::not_found);
    CHECK(cause(files->make_directory("/file")) == errc::already_exists);
    CHECK(cause(files->remove_directory("/full")) == errc::refused);
    CHECK(cause(files->remove_file("/none")) == errc::not_found);
    CHECK(cause(files->remove_directory("/")) == errc::refused);
    CHECK(cause(files->rename("/", "/x")) == errc::refused);
    CHECK(cause(files->rename("/none", "/x")) == errc::not_found);
    CHECK(cause(files->stat("/" + std::string(300, 'x'))) == errc::refused);
    CHECK(cause(files->stat("/" + std::string(5000, '/') + "x")) == errc::not_found);
    CHECK(files->remove_directory("/full/inner"));
    CHECK(files->exists("/file"));
    CHECK(cause(files->exists("/none")) == errc::not_found);
    const auto free = files->free_space();
    REQUIRE(free);
    CHECK(*free > 0);
}

TEST_CASE("storage: the facts of an entry -> type, size, time, permissions") {
    test::temporary_directory root;
    root.write("file", "12345");
    fs::create_directory(root / "sub");
    fs::create_symlink("file", root / "link");
    const auto files = open(root.path());
    const std::chrono::sys_seconds time(std::chrono::seconds(1'700'000'000));
    CHECK(files->set_time("/file", time));
    CHECK(files->change_mode("/file", 0640));
    const auto file = files->stat("/file");
    REQUIRE(file);
    CHECK(file->name == "file");
    CHECK(file->type == entry_type::file);
    CHECK(file->size == 5U);
    CHECK(file->mtime == time);
    CHECK(file->permissions == "rw-r-----");
    CHECK(file->perm_fact == "adfrw");
    CHECK_FALSE(file->owner.empty());
    CHECK(files->stat("/link")->type == entry_type::file);
    const auto sub = files->stat("/sub");
    REQUIRE(sub);
    CHECK(sub->type == entry_type::directory);
    CHECK_FALSE(sub->size);
    CHECK(sub->perm_fact == "cdeflmp");
    CHECK(sub->unique != file->unique);
    auto listing = files->list("/", listing_detail::facts);
    REQUIRE(listing);
    entry one;
    while (*(*listing)->next(one))
        if (one.name == "link") {
            CHECK(one.type == entry_type::symlink);
            CHECK(one.target == "file");
        }
}

TEST_CASE("storage: names that would forge a line -> left out of listings") {
    test::temporary_directory root;
    for (const auto* const name : {"good", "bad\nname", "bad\rname", " spaces ", "\xff", ".hidden"})
        root.write(name, "");
    const auto files = open(root.path());
    CHECK(names(*files, "/") == std::vector<std::string>{" spaces ", ".hidden", "good", "\xff"});
}

TEST_CASE("storage: the directory is not there -> says so") {
    test::temporary_directory root;
    root.write("file", "");
    CHECK(cause(server_side::open_directory_storage((root / "none").string())) ==
          errc::local_not_found);
    CHECK_FALSE(server_side::open_directory_storage((root / "file").string()));
}
