#include "io/local_tree.hpp"

#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>

using namespace ferry;
using io::local_tree;

namespace {

/// A tree with a way out of it: "root/out" and "root/up" lead to "outside".
class planted {
public:
    planted() {
        std::filesystem::create_directories(root() + "/dir");
        std::filesystem::create_directories((where_ / "outside").string());
        std::ofstream((where_ / "outside/secret").string()) << "secret";
        std::ofstream(root() + "/dir/file") << "content";
        std::filesystem::create_symlink("../outside", root() + "/out");
        std::filesystem::create_symlink((where_ / "outside/secret").string(), root() + "/absolute");
        std::filesystem::create_symlink("dir/file", root() + "/inside");
        std::filesystem::create_symlink("loop", root() + "/loop");
        auto opened = local_tree::open(root());
        REQUIRE(opened.has_value());
        tree_.emplace(std::move(*opened));
    }

    [[nodiscard]] std::string root() const { return (where_ / "root").string(); }

    [[nodiscard]] std::string outside() const { return (where_ / "outside").string(); }

    [[nodiscard]] const local_tree& tree() const { return *tree_; }

private:
    test::temporary_directory where_;
    std::optional<local_tree> tree_;
};

std::set<std::string> names_in(const local_tree& tree, const std::string& path) {
    std::set<std::string> names;
    auto listing = tree.list(path);
    REQUIRE(listing.has_value());
    while (true) {
        auto next = listing->next();
        REQUIRE(next.has_value());
        if (!*next) return names;
        names.insert((*next)->name);
    }
}

} // namespace

TEST_CASE("local tree: a listing -> all entries, links as links") {
    const planted at;
    CHECK(names_in(at.tree(), "") ==
          std::set<std::string>{"dir", "out", "absolute", "inside", "loop"});
    CHECK(names_in(at.tree(), "dir") == std::set<std::string>{"file"});
    const auto link = at.tree().look_at("out");
    REQUIRE(link.has_value());
    CHECK(link->type == entry_type::symlink);
    CHECK(link->target == "../outside");
}

TEST_CASE("local tree: a link out of the tree -> leads nowhere, whatever is asked") {
    const planted at;
    const auto& tree = at.tree();
    for (const auto* path : {"out/secret", "out", "../outside/secret", "absolute", "loop"}) {
        CAPTURE(path);
        CHECK_FALSE(tree.open_to_read(path, false).has_value());
        if (std::string_view(path) != "out") CHECK_FALSE(tree.open_to_read(path, true).has_value());
        CHECK_FALSE(tree.follow(path).has_value());
        CHECK_FALSE(tree.facts_of(path).has_value());
    }
    CHECK_FALSE(tree.list("out").has_value());
    CHECK_FALSE(tree.parent_of("out/secret").has_value());
    CHECK_FALSE(tree.remove("out/secret", entry_type::file).has_value());
    CHECK_FALSE(tree.make_directory("out/new").has_value());
    CHECK_FALSE(tree.rename("dir/file", "out/file").has_value());
    CHECK_FALSE(tree.set_mode("out/secret", 0).has_value());
    CHECK(std::filesystem::exists(at.outside() + "/secret"));
    CHECK(std::filesystem::exists(at.root() + "/dir/file"));
}

TEST_CASE("local tree: a link that stays within -> is followed where that is asked for") {
    const planted at;
    const auto what = at.tree().follow("inside");
    REQUIRE(what.has_value());
    CHECK(what->type == entry_type::file);
    CHECK(what->size == 7U);
    CHECK(at.tree().open_to_read("inside", true).has_value());
    CHECK_FALSE(at.tree().open_to_read("inside", false).has_value());
}

TEST_CASE("local tree: changes -> and what is there already is no failure of make_directory") {
    const planted at;
    const auto& tree = at.tree();
    CHECK(tree.make_directory("new").has_value());
    CHECK(tree.make_directory("new").has_value());
    CHECK(tree.make_directory("dir/file").error().code() == errc::local_exists);
    CHECK(tree.rename("dir/file", "new/file").has_value());
    CHECK(tree.set_mode("new/file", 04640).has_value());
    const std::chrono::sys_seconds time(std::chrono::seconds(1'100'000'000));
    CHECK(tree.set_time("new/file", time).has_value());
    const auto what = tree.look_at("new/file");
    REQUIRE(what.has_value());
    CHECK(what->permissions == "rw-r-----"); // and no setuid
    CHECK(what->mtime == time);
    CHECK(tree.remove("new", entry_type::directory).has_value() == false);
    CHECK(tree.remove("new/file", entry_type::file).has_value());
    CHECK(tree.remove("new", entry_type::directory).has_value());
    CHECK(tree.look_at("new").error().code() == errc::local_not_found);
}
