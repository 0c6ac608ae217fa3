#include "plan/mirror_diff.hpp"

#include <array>

namespace ferry::plan {

namespace {

using enum mirror_action;
using why = mirror_reason;

struct reason_row {
    mirror_reason reason;
    std::string_view name;
    std::string_view text;
};

constexpr std::array<reason_row, mirror_reason_count> reasons{{
    {why::same, "same", "is the same"},
    {why::missing, "missing", "is not there"},
    {why::size_differs, "size_differs", "the sizes differ"},
    {why::newer, "newer", "the source is newer"},
    {why::time_differs, "time_differs", "the times differ"},
    {why::time_unknown, "time_unknown", "neither size nor time tells whether it is the same"},
    {why::content_differs, "content_differs", "the contents differ"},
    {why::content_not_compared, "content_not_compared", "the contents are to be compared"},
    {why::target_differs, "target_differs", "the link points elsewhere"},
    {why::mode_differs, "mode_differs", "the permissions differ"},
    {why::time_and_mode_differ, "time_and_mode_differ", "time and permissions differ"},
    {why::destination_newer, "destination_newer", "the destination is newer"},
    {why::extra, "extra", "is not in the source"},
    {why::extra_kept, "extra_kept", "is not in the source, and stays without --delete"},
    {why::kind_differs, "kind_differs", "something of another kind is in the way"},
    {why::kind_kept, "kind_kept",
     "something of another kind is in the way, and stays without --delete"},
    {why::link_skipped, "link_skipped", "is a link"},
    {why::link_broken, "link_broken", "is a link that leads nowhere"},
    {why::special, "special", "is neither file, directory nor link"},
}};

constexpr bool reasons_are_in_order() {
    for (std::size_t i = 0; i < reasons.size(); ++i)
        if (reasons[i].reason != static_cast<mirror_reason>(i)) return false;
    return true;
}

static_assert(reasons_are_in_order(), "a row for each reason, in the order of the enumeration");

/// What the source has, in the end: what is to stand on the other side.
enum class wanted : std::uint8_t {
    none,
    file,
    directory,
    link,
    skipped_link,
    broken_link,
    special
};
constexpr std::size_t wanted_count = 7;

wanted wanted_from(const entry* source, link_policy links) noexcept {
    if (!source) return wanted::none;
    switch (source->type) {
    case entry_type::file:
        return wanted::file;
    case entry_type::directory:
        return wanted::directory;
    case entry_type::symlink:
        if (links == link_policy::copy) return wanted::link;
        return links == link_policy::skip ? wanted::skipped_link : wanted::broken_link;
    case entry_type::other:
        break;
    }
    return wanted::special;
}

/// What stands there: the types of entries, and behind them nothing.
constexpr std::size_t found_count = 5;

std::size_t found_at(const entry* destination) noexcept {
    return destination ? static_cast<std::size_t>(destination->type) : found_count - 1;
}

/// What a cell leaves to be decided.
enum class cell : std::uint8_t {
    neither,
    only_there,
    file,
    directory,
    link,
    skipped_link,
    broken_link,
    special,
    compare_files,
    compare_directories,
    compare_links,
    file_over,
    directory_over,
    link_over,
};

using enum cell;

// Rows: what is wanted. Columns: a file, a directory, a link, something else, nothing is there.
constexpr std::array<std::array<cell, found_count>, wanted_count> table{{
    {only_there, only_there, only_there, only_there, neither},
    {compare_files, file_over, file_over, file_over, file},
    {directory_over, compare_directories, directory_over, directory_over, directory},
    {link_over, link_over, compare_links, link_over, link},
    // What is not mirrored leaves the other side alone.
    {skipped_link, skipped_link, skipped_link, skipped_link, skipped_link},
    {broken_link, broken_link, broken_link, broken_link, broken_link},
    {special, special, special, special, special},
}};

class comparison {
public:
    comparison(const mirror_side& source, const mirror_side& destination,
               const mirror_options& options)
        : from_(*source.item)
        , to_(*destination.item)
        , options_(options)
        , times_(compare_times(source.time, destination.time, options.slack)) {}

