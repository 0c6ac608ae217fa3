#include "plan/path_filter.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <ranges>

namespace ferry::plan {

namespace {

constexpr auto none = std::string_view::npos;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool ends_quoting(std::string_view text) noexcept {
    const auto last = text.find_last_not_of('\\');
    return (text.size() - (last == none ? 0 : last + 1)) % 2 != 0;
}

/// A backslash before a space keeps the space.
std::string_view without_spaces_at_end(std::string_view line) noexcept {
    std::size_t end = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\')
            end = std::min(++i + 1, line.size());
        else if (line[i] != ' ')
            end = i + 1;
    }
    return line.substr(0, end);
}

} // namespace

path_rule::path_rule(std::string_view text, bool leaves_out)
    : text_(text), leaves_out_(leaves_out) {
    if (text.starts_with('!')) {
        leaves_out_ = !leaves_out_;
        text.remove_prefix(1);
    }
    if (text.ends_with('/')) {
        only_directories_ = true;
        text.remove_suffix(1);
    }
    at_any_depth_ = text.find('/') == none;
    if (text.starts_with('/')) text.remove_prefix(1);
    // Of two slashes in a row, also at the end, the component between them fits no name.
    for (bool more = !text.empty(); more;) {
        more = text.find('/') != none;
        add_component(take_until(text, '/'), more);
    }
}

void path_rule::add_component(std::string_view text, bool before_slash) {
    const bool is_stars = text.size() > 1 && text.find_first_not_of('*') == none;
    if (is_stars && !at_any_depth_) {
        parts_.emplace_back();
        return;
    }
    // A slash cannot be part of a name, so quoting it says nothing.
    if (before_slash && ends_quoting(text)) text.remove_suffix(1);
    parts_.emplace_back(name_pattern(text, leading_dot::is_ordinary));
}

bool path_rule::fits(std::string_view path, bool is_directory) const noexcept {
    if (is_empty() || (only_directories_ && !is_directory)) return false;
    if (!at_any_depth_) return fits_from_root(path);
    return parts_.front()->matches(path.substr(path.rfind('/') + 1));
}

bool path_rule::fits_from_root(std::string_view path) const noexcept {
    // Only the last "**" is ever tried again: an earlier one has nothing to win by taking more.
    std::size_t next = 0;
    std::size_t after_stars = none;
    std::string_view behind_stars;
    while (!path.empty()) {
        auto rest = path;
        const auto name = take_until(rest, '/');
        if (next < parts_.size() && !parts_[next]) {
            after_stars = ++next;
            behind_stars = path;
        } else if (next < parts_.size() && parts_[next]->matches(name)) {
            ++next;
            path = rest;
        } else if (after_stars != none) {
            next = after_stars;
            (void)take_until(behind_stars, '/');
            path = behind_stars;
        } else {
            return false;
        }
    }
    return next == parts_.size();
}

result<> path_filter::add(std::string_view pattern, bool leaves_out) {
    path_rule rule(pattern, leaves_out);
    if (rule.is_empty())
        return fail(errc::usage, "the pattern '" + printable(pattern) + "' fits nothing");
    rules_.push_back(std::move(rule));
    return {};
}

void path_filter::exclude_lines(std::string_view text) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    while (!text.empty()) {
        auto line = take_until(text, '\n');
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with('#')) continue;
        path_rule rule(without_spaces_at_end(line), true);
        if (!rule.is_empty()) rules_.push_back(std::move(rule));
    }
}

const path_rule* path_filter::excluding_here(std::string_view path,
                                             bool is_directory) const noexcept {
    for (const auto& rule : std::views::reverse(rules_))
        if (rule.fits(path, is_directory)) return rule.leaves_out() ? &rule : nullptr;
    return nullptr;
}

const path_rule* path_filter::excluding(std::string_view path, bool is_directory) const noexcept {
    for (auto slash = path.find('/'); slash != none; slash = path.find('/', slash + 1))
        if (const auto* rule = excluding_here(path.substr(0, slash), true)) return rule;
    return excluding_here(path, is_directory);
}

} // namespace ferry::plan
