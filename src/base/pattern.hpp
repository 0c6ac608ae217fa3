// File name patterns: * ? [set] {a,b}, with \ before what shall mean itself.
#pragma once

#include <ferry/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ferry {

/// Whether a name, or one of the names of a path, is to be matched rather than taken as it stands:
/// a '*', a '?', or a set with its ']', not behind a backslash. A set holds no slash.
[[nodiscard]] bool has_wildcards(std::string_view pattern) noexcept;

/// The text of a pattern without wildcards: backslashes that quote are taken away.
[[nodiscard]] std::string literal_text(std::string_view pattern);

/// The patterns that the braces of one stand for, in the order of the text: "a{b,c{d,e}}" gives ab,
/// acd, ace. Braces without a comma or without their other half are ordinary characters.
/// Alternatives that leave nothing at all are dropped. `errc::usage` beyond `limits::brace_words`
/// and `limits::brace_bytes`.
[[nodiscard]] result<std::vector<std::string>> expand_braces(std::string_view pattern);

/// What wildcards think of a dot at the start of a name: that it hides the name, as in a shell, or
/// nothing, as in rules that leave files out.
enum class leading_dot : std::uint8_t { hides, is_ordinary };

/// A pattern for one name, ready to be compared with many.
///
/// '*' stands for any characters, '?' for one, "[a-z_]" for one of these, "[!a]" or "[^a]" for one
/// that is not; a ']' right at the start of a set belongs to it. A character is one of UTF-8, or a
/// byte where the name is not UTF-8. A '[' without its ']' stands for itself. Where a dot hides a
/// name, no wildcard stands for one at the start.
class name_pattern {
public:
    explicit name_pattern(std::string_view text, leading_dot dot = leading_dot::hides);

    /// Whether all of `name` fits, in time proportional to pattern times name at worst.
    [[nodiscard]] bool matches(std::string_view name) const noexcept;

private:
    enum class kind : std::uint8_t { character, any, one_of, none_of, star };

    struct step {
        kind what = kind::character;
        char32_t character = 0;
        std::size_t ranges_begin = 0;
        std::size_t ranges_end = 0;
    };

    struct range {
        char32_t first;
        char32_t last;
    };

    void add_set(std::string_view inside);
    [[nodiscard]] bool takes(const step& one, char32_t character) const noexcept;

    leading_dot dot_;
    std::vector<step> steps_;
    std::vector<range> ranges_; ///< of all sets, one behind the other
};

} // namespace ferry