    [[nodiscard]] mirror_step files(content_verdict content) const {
        const bool sizes_differ = from_.size && to_.size && *from_.size != *to_.size;
        if (options_.only_newer && times_ == std::partial_ordering::less)
            return {skip, why::destination_newer};
        if (sizes_differ) return {copy, why::size_differs};
        if (options_.checksum && content != content_verdict::cannot_tell) return by(content);
        return by_time();
    }

    /// Directories get their times when all in them is done, so here only their modes count.
    [[nodiscard]] mirror_step directories() const {
        if (modes_differ()) return {set_mode, why::mode_differs};
        return {nothing, why::same};
    }

    [[nodiscard]] mirror_step links() const {
        if (from_.target == to_.target) return {nothing, why::same};
        if (options_.only_newer && times_ == std::partial_ordering::less)
            return {skip, why::destination_newer};
        // A link is no content: making it anew loses nothing but the link.
        return {replace_by_link, why::target_differs};
    }

private:
    [[nodiscard]] mirror_step by(content_verdict content) const {
        if (content == content_verdict::not_compared)
            return {compare_content, why::content_not_compared};
        if (content == content_verdict::different) return {copy, why::content_differs};
        return same_content();
    }

    [[nodiscard]] mirror_step by_time() const {
        if (times_ == std::partial_ordering::unordered && !(from_.size && to_.size))
            return {copy, why::time_unknown};
        if (times_ == std::partial_ordering::greater) return {copy, why::newer};
        // Where copies cannot get the time of the source, a later time is that of the copy.
        if (times_ == std::partial_ordering::less && options_.set_times)
            return {copy, why::time_differs};
        return same_content();
    }

    [[nodiscard]] mirror_step same_content() const {
        const bool time = options_.set_times && (times_ == std::partial_ordering::less ||
                                                 times_ == std::partial_ordering::greater);
        if (time && modes_differ()) return {set_time_and_mode, why::time_and_mode_differ};
        if (time) return {set_time, why::time_differs};
        if (modes_differ()) return {set_mode, why::mode_differs};
        return {nothing, why::same};
    }

    [[nodiscard]] bool modes_differ() const noexcept {
        return options_.set_modes && !from_.permissions.empty() && !to_.permissions.empty() &&
               from_.permissions != to_.permissions;
    }

    const entry& from_;
    const entry& to_;
    const mirror_options& options_;
    std::partial_ordering times_;
};

} // namespace

std::string_view to_string(mirror_action action) noexcept {
    constexpr std::array<std::string_view, mirror_action_count> names{
        "nothing",           "skip",      "compare_content", "copy",
        "make_directory",    "make_link", "set_time",        "set_mode",
        "set_time_and_mode", "remove",    "replace_by_file", "replace_by_directory",
        "replace_by_link"};
    return names[static_cast<std::size_t>(action)];
}

std::string_view to_string(mirror_reason reason) noexcept {
    return reasons[static_cast<std::size_t>(reason)].name;
}

std::string_view describe(mirror_reason reason) noexcept {
    return reasons[static_cast<std::size_t>(reason)].text;
}

mirror_step mirror_diff(const mirror_side& source, const mirror_side& destination,
                        const mirror_options& options, content_verdict content) {
    const auto row = static_cast<std::size_t>(wanted_from(source.item, options.links));
    const auto over = [&](mirror_action replacement) {
        return options.remove ? mirror_step(replacement, why::kind_differs)
                              : mirror_step(skip, why::kind_kept);
    };
    switch (table[row][found_at(destination.item)]) {
    case neither:
        break;
    case only_there:
        return options.remove ? mirror_step(remove, why::extra)
                              : mirror_step(nothing, why::extra_kept);
    case file:
        return {copy, why::missing};
    case directory:
        return {make_directory, why::missing};
    case link:
        return {make_link, why::missing};
    case skipped_link:
        return {skip, why::link_skipped};
    case broken_link:
        return {skip, why::link_broken};
    case special:
        return {skip, why::special};
    case compare_files:
        return comparison(source, destination, options).files(content);
    case compare_directories:
        return comparison(source, destination, options).directories();
    case compare_links:
        return comparison(source, destination, options).links();
    case file_over:
        return over(replace_by_file);
    case directory_over:
        return over(replace_by_directory);
    case link_over:
        return over(replace_by_link);
    }
    return {nothing, why::same};
}

} // namespace ferry::plan
