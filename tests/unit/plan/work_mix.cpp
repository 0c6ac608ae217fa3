// What a free connection does next.
#include "plan/work_mix.hpp"

#include <doctest/doctest.h>

#include <iterator>
#include <set>
#include <vector>

using namespace ferry::plan;

namespace {

using enum mirror_work;

mirror_work once(queue_summary queue, crew_summary crew) {
    work_mix mix;
    return mix.next(queue, crew);
}

/// A mirror in rounds: each connection is busy as long as what it took takes.
class simulation {
public:
    explicit simulation(int connections) : crew_(static_cast<std::size_t>(connections)) {}

    /// New files and directories turn up every round, for ever if not told otherwise.
    void round(int new_directories, int new_small_files) {
        ++now_;
        for (auto& each : crew_) {
            if (each.busy_until > now_) continue;
            each.doing = nothing;
            take(each);
        }
        directories += new_directories;
        for (int i = 0; i < new_small_files; ++i)
            add_file(1);
    }

    void add_file(int length) { files.insert(length); }

    int directories = 0;
    std::multiset<int> files; ///< how long each takes
    int listed = 0;
    int idle_rounds = 0;

private:
    struct worker {
        mirror_work doing = nothing;
        int busy_until = 0;
    };

    [[nodiscard]] int count(mirror_work what) const {
        int all = 0;
        for (const auto& each : crew_)
            all += each.doing == what ? 1 : 0;
        return all;
    }

    void take(worker& one) {
        one.doing = mix_.next(queue_summary(static_cast<std::size_t>(directories), files.size()),
                              crew_summary(static_cast<int>(crew_.size()), count(list_directory),
                                           count(largest_file)));
        one.busy_until = now_ + 1;
        if (one.doing == nothing) {
            ++idle_rounds;
        } else if (one.doing == list_directory) {
            REQUIRE(directories > 0);
            --directories;
            ++listed;
        } else {
            REQUIRE_FALSE(files.empty());
            const auto which = one.doing == smallest_file ? files.begin() : std::prev(files.end());
            one.busy_until = now_ + *which;
            files.erase(which);
        }
    }

    work_mix mix_;
    std::vector<worker> crew_;
    int now_ = 0;
};

} // namespace

TEST_CASE("work mix: nothing to do -> nothing; one kind of work -> that") {
    for (const int connections : {1, 2, 8}) {
        CHECK(once({0, 0}, {connections, 0, 0}) == nothing);
        CHECK(once({1, 0}, {connections, connections - 1, 0}) == list_directory);
        CHECK(once({0, 1}, {connections, 0, 0}) != nothing);
        CHECK(once({0, 1}, {connections, 0, 0}) != list_directory);
    }
}

TEST_CASE("work mix: few files wait -> directories first, by half of the connections") {
    CHECK(once({5, 31}, {4, 0, 0}) == list_directory);
    CHECK(once({5, 31}, {4, 1, 0}) == list_directory);
    CHECK(once({5, 31}, {4, 2, 0}) != list_directory);
    CHECK(once({5, 32}, {4, 0, 0}) != list_directory); // enough wait
    CHECK(once({5, 0}, {4, 2, 0}) == list_directory);  // nothing else to do
    CHECK(once({5, 7}, {1, 0, 0}) == list_directory);
    CHECK(once({5, 8}, {1, 0, 0}) != list_directory);
    CHECK(once({5, 5}, {3, 0, 0}) == list_directory);
    CHECK(once({5, 5}, {3, 1, 0}) != list_directory);
}

TEST_CASE("work mix: files -> one connection in four takes the largest, the others the smallest") {
    CHECK(once({0, 9}, {2, 0, 0}) == largest_file);
    CHECK(once({0, 9}, {2, 0, 1}) == smallest_file);
    CHECK(once({0, 9}, {7, 0, 1}) == smallest_file);
    CHECK(once({0, 9}, {8, 0, 1}) == largest_file);
    CHECK(once({0, 9}, {8, 0, 2}) == smallest_file);
    CHECK(once({0, 9}, {1, 0, 0}) == smallest_file);
}

TEST_CASE("work mix: a single connection -> takes turns") {
    work_mix mix;
    std::vector<mirror_work> done;
    for (int i = 0; i < 3 * (work_mix::turn + 1); ++i)
        done.push_back(mix.next({0, 100}, {1, 0, 0}));
    for (std::size_t i = 0; i < done.size(); ++i) {
        const bool is_turn = i % (work_mix::turn + 1) == work_mix::turn;
        CHECK(done[i] == (is_turn ? largest_file : smallest_file));
    }
    // And few files do not wait until all directories are listed.
    work_mix other;
    for (int i = 0; i < work_mix::turn; ++i)
        CHECK(other.next({100, 1}, {1, 0, 0}) == list_directory);
    CHECK(other.next({100, 1}, {1, 0, 0}) == smallest_file);
    CHECK(other.next({100, 1}, {1, 0, 0}) == list_directory);
}

TEST_CASE("work mix: small files without end -> the large ones are still taken") {
    for (const int connections : {1, 2, 3, 8}) {
        INFO(connections);
        simulation mirror(connections);
        for (int i = 0; i < 10; ++i)
            mirror.add_file(50);
        for (int i = 0; i < 3000; ++i)
            mirror.round(0, connections + 1);
        CHECK(mirror.files.count(50) == 0);
        CHECK(mirror.idle_rounds == 0);
    }
}

TEST_CASE("work mix: large files without end -> the small ones do not wait for them") {
    for (const int connections : {2, 3, 8}) {
        INFO(connections);
        simulation mirror(connections);
        for (int i = 0; i < 1000; ++i)
            mirror.add_file(50);
        mirror.add_file(1);
        for (int i = 0; i < 60; ++i)
            mirror.round(0, 0);
        CHECK(mirror.files.count(1) == 0);
    }
}

TEST_CASE("work mix: directories without end -> files are still taken, and the other way round") {
    for (const int connections : {1, 2, 8}) {
        INFO(connections);
        simulation walking(connections);
        for (int i = 0; i < 5; ++i)
            walking.add_file(1);
        walking.directories = connections;
        for (int i = 0; i < 100; ++i)
            walking.round(connections + 1, 0);
        CHECK(walking.files.empty());
        CHECK(walking.idle_rounds == 0);

        simulation drowning(connections);
        drowning.directories = 5;
        for (int i = 0; i < 1000; ++i)
            drowning.add_file(1);
        for (int i = 0; i < 1100; ++i)
            drowning.round(0, 0);
        CHECK(drowning.listed == 5);
        CHECK(drowning.files.empty());
    }
}
