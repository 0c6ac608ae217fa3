// What changed between two manifests.
#include "plan/manifest_diff.hpp"

#include "plan/tree_path.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

using namespace ferry;
using namespace ferry::plan;

namespace {

using files = std::vector<manifest_entry>;

manifest_entry file(std::string path, std::uint8_t content = 0, std::optional<int> time = {}) {
    manifest_entry item;
    item.path = std::move(path);
    item.hash[31] = content;
    if (time) item.mtime = file_time(std::chrono::seconds(*time));
    return item;
}

manifest_diff::source source_of(files all) {
    return [all = std::move(all),
            at = std::size_t{0}]() mutable -> result<std::optional<manifest_entry>> {
        if (at == all.size()) return std::nullopt;
        return all[at++];
    };
}

/// "+a -b *c ~d": added, removed, changed, touched.
std::string differences(files before, files now) {
    manifest_diff diff(source_of(std::move(before)), source_of(std::move(now)));
    std::string all;
    for (;;) {
        const auto change = diff.next();
        if (!change) return all + "! " + change.error().detail();
        if (!*change) return all;
        all += (all.empty() ? "" : " ");
        all += "+-*~"[static_cast<std::size_t>((*change)->difference)];
        all += (*change)->item.path;
    }
}

} // namespace

TEST_CASE("manifest diff: files on one side or both -> added, removed, or nothing") {
    CHECK(differences({}, {}).empty());
    CHECK(differences({file("a")}, {file("a")}).empty());
    CHECK(differences({}, {file("a"), file("b")}) == "+a +b");
    CHECK(differences({file("a"), file("b")}, {}) == "-a -b");
    CHECK(differences({file("a"), file("c")}, {file("b"), file("c"), file("d")}) == "-a +b +d");
    CHECK(differences({file("a/b"), file("a-b")}, {file("a-b")}) == "-a/b");
}

TEST_CASE("manifest diff: other content -> changed; another time alone -> touched") {
    CHECK(differences({file("a", 1)}, {file("a", 2)}) == "*a");
    CHECK(differences({file("a", 1, 5)}, {file("a", 2, 6)}) == "*a");
    CHECK(differences({file("a", 1, 5)}, {file("a", 1, 6)}) == "~a");
    CHECK(differences({file("a", 1, 5)}, {file("a", 1)}).empty());
    CHECK(differences({file("a", 1)}, {file("a", 1, 5)}).empty());
    auto longer = file("a");
    longer.size = 1;
    CHECK(differences({file("a")}, {longer}) == "*a");
}

TEST_CASE("manifest diff: what it gives -> the file as it is now, or as it was") {
    manifest_diff diff(source_of({file("a", 1), file("b", 1)}), source_of({file("b", 2)}));
    CHECK(diff.next().value() == manifest_change(manifest_difference::removed, file("a", 1)));
    CHECK(diff.next().value() == manifest_change(manifest_difference::changed, file("b", 2)));
    CHECK_FALSE(diff.next().value());
    CHECK_FALSE(diff.next().value());
}

TEST_CASE("manifest diff: files out of order -> a failure, not changes") {
    CHECK(differences({file("b"), file("a")}, {file("a"), file("b")}) ==
          "+a! 'a' is out of order in a manifest");
    CHECK(differences({}, {file("a"), file("a")}) == "+a! 'a' is out of order in a manifest");
}

TEST_CASE("manifest diff: a source that fails -> its failure") {
    const auto broken = []() -> result<std::optional<manifest_entry>> {
        return fail(errc::verification_failed, "cut off");
    };
    manifest_diff of_old(broken, source_of({file("a")}));
    CHECK(of_old.next().error().detail() == "cut off");
    manifest_diff of_new(source_of({file("a")}), broken);
    CHECK(of_new.next().error().detail() == "cut off");
}

TEST_CASE("manifest diff: any two trees -> the old one with the changes is the new one") {
    std::mt19937 random(3);
    for (int round = 0; round < 300; ++round) {
        std::map<std::string, manifest_entry, walk_order> trees[2];
        for (auto& tree : trees)
            for (int i = 0; i < 12; ++i) {
                std::string path(1, static_cast<char>('a' + random() % 4));
                if (random() % 2 == 0) path += random() % 2 == 0 ? "/x" : "-x";
                tree.insert_or_assign(path, file(path, static_cast<std::uint8_t>(random() % 2)));
            }
        files lists[2];
        for (int i = 0; i < 2; ++i)
            for (const auto& [path, item] : trees[i])
                lists[i].push_back(item);
        manifest_diff diff(source_of(lists[0]), source_of(lists[1]));
        while (const auto change = diff.next().value()) {
            if (change->difference == manifest_difference::removed)
                REQUIRE(trees[0].erase(change->item.path) == 1);
            else
                trees[0].insert_or_assign(change->item.path, change->item);
        }
        REQUIRE(trees[0] == trees[1]);
    }
}
