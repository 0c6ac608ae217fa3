#include "transfer/spool.hpp"

#include <doctest/doctest.h>

using namespace ferry;
using namespace ferry::transfer;

namespace {

entry named(std::string name, std::optional<std::uint64_t> size = std::nullopt) {
    entry made;
    made.name = std::move(name);
    made.type = entry_type::file;
    made.size = size;
    return made;
}

std::string pairs_of(spool& from, const std::string& directory, int at_once) {
    std::string text;
    std::string after;
    const pair_function each = [&](const entry* source, const entry* destination) {
        if (source != nullptr) text += '<' + source->name;
        if (destination != nullptr) text += '>' + destination->name;
        text += ' ';
    };
    while (auto last = from.for_pairs(directory, after, at_once, each))
        after = std::move(*last);
    return text;
}

} // namespace

TEST_CASE("spool: the two sides of a directory -> are paired by name, in order, in pieces") {
    for (const int at_once : {1, 2, 100}) {
        spool queue;
        queue.begin_pairs("d");
        for (const auto* name : {"b", "c", "a"})
            queue.put_source("d", named(name));
        for (const auto* name : {"z", "b", "\xff"})
            queue.put_destination("d", named(name));
        queue.put_source("other", named("q"));
        CHECK(pairs_of(queue, "d", at_once) == "<a <b>b <c >z >\xff ");
        queue.end_pairs("d");
        CHECK(pairs_of(queue, "d", at_once).empty());
        CHECK(pairs_of(queue, "other", at_once) == "<q ");
    }
}

TEST_CASE("spool: work -> comes largest or smallest first, with all that belongs to it") {
    spool queue;
    for (const std::uint64_t size : {5U, 1U, 9U}) {
        work_item what;
        what.kind = work_kind::compare;
        what.path = "p" + std::to_string(size);
        what.source = named("", size);
        what.source.permissions = "rw-------";
        what.attempts = 2;
        what.if_same = work_kind::set_time;
        what.if_unknown = work_kind::copy;
        queue.add_work(what);
    }
    CHECK(queue.waiting_work() == 3);
    const auto largest = queue.take_work(work_order::largest);
    REQUIRE(largest.has_value());
    CHECK(largest->path == "p9");
    CHECK(largest->kind == work_kind::compare);
    CHECK(largest->source.size == 9U);
    CHECK(largest->source.permissions == "rw-------");
    CHECK(largest->attempts == 2);
    CHECK(largest->if_same == work_kind::set_time);
    CHECK(largest->if_unknown == work_kind::copy);
    CHECK(queue.take_work(work_order::smallest)->path == "p1");
    CHECK(queue.take_work(work_order::smallest)->path == "p5");
    CHECK_FALSE(queue.take_work(work_order::largest).has_value());
    CHECK(queue.waiting_work() == 0);
}

TEST_CASE("spool: directories -> are taken in the order they came") {
    spool queue;
    queue.add_directory(waiting_directory("b", presence::both));
    queue.add_directory(waiting_directory("a", presence::only_source));
    CHECK(queue.take_directory()->path == "b");
    const auto second = queue.take_directory();
    REQUIRE(second.has_value());
    CHECK(second->path == "a");
    CHECK(second->at == presence::only_source);
    CHECK_FALSE(queue.take_directory().has_value());
}

TEST_CASE("spool: ended directories -> only those with something to set, the deepest first") {
    spool queue;
    auto source = named("");
    source.mtime = std::chrono::sys_seconds(std::chrono::seconds(5));
    queue.end_directory("a", source, true, "");
    queue.end_directory("a/b", source, false, "rwxr-x---");
    queue.end_directory("c", source, false, "");
    queue.end_directory("d", source, false, "");
    queue.directory_changed("d");
    const auto first = queue.take_ended();
    REQUIRE(first.has_value());
    CHECK(first->path == "d");
    CHECK(first->time == source.mtime);
    const auto second = queue.take_ended();
    REQUIRE(second.has_value());
    CHECK(second->path == "a/b");
    CHECK_FALSE(second->time.has_value());
    CHECK(second->permissions == "rwxr-x---");
    CHECK(queue.take_ended()->path == "a");
    CHECK_FALSE(queue.take_ended().has_value());
}
