// What a mirror looks at: rules about paths, and limits of size and age.
#pragma once

#include "plan/path_filter.hpp"

#include <ferry/entry.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ferry::plan {

/// Limits of what is mirrored. They are about files: the size of a directory says nothing.
class selection_limits {
public:
    selection_limits() = default;

    std::optional<std::uint64_t> min_size;         ///< bytes, itself allowed
    std::optional<std::uint64_t> max_size;         ///< bytes, itself allowed
    std::optional<std::chrono::sys_seconds> newer; ///< changed after this
};

enum class exclusion_cause : std::uint8_t { rule, too_small, too_large, too_old };

/// "rule", "too_small", "too_large", "too_old": for JSON.
[[nodiscard]] std::string_view to_string(exclusion_cause cause) noexcept;

/// Why something is not mirrored.
class exclusion {
public:
    exclusion(exclusion_cause why, std::string words) : cause(why), text(std::move(words)) {}

    exclusion_cause cause;
    std::string text; ///< "excluded by *.o", fit for a terminal
};

class selection {
public:
    selection() = default;

    explicit selection(path_filter rules, const selection_limits& limits = selection_limits())
        : rules_(std::move(rules)), limits_(limits) {}

    /// `path` is relative to the root, and `item` what it names, its time in UTC where that is
    /// known. What a listing does not tell is within every limit: leaving a file out for that
    /// would let a mirror look complete.
    [[nodiscard]] std::optional<exclusion> why_not(const entry& item, std::string_view path) const;

    [[nodiscard]] bool wants(const entry& item, std::string_view path) const;

private:
    [[nodiscard]] std::optional<exclusion_cause> limit_against(const entry& item) const noexcept;

    path_filter rules_;
    selection_limits limits_;
};

} // namespace ferry::plan
