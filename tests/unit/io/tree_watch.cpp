// What is noticed in a tree that changes. The kernel tells of a change before the call that made it
// returns, so nothing has to be waited for but the quiet.
#include "io/tree_watch.hpp"

#include "io/asio.hpp"
#include "io/task_group.hpp"
#include "support/run_task.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace ferry;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

using names = std::set<std::string>;

/// A tree of `a`, `a/b` and `c`, and a watch of it.
class watched_tree {
public:
    explicit watched_tree(io::tree_watch_options options = io::tree_watch_options()) {
        fs::create_directories(tree / "a/b");
        fs::create_directories(tree / "c");
        tree.write("a/old", "old");
        auto opened = io::tree_watch::open(tree.path().string(), options);
        REQUIRE(opened);
        watch.emplace(std::move(*opened));
    }

    /// What is told next, which must come.
    io::watch_outcome next(io::milliseconds settle = 1ms) {
        io::watch_outcome told;
        test::run(ask(settle, told));
        return told;
    }

    test::temporary_directory tree;
    std::optional<io::tree_watch> watch;

private:
    io::task<> ask(io::milliseconds settle, io::watch_outcome& told) {
        auto got = co_await watch->next(settle);
        REQUIRE(got);
        told = std::move(*got);
    }
};

/// What is told after each of these changes; each change comes with one in `c`, by which those that
/// are none are seen to be none.
void check(const std::function<void(const test::temporary_directory&)>& change, names wanted) {
    watched_tree at;
    change(at.tree);
    at.tree.write("c/mark", "mark");
    wanted.insert("c");
    const auto told = at.next();
    CHECK_FALSE(told.everything);
    CHECK(told.directories == wanted);
}

} // namespace

TEST_CASE("tree watch: each kind of change -> the directory it was in") {
    using tree = const test::temporary_directory&;
    check([](tree in) { in.write("new", "new"); }, {""});
    check([](tree in) { in.write("a/new", "new"); }, {"a"});
    check([](tree in) { in.write("a/b/new", "new"); }, {"a/b"});
    check([](tree in) { in.write("a/old", "other"); }, {"a"});
    check([](tree in) { fs::remove(in / "a/old"); }, {"a"});
    check([](tree in) { fs::rename(in / "a/old", in / "a/b/old"); }, {"a", "a/b"});
    check([](tree in) { fs::permissions(in / "a/old", fs::perms::owner_read); }, {"a"});
    check([](tree in) { fs::create_symlink("/", in / "a/link"); }, {"a"});
    check([](tree in) { fs::remove_all(in / "a/b"); }, {"a"});
}

TEST_CASE("tree watch: looking and reading -> no change") {
    check(
        [](const test::temporary_directory& in) {
            CHECK(in.read("a/old") == "old");
            CHECK(in.count() == 2);
        },
        {});
}

TEST_CASE("tree watch: ferry's own unfinished files -> no change, but the final name is one") {
    check(
        [](const test::temporary_directory& in) {
            in.write("a/.new.ferry-part", "half");
            fs::remove(in / "a/.new.ferry-part");
        },
        {});
    check(
        [](const test::temporary_directory& in) {
            in.write("a/.new.ferry-part", "all");
            fs::rename(in / "a/.new.ferry-part", in / "a/new");
        },
        {"a"});
}

TEST_CASE("tree watch: directories that come -> they and all below are told, and watched") {
    watched_tree at;
    fs::create_directories(at.tree / "a/new/deep");
    CHECK(at.next().directories == names{"a", "a/new", "a/new/deep"});
    at.tree.write("a/new/deep/file", "x");
    CHECK(at.next().directories == names{"a/new/deep"});
}

TEST_CASE("tree watch: a directory that is moved -> is watched under its new name") {
    watched_tree at;
    fs::rename(at.tree / "a", at.tree / "c/moved");
    CHECK(at.next().directories == names{"", "c", "c/moved", "c/moved/b"});
    at.tree.write("c/moved/b/file", "x");
    CHECK(at.next().directories == names{"c/moved/b"});
}

TEST_CASE("tree watch: a directory that is moved out -> is not watched any more") {
    watched_tree at;
    const test::temporary_directory outside;
    fs::rename(at.tree / "a", outside / "a");
    CHECK(at.next().directories == names{""});
    outside.write("a/b/file", "x");
    at.tree.write("c/mark", "mark");
    CHECK(at.next().directories == names{"c"});
}

TEST_CASE("tree watch: a name like the moved one's -> is still watched") {
    watched_tree at;
    fs::create_directory(at.tree / "ab");
    static_cast<void>(at.next());
    fs::remove_all(at.tree / "a");
    static_cast<void>(at.next());
    at.tree.write("ab/file", "x");
    CHECK(at.next().directories == names{"ab"});
}

