#include "plan/selection.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "plan/clock.hpp"

#include <array>

namespace ferry::plan {

std::string_view to_string(exclusion_cause cause) noexcept {
    constexpr std::array<std::string_view, 4> names{"rule", "too_small", "too_large", "too_old"};
    return names[static_cast<std::size_t>(cause)];
}

std::optional<exclusion_cause> selection::limit_against(const entry& item) const noexcept {
    using enum exclusion_cause;
    if (item.type != entry_type::file) return std::nullopt;
    if (item.size && limits_.min_size && *item.size < *limits_.min_size) return too_small;
    if (item.size && limits_.max_size && *item.size > *limits_.max_size) return too_large;
    // A time without seconds stands for the last of its minute or day too.
    if (item.mtime && limits_.newer && *item.mtime + rounding_of(item.precision) <= *limits_.newer)
        return too_old;
    return std::nullopt;
}

std::optional<exclusion> selection::why_not(const entry& item, std::string_view path) const {
    using enum exclusion_cause;
    if (const auto* by = rules_.excluding(path, item.type == entry_type::directory))
        return exclusion(rule, "excluded by " + printable(by->text()));
    const auto limit = limit_against(item);
    if (limit == too_small)
        return exclusion(too_small, "smaller than " + format_size(*limits_.min_size));
    if (limit == too_large)
        return exclusion(too_large, "larger than " + format_size(*limits_.max_size));
    if (limit == too_old)
        return exclusion(too_old, "not newer than " + format_iso8601(*limits_.newer));
    return std::nullopt;
}

bool selection::wants(const entry& item, std::string_view path) const {
    return !rules_.excluding(path, item.type == entry_type::directory) && !limit_against(item);
}

} // namespace ferry::plan
