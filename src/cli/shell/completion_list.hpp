// What the beginning of a word may be completed to, and how that is shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ferry::cli {

class completion {
public:
    completion() = default;

    completion(std::string becomes, std::string label, bool is_complete)
        : replacement(std::move(becomes)), shown(std::move(label)), complete(is_complete) {}

    std::string replacement; ///< as it will stand in the line: quoted where it has to be
    std::string shown;       ///< in the list: bytes, escaped when they are shown
    bool complete = false;   ///< nothing can follow in this word: a blank comes behind it
};

class completions {
public:
    completions() = default;

    std::size_t from = 0; ///< the byte of the line where the text to be replaced begins
    std::vector<completion> found;
    std::string note; ///< shown once where nothing was found (yet): "listing /pub ..."
};

/// More of them than this are counted, not listed.
inline constexpr std::size_t most_listed = 200;

/// What all the replacements begin with: whole UTF-8 sequences, no half of an escape (\x).
[[nodiscard]] std::string_view common_part(const std::vector<completion>& found);

/// The candidates in columns, or how many there are: lines for a terminal of that width.
[[nodiscard]] std::string list_of(const std::vector<completion>& found, std::size_t width);

} // namespace ferry::cli
