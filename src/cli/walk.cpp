#include "cli/walk.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <vector>

namespace ferry::cli {

namespace {

/// A directory on the way from the top to where the walk is.
struct level {
    std::string path; ///< for the server
    std::string shown;
    std::vector<entry> entries;
    std::size_t next = 0;
};

class walker {
public:
    walker(client& session, const walk_steps& steps) : session_(&session), steps_(&steps) {}

    result<> walk(const std::string& top);

private:
    result<> enter(std::string path, std::string shown);
    result<> visit_next();

    [[nodiscard]] bool is_fatal(const error& problem) const {
        return !session_->connected() || problem.code() == errc::interrupted || levels_.empty();
    }

    client* session_;
    const walk_steps* steps_;
    std::vector<level> levels_;
    result<> outcome_;
};

result<> walker::enter(std::string path, std::string shown) {
    level here{std::move(path), std::move(shown), {}, 0};
    listing_options hidden_too;
    hidden_too.hidden = true;
    const auto read = session_->list(
        here.path,
        [&](const entry& each) {
            if (is_safe_name(each.name)) here.entries.push_back(each);
            return true;
        },
        hidden_too);
    if (!read) return fail(read.error());
    std::ranges::sort(here.entries, {}, &entry::name);
    levels_.push_back(std::move(here));
    return {};
}

result<> walker::visit_next() {
    auto& here = levels_.back();
    const auto& what = here.entries[here.next++];
    const auto shown = path_below(here.shown, what.name);
    const auto depth = levels_.size();
    if (steps_->entry) steps_->entry({what, shown, depth, here.next == here.entries.size()});
    const bool goes_down = what.type == entry_type::directory && depth < limits::depth &&
                           (!steps_->most_depth || depth < *steps_->most_depth);
    if (!goes_down) return {};
    auto entered = enter(path_below(here.path, what.name), shown);
    if (entered || is_fatal(entered.error())) return entered;
    if (outcome_) outcome_ = fail(entered.error());
    if (steps_->unreadable) steps_->unreadable(shown, entered.error());
    return {};
}

/// A listing of a file is the file itself.
bool is_the_file(const std::vector<entry>& entries, const std::string& path) {
    return entries.size() == 1 && entries.front().type != entry_type::directory &&
           entries.front().name == path.substr(path.rfind('/') + 1);
}

result<> walker::walk(const std::string& top) {
    if (auto entered = enter(top, {}); !entered) return entered;
    if (is_the_file(levels_.front().entries, top)) {
        if (steps_->entry) steps_->entry({levels_.front().entries.front(), {}, 0, true});
        return {};
    }
    while (!levels_.empty()) {
        if (steps_->should_stop && steps_->should_stop()) return {};
        if (levels_.back().next < levels_.back().entries.size()) {
            if (auto step = visit_next(); !step) return step;
            continue;
        }
        if (steps_->leave) steps_->leave(levels_.back().shown, levels_.size() - 1);
        levels_.pop_back();
    }
    return outcome_;
}

} // namespace

result<> walk_tree(client& session, const std::string& top, const walk_steps& steps) {
    return walker(session, steps).walk(top);
}

std::string path_below(const std::string& directory, std::string_view name) {
    std::string path(directory);
    if (!path.empty() && !path.ends_with('/')) path += '/';
    return path += name;
}

} // namespace ferry::cli
