#include "cli/shell/glob.hpp"

#include "base/pattern.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace ferry::cli {

namespace {

enum class goal_kind : std::uint8_t {
    name,      ///< this very name
    match,     ///< the names that fit
    any_depth, ///< "**": the next goal, here and in all directories below
    listable,  ///< that this path is a directory: the end of "*/" and of "*/.."
};

/// What one component of a pattern wants in a directory.
class goal {
public:
    explicit goal(goal_kind wanted) : kind(wanted) {}

    goal_kind kind;
    bool is_last = false; ///< what fits is a result; otherwise the next goal is sought in it
    std::string text;     ///< the name, or what `listable` adds to the path
    std::optional<name_pattern> pattern;
};

/// A directory that is still to be looked at.
class visit {
public:
    visit() = default;
    std::set<std::size_t> goals; ///< by their places in the row
    std::size_t depth = 0;
};

/// "a" for "a//", "/" for "//".
std::string without_end_slashes(std::string path) {
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    return path;
}

std::string join(std::string directory, std::string_view name) {
    if (!directory.empty() && !directory.ends_with('/')) directory += '/';
    return directory.append(name);
}

/// Of a link, and of what a listing does not tell, only a listing of it can say.
bool may_be_directory(const entry& one) noexcept {
    return one.type != entry_type::file;
}

/// The goals of all patterns that come from the braces stand in one row, and each directory knows
/// which of them are sought in it: so it is listed once, on however many ways it is reached.
class globber {
public:
    globber(const directory_lister& list, const glob_limits& caps) : list_(&list), caps_(caps) {}

    /// Notes what a pattern without braces wants.
    result<> add(std::string_view pattern);
    result<std::vector<std::string>> run();

private:
    void add_goal(std::string_view component);
    void add_end(bool wants_directory);
    result<> walk(const std::string& path, visit& here);
    result<> look(const std::string& path, const visit& here);
    result<> look_at(const std::string& path, const visit& here, const entry& one);
    result<> enter(std::string path, std::size_t wanted, std::size_t depth);
    result<> find(std::string path);

