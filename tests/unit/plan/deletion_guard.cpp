// What a mirror may delete.
#include "plan/deletion_guard.hpp"

#include "plan/tree_path.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <random>
#include <string>

using namespace ferry;
using namespace ferry::plan;

namespace {

/// A path that ends in a slash is a directory.
void propose(deletion_guard& guard, std::initializer_list<std::string_view> paths) {
    for (auto path : paths) {
        const bool is_directory = path.ends_with('/');
        if (is_directory) path.remove_suffix(1);
        REQUIRE(guard.propose(path, is_directory));
    }
}

/// "a/b a/ c", the paths in their order; what goes to a trash as "a>trash/a".
std::string text(const result<std::vector<deletion>>& planned) {
    if (!planned) return std::string(describe(planned.error().code()).name);
    std::string all;
    for (const auto& each : *planned) {
        all += (all.empty() ? "" : " ") + each.path + (each.is_directory ? "/" : "");
        if (!each.trash_path.empty()) all += '>' + each.trash_path;
    }
    return all;
}

deletion_options trash_options(std::string trash) {
    deletion_options options;
    options.trash = std::move(trash);
    options.run_name = "run";
    return options;
}

} // namespace

TEST_CASE("deletions: whatever order they are proposed in -> children before their directory") {
    deletion_guard guard{deletion_options()};
    propose(guard, {"a/", "a-b", "a/x", "c", "a/b/", "a/b/y", "a/x"});
    CHECK(text(guard.plan(1)) == "c a-b a/x a/b/y a/b/ a/");
    CHECK(guard.kept() == 0);
    CHECK(text(deletion_guard(deletion_options()).plan(0)).empty());
}

TEST_CASE("deletions: the root, and what leaves it -> refused") {
    using namespace std::string_view_literals;
    deletion_guard guard{deletion_options()};
    for (const auto path : {""sv, "."sv, ".."sv, "/"sv, "/a"sv, "../a"sv, "a/.."sv, "a/../../b"sv,
                            "a//b"sv, "a/"sv, "a\0b"sv}) {
        INFO(path);
        const auto done = guard.propose(path, true);
        REQUIRE_FALSE(done);
        CHECK(done.error().code() == errc::unsafe_name);
    }
    CHECK(text(guard.plan(1)).empty());
}

TEST_CASE("deletions: what must stay -> keeps all below it and the directories above it") {
    const auto check = [](deletion_guard& guard) {
        CHECK(text(guard.plan(1)) == "d a/ba a/b/d");
        CHECK(guard.kept() == 5);
    };
    deletion_guard told_before{deletion_options()};
    told_before.keep("a/b/c");
    propose(told_before, {"a/", "a/b/", "a/b/c/", "a/b/c/x", "a/b/c/x/y", "a/b/d", "a/ba", "d"});
    check(told_before);
    deletion_guard told_after{deletion_options()};
    propose(told_after, {"a/", "a/b/", "a/b/c/", "a/b/c/x", "a/b/c/x/y", "a/b/d", "a/ba", "d"});
    told_after.keep("a/b/c");
    told_after.keep("a/b/c");
    check(told_after);
}

TEST_CASE("deletions: the root could not be listed -> nothing is deleted") {
    deletion_guard guard{deletion_options()};
    propose(guard, {"a", "b/", "b/c"});
    guard.keep("");
    CHECK(text(guard.plan(1)).empty());
    CHECK(guard.kept() == 3);
}

TEST_CASE("deletions: an empty source -> refused, unless it may be") {
    deletion_options options;
    deletion_guard careful{options};
    propose(careful, {"a"});
    CHECK(text(careful.plan(0)) == "deletion_refused");
    CHECK(careful.plan(0).error().detail() == "the source is empty, and 1 entry would be deleted");
    CHECK(text(careful.plan(1)) == "a");
    // What stays anyway is no reason to complain.
    careful.keep("a");
    CHECK(text(careful.plan(0)).empty());

    options.allow_empty_source = true;
    deletion_guard obedient{options};
    propose(obedient, {"a"});
    CHECK(text(obedient.plan(0)) == "a");
}

