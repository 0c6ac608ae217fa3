#include "plan/deletion_guard.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "plan/tree_path.hpp"
#include "wire/path.hpp"

#include <algorithm>
#include <utility>

namespace ferry::plan {

namespace {

/// Of deletions in the order of a walk, those that no other one takes along.
std::vector<deletion> topmost(std::vector<deletion> all) {
    const deletion* top = nullptr;
    std::vector<deletion> tops;
    for (auto& each : all) {
        if (top && top->is_directory && is_within(each.path, top->path)) continue;
        tops.push_back(std::move(each));
        top = &tops.back();
    }
    return tops;
}

} // namespace

deletion_guard::deletion_guard(deletion_options options) : options_(std::move(options)) {
    if (is_below_root(options_.trash)) keep(options_.trash);
}

result<> deletion_guard::propose(std::string_view path, bool is_directory) {
    if (!is_below_root(path))
        return fail(errc::unsafe_name,
                    "'" + printable(path) + "' is not below the root, and is not deleted");
    proposed_.emplace_back(std::string(path), is_directory);
    return {};
}

void deletion_guard::keep(std::string_view path) {
    kept_.emplace(path);
    while (!path.empty()) {
        path = parent_of(path);
        // Those above it are there already.
        if (!above_kept_.emplace(path).second) return;
    }
}

bool deletion_guard::stays(std::string_view path) const {
    if (above_kept_.contains(path)) return true;
    for (;; path = parent_of(path)) {
        if (kept_.contains(path)) return true;
        if (path.empty()) return false;
    }
}

std::vector<deletion> deletion_guard::allowed() const {
    std::vector<deletion> all;
    for (const auto& each : proposed_)
        if (!stays(each.path)) all.push_back(each);
    std::ranges::sort(all, walk_order(), &deletion::path);
    // A name that was proposed twice goes once.
    const auto twice = std::ranges::unique(all, {}, &deletion::path);
    all.erase(twice.begin(), twice.end());
    return all;
}

std::uint64_t deletion_guard::kept() const {
    return static_cast<std::uint64_t>(std::ranges::count_if(
        proposed_, [this](const deletion& each) { return stays(each.path); }));
}

result<std::vector<deletion>> deletion_guard::plan(std::uint64_t source_entries) const {
    auto all = allowed();
    if (all.empty()) return all;
    if (source_entries == 0 && !options_.allow_empty_source)
        return fail(errc::deletion_refused, "the source is empty, and " +
                                                counted(all.size(), "entry") + " would be deleted");
    if (options_.max_deletions && all.size() > *options_.max_deletions)
        return fail(errc::deletion_refused, counted(all.size(), "entry") +
                                                " would be deleted, more than " +
                                                std::to_string(*options_.max_deletions));
    if (options_.trash.empty()) {
        std::ranges::reverse(all);
        return all;
    }
    auto tops = topmost(std::move(all));
    for (auto& each : tops)
        each.trash_path = trash_path(options_.trash, options_.run_name, each.path);
    return tops;
}

std::string trash_path(std::string_view trash, std::string_view run_name, std::string_view path) {
    return wire::join_path(wire::join_path(trash, run_name), path);
}

} // namespace ferry::plan
