// What to do about one name, so that the destination becomes like the source.
#pragma once

#include "plan/clock.hpp"

#include <ferry/entry.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ferry::plan {

/// What a link in the source becomes.
enum class link_policy : std::uint8_t {
    skip,
    follow, ///< what it points to; the caller has looked there, so a link that is left is broken
    copy,   ///< a link
};

class mirror_options {
public:
    mirror_options() = default;

    link_policy links = link_policy::skip;
    bool checksum = false;   ///< files of one size are compared by content, not by time
    bool remove = false;     ///< what the source does not have goes; what is in the way too
    bool only_newer = false; ///< nothing newer is overwritten
    bool set_times = true;   ///< copies get the time of the source; without this they are newer
    bool set_modes = false;  ///< permissions are made alike
    std::chrono::seconds slack{1}; ///< what the two sides round times to
};

enum class mirror_action : std::uint8_t {
    nothing,
    skip,            ///< nothing is done, and the user should know
    compare_content, ///< decide again, knowing the content
    copy,
    make_directory,
    make_link,
    set_time,
    set_mode,
    set_time_and_mode,
    remove,
    replace_by_file, ///< removes what is there, a tree if it is a directory, before the copy
    replace_by_directory,
    replace_by_link,
};

inline constexpr int mirror_action_count = 13;

enum class mirror_reason : std::uint8_t {
    same,
    missing,
    size_differs,
    newer,
    time_differs,
    time_unknown,
    content_differs,
    content_not_compared,
    target_differs,
    mode_differs,
    time_and_mode_differ,
    destination_newer,
    extra,
    extra_kept,
    kind_differs,
    kind_kept,
    link_skipped,
    link_broken,
    special,
};

inline constexpr int mirror_reason_count = 19;

/// "copy", "make_directory": stable, for JSON and --dry-run.
[[nodiscard]] std::string_view to_string(mirror_action action) noexcept;
/// "size_differs": stable, for JSON.
[[nodiscard]] std::string_view to_string(mirror_reason reason) noexcept;
/// "the sizes differ": for people.
[[nodiscard]] std::string_view describe(mirror_reason reason) noexcept;

class mirror_step {
public:
    constexpr mirror_step(mirror_action what, mirror_reason why) : action(what), reason(why) {}

    mirror_action action;
    mirror_reason reason;

    friend bool operator==(const mirror_step&, const mirror_step&) = default;
};

/// One side: what is there, and when it was changed as far as the side's clock tells.
class mirror_side {
public:
    /// Nothing is there.
    mirror_side() = default;

    /// `what` must outlive the side. Its permissions are those that would be set: no setuid, and
    /// less what the user masks, or they would differ for ever.
    mirror_side(const entry& what, std::optional<time_span> when) : item(&what), time(when) {}

    const entry* item = nullptr;
    std::optional<time_span> time;
};

/// What a comparison of hashes has told.
enum class content_verdict : std::uint8_t { not_compared, same, different, cannot_tell };

/// `content` matters only with `checksum`; when it cannot be told, size and time decide.
[[nodiscard]] mirror_step mirror_diff(const mirror_side& source, const mirror_side& destination,
                                      const mirror_options& options,
                                      content_verdict content = content_verdict::not_compared);

} // namespace ferry::plan