TEST_CASE("deletions: as many as allowed -> deleted; one more -> none") {
    for (const std::uint64_t most : {0U, 1U, 3U}) {
        deletion_options options;
        options.max_deletions = most;
        deletion_guard guard{options};
        guard.keep("kept");
        propose(guard, {"kept"}); // does not count
        for (std::uint64_t i = 0; i < most; ++i)
            propose(guard, {std::to_string(i), std::to_string(i)}); // nor does the second time
        REQUIRE(guard.plan(1));
        CHECK(guard.plan(1)->size() == most);
        propose(guard, {"one/"});
        REQUIRE_FALSE(guard.plan(1));
        CHECK(guard.plan(1).error().detail() ==
              std::to_string(most + 1) + (most == 0 ? " entry" : " entries") +
                  " would be deleted, more than " + std::to_string(most));
    }
}

TEST_CASE("deletions: a trash -> the topmost of what goes is moved, all of it counted") {
    auto options = trash_options("/var/trash");
    options.max_deletions = 6;
    deletion_guard guard{options};
    propose(guard, {"a/", "a/x", "a/b/", "a/b/y", "ab", "c/d"});
    CHECK(text(guard.plan(1)) == "a/>/var/trash/run/a ab>/var/trash/run/ab c/d>/var/trash/run/c/d");
    propose(guard, {"e"});
    CHECK(text(guard.plan(1)) == "deletion_refused");
}

TEST_CASE("deletions: a trash, and something stays in a directory -> moved one by one") {
    deletion_guard guard{trash_options("bin")};
    propose(guard, {"a/", "a/x", "a/b/", "a/b/y", "a/b/z/", "a/b/z/1"});
    guard.keep("a/b/y");
    CHECK(text(guard.plan(1)) == "a/b/z/>bin/run/a/b/z a/x>bin/run/a/x");
}

TEST_CASE("deletions: a trash within the tree -> not thrown away itself") {
    deletion_guard guard{trash_options("old/bin")};
    propose(guard, {"old/", "old/bin/", "old/bin/run0/", "old/x"});
    CHECK(text(guard.plan(1)) == "old/x>old/bin/run/old/x");
}

TEST_CASE("deletions: a file by the name of what else lies below it -> takes nothing along") {
    deletion_guard guard{trash_options("/t")};
    propose(guard, {"a", "a/b"}); // a listing that contradicts itself
    CHECK(text(guard.plan(1)) == "a>/t/run/a a/b>/t/run/a/b");
}

TEST_CASE("deletions: names of the trash -> below the run") {
    CHECK(trash_path("/t", "run", "a/b") == "/t/run/a/b");
    CHECK(trash_path("t/", "run", "a") == "t/run/a");
    CHECK(trash_path("t", "", "a") == "t/a");
}

TEST_CASE("deletions: any tree and any exclusions -> what stays is never touched") {
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        deletion_guard guard{deletion_options()};
        std::vector<std::string> kept;
        const auto any_path = [&] {
            std::string path(1, static_cast<char>('a' + random() % 3));
            for (auto depth = random() % 4; depth > 0; --depth)
                path += std::string("/") + static_cast<char>('a' + random() % 3);
            return path;
        };
        for (int i = 0; i < 20; ++i) {
            if (random() % 5 == 0)
                guard.keep(kept.emplace_back(any_path()));
            else
                REQUIRE(guard.propose(any_path(), true));
        }
        const auto planned = guard.plan(1).value();
        for (std::size_t i = 0; i < planned.size(); ++i) {
            for (const auto& each : kept) {
                REQUIRE_FALSE(is_within(planned[i].path, each));
                REQUIRE_FALSE(is_within(each, planned[i].path));
            }
            for (std::size_t later = i + 1; later < planned.size(); ++later)
                REQUIRE_FALSE(is_within(planned[later].path, planned[i].path));
        }
    }
}