TEST_CASE("tree watch: more events than the system keeps -> everything, and all is watched after") {
    std::size_t most = 0;
    std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> most;
    REQUIRE(most > 0);
    if (most > 100'000) return; // it would take too long
    watched_tree at;
    for (std::size_t i = 0; i <= most / 2; ++i)
        at.tree.write("a/" + std::to_string(i), ""); // two events at least
    fs::create_directory(at.tree / "c/unseen");
    CHECK(at.next().everything);
    at.tree.write("c/unseen/file", "x");
    const auto told = at.next();
    CHECK_FALSE(told.everything);
    CHECK(told.directories == names{"c/unseen"});
}

TEST_CASE("tree watch: no watch left for a new directory -> everything, again and again") {
    io::tree_watch_options options;
    options.most_watches = 4;
    options.blind_interval = 5ms;
    watched_tree at(options);
    CHECK(at.watch->sees_all());
    fs::create_directory(at.tree / "c/one-too-many");
    CHECK(at.next().everything);
    CHECK_FALSE(at.watch->sees_all());
    CHECK(at.next().everything); // nothing has been noticed
    fs::remove(at.tree / "c/one-too-many");
    while (!at.watch->sees_all())
        static_cast<void>(at.next());
    at.tree.write("a/file", "x");
    CHECK(at.next().directories == names{"a"});
}

TEST_CASE("tree watch: no watch left from the start -> everything, in time") {
    io::tree_watch_options options;
    options.most_watches = 2;
    options.blind_interval = 1ms;
    watched_tree at(options);
    CHECK_FALSE(at.watch->sees_all());
    CHECK(at.next().everything);
}

namespace {

/// Changes something every `pause`, so often.
io::task<> keep_busy(const test::temporary_directory& tree, int times) {
    for (int i = 0; i < times; ++i) {
        tree.write("a/busy", std::to_string(i));
        const auto slept = co_await io::sleep_for(2ms);
        if (!slept) co_return;
    }
}

io::task<> watch_busy(io::context& where, watched_tree& at, io::milliseconds settle, int times,
                      std::string& last) {
    io::task_group group(where);
    group.spawn(keep_busy(at.tree, times));
    const auto told = co_await at.watch->next(settle);
    last = at.tree.read("a/busy");
    group.cancel();
    co_await group.join();
    REQUIRE(told);
    CHECK(told->directories == names{"a"});
}

io::task<> wait_for_ever(watched_tree& at, io::milliseconds settle, std::optional<errc>& ended) {
    const auto told = co_await at.watch->next(settle);
    if (!told) ended = told.error().code();
}

io::task<> cancel_the_wait(io::context& where, watched_tree& at, io::milliseconds settle,
                           std::optional<errc>& ended) {
    io::task_group group(where);
    group.spawn(wait_for_ever(at, settle, ended));
    co_await io::sleep_for(1ms);
    group.cancel();
    co_await group.join();
}

} // namespace

TEST_CASE("tree watch: a burst of changes -> told once, when it is over") {
    watched_tree at;
    std::string last;
    io::context where;
    where.run(watch_busy(where, at, 200ms, 5, last));
    CHECK(last == "4");
}

TEST_CASE("tree watch: never quiet -> told all the same") {
    watched_tree at;
    std::string last;
    io::context where;
    where.run(watch_busy(where, at, 10ms, 100'000, last));
    CHECK(last != "99999");
}

TEST_CASE("tree watch: cancelled -> interrupted, and what was noticed is told the next time") {
    for (const auto settle : {1ms, 3'600'000ms}) {
        watched_tree at;
        if (settle > 1ms) at.tree.write("a/file", "x");
        std::optional<errc> ended;
        io::context where;
        where.run(cancel_the_wait(where, at, settle, ended));
        CHECK(ended == errc::interrupted);
        at.tree.write("c/file", "x");
        CHECK(at.next().directories == (settle > 1ms ? names{"a", "c"} : names{"c"}));
    }
}

TEST_CASE("tree watch: the root is gone -> said so") {
    watched_tree at;
    fs::remove_all(at.tree.path());
    std::optional<errc> ended;
    test::run(wait_for_ever(at, 1ms, ended));
    CHECK(ended == errc::local_not_found);
}

TEST_CASE("tree watch: no such directory -> said at once") {
    const test::temporary_directory empty;
    const auto none = io::tree_watch::open((empty / "none").string());
    REQUIRE_FALSE(none);
    CHECK(none.error().code() == errc::local_not_found);
    empty.write("file", "");
    CHECK_FALSE(io::tree_watch::open((empty / "file").string()));
}