    const directory_lister* list_;
    glob_limits caps_;
    std::vector<goal> goals_;
    std::map<std::string, visit> pending_; ///< a directory comes before those below it
    std::set<std::string> results_;
    std::size_t listed_ = 0;
    bool has_listed_ = false; ///< with success
    std::optional<error> first_failure_;
};

result<> globber::add(std::string_view pattern) {
    if (!has_wildcards(pattern)) return find(literal_text(pattern));
    std::size_t begin = 0;
    while (!has_wildcards(pattern.substr(begin, pattern.find('/', begin) - begin)))
        begin = pattern.find('/', begin) + 1;
    auto top = literal_text(pattern.substr(0, begin));
    const bool one_slash = top.ends_with('/') && !top.ends_with("//");
    if (one_slash && top.size() > 1) top.pop_back();

    const auto first = goals_.size();
    auto rest = pattern.substr(begin);
    while (!rest.empty()) {
        const auto component = take_until(rest, '/');
        if (!component.empty()) add_goal(component);
        if (goals_.size() - first > caps_.depth)
            return fail(errc::usage,
                        "the pattern has more than " + std::to_string(caps_.depth) + " levels");
    }
    add_end(pattern.ends_with('/'));
    return enter(std::move(top), first, 0);
}

void globber::add_goal(std::string_view component) {
    const bool is_match = has_wildcards(component);
    auto& added = goals_.emplace_back(component == "**" ? goal_kind::any_depth
                                      : is_match        ? goal_kind::match
                                                        : goal_kind::name);
    if (added.kind == goal_kind::match) added.pattern.emplace(component);
    if (added.kind == goal_kind::name) added.text = literal_text(component);
}

void globber::add_end(bool wants_directory) {
    if (goals_.back().kind == goal_kind::any_depth) add_goal("*");
    const auto& text = goals_.back().text;
    // No listing names these, so that they are there has to be seen otherwise.
    const bool is_dots = text == "." || text == "..";
    if (wants_directory || is_dots)
        goals_.emplace_back(goal_kind::listable).text = wants_directory ? "/" : "";
    goals_.back().is_last = true;
}

result<std::vector<std::string>> globber::run() {
    while (!pending_.empty()) {
        auto next = pending_.extract(pending_.begin());
        if (auto done = walk(next.key(), next.mapped()); !done)
            return fail(std::move(done.error()));
    }
    if (first_failure_ && !has_listed_) return fail(std::move(*first_failure_));
    return std::vector<std::string>(results_.begin(), results_.end());
}

result<> globber::walk(const std::string& path, visit& here) {
    bool has_to_list = false;
    for (const auto each : here.goals) {
        const auto& wanted = goals_[each];
        // Those that are added come later in the order, and are passed too.
        if (wanted.kind == goal_kind::any_depth) here.goals.insert(each + 1);
        has_to_list = has_to_list || wanted.kind != goal_kind::name || wanted.is_last;
    }
    for (const auto each : here.goals) {
        const auto& wanted = goals_[each];
        // Where a listing is made anyway it saves a look for what is not there; but many servers
        // do not list what begins with a dot.
        const bool is_listed = has_to_list && !wanted.text.starts_with('.');
        if (wanted.kind != goal_kind::name || wanted.is_last || is_listed) continue;
        if (auto done = enter(join(path, wanted.text), each + 1, here.depth + 1); !done)
            return done;
    }
    return has_to_list ? look(path, here) : result<>();
}

result<> globber::look(const std::string& path, const visit& here) {
    if (++listed_ > caps_.results)
        return fail(errc::limit_exceeded, "more than " + std::to_string(caps_.results) +
                                              " directories to look for a pattern in");
    const auto entries = (*list_)(without_end_slashes(path));
    if (!entries) {
        const auto& problem = entries.error();
        if (problem.code() == errc::interrupted || !problem.connection_usable())
            return fail(problem);
        if (!first_failure_) first_failure_ = problem;
        return {};
    }
    has_listed_ = true;
    for (const auto each : here.goals)
        if (goals_[each].kind == goal_kind::listable)
            if (auto done = find(path + goals_[each].text); !done) return done;
    for (const auto& one : *entries)
        if (is_safe_name(one.name))
            if (auto done = look_at(path, here, one); !done) return done;
    return {};
}

result<> globber::look_at(const std::string& path, const visit& here, const entry& one) {
    for (const auto each : here.goals) {
        const auto& wanted = goals_[each];
        auto done = result<>();
        if (wanted.kind == goal_kind::any_depth) {
            if (one.type == entry_type::directory && !one.name.starts_with('.'))
                done = enter(join(path, one.name), each, here.depth + 1);
        } else if (wanted.pattern ? wanted.pattern->matches(one.name) : wanted.text == one.name) {
            if (wanted.is_last)
                done = find(join(path, one.name));
            else if (goals_[each + 1].kind == goal_kind::listable &&
                     one.type == entry_type::directory)
                done = find(join(path, one.name) + goals_[each + 1].text);
            else if (may_be_directory(one))
                done = enter(join(path, one.name), each + 1, here.depth + 1);
        }
        if (!done) return done;
    }
    return {};
}

result<> globber::enter(std::string path, std::size_t wanted, std::size_t depth) {
    if (depth > caps_.depth)
        return fail(errc::limit_exceeded,
                    "directories within more than " + std::to_string(caps_.depth) + " others");
    const auto [at, is_new] = pending_.try_emplace(std::move(path));
    at->second.goals.insert(wanted);
    at->second.depth = is_new ? depth : std::min(depth, at->second.depth);
    if (pending_.size() <= caps_.results) return {};
    return fail(errc::limit_exceeded, "more than " + std::to_string(caps_.results) +
                                          " directories to look for a pattern in");
}

result<> globber::find(std::string path) {
    results_.insert(std::move(path));
    if (results_.size() <= caps_.results) return {};
    return fail(errc::limit_exceeded,
                "more than " + std::to_string(caps_.results) + " names that fit the pattern");
}

} // namespace

result<std::vector<std::string>>
glob(std::string_view pattern, const directory_lister& list_directory, const glob_limits& caps) {
    const auto patterns = expand_braces(pattern);
    if (!patterns) return fail(patterns.error());
    globber all(list_directory, caps);
    for (const auto& each : *patterns)
        if (auto added = all.add(each); !added) return fail(std::move(added.error()));
    return all.run();
}

} // namespace ferry::cli
