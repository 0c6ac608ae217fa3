// ferry rm, and its trees: depth first, without recursion, links removed and never followed.
#include "base/limits.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/each_url.hpp"
#include "cli/removal.hpp"

namespace ferry::cli {

namespace {

/// A directory whose own entries are gone and whose directories follow.
struct level {
    std::string path;
    std::vector<std::string> directories;
    bool complete = true; ///< everything in it could be removed
};

class remover {
public:
    explicit remover(client& session) : session_(&session) {}

    result<> remove(const std::string& top);

private:
    /// Removes what is no directory in `path` and goes down into it.
    result<> enter(const std::string& path);
    result<> leave();

    /// Keeps the first failure. False if it makes no sense to go on.
    bool tolerate(const error& problem) {
        if (outcome_) outcome_ = fail(problem);
        if (!levels_.empty()) levels_.back().complete = false;
        return session_->connected() && problem.code() != errc::interrupted;
    }

    client* session_;
    std::vector<level> levels_;
    result<> outcome_;
};

result<> remover::enter(const std::string& path) {
    if (levels_.size() >= limits::depth)
        return fail(errc::limit_exceeded, "directories are nested too deeply: " + path);
    level here;
    here.path = path;
    std::vector<std::string> others;
    const auto keep = [&](const entry& each) {
        if (is_safe_name(each.name))
            (each.type == entry_type::directory ? here.directories : others).push_back(each.name);
        return true;
    };
    const auto read = session_->list(path, keep, listing_options(true));
    if (!read) return fail(read.error());
    levels_.push_back(std::move(here));
    for (const auto& name : others) {
        auto whole = path + '/';
        whole += name;
        auto gone = session_->remove_file(whole);
        if (!gone && !tolerate(gone.error())) return gone;
    }
    return {};
}

result<> remover::leave() {
    const auto done = std::move(levels_.back());
    levels_.pop_back();
    // What could not be emptied cannot be removed; the reason is already known.
    if (!done.complete) {
        if (!levels_.empty()) levels_.back().complete = false;
        return {};
    }
    return session_->remove_directory(done.path);
}

result<> remover::remove(const std::string& top) {
    if (auto entered = enter(top); !entered) return entered;
    while (!levels_.empty()) {
        result<> step;
        if (levels_.back().directories.empty()) {
            step = leave();
        } else {
            const auto next = levels_.back().path + '/' + levels_.back().directories.back();
            levels_.back().directories.pop_back();
            step = enter(next);
        }
        if (!step && !tolerate(step.error())) return step;
    }
    return outcome_;
}

result<> remove_tree(client& session, const std::string& asked_path) {
    auto path = asked_path;
    while (path.ends_with('/') && path.size() > 1)
        path.pop_back();
    const auto what = session.stat(path);
    if (!what) return fail(what.error());
    if (what->type != entry_type::directory) return session.remove_file(path);
    return remover(session).remove(path);
}

} // namespace

bool is_safe_to_remove(std::string_view path) noexcept {
    bool names_something = false;
    while (!path.empty()) {
        const auto part = take_until(path, '/');
        if (part == "..") return false;
        names_something = names_something || (!part.empty() && part != ".");
    }
    return names_something;
}

result<int> run_rm(const arguments& asked, connections& open) {
    return for_each_url(
        asked, open, asked.operands, [&](client& session, const url& where, reporter&) -> result<> {
            if (asked.recursive && !is_safe_to_remove(where.path))
                return fail(errc::usage, "rm -r wants a path below the login directory or the "
                                         "root, without ..");
            if (asked.recursive) return remove_tree(session, where.path);
            return session.remove_file(where.path);
        });
}

} // namespace ferry::cli
