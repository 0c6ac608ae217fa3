// Words of the shell's language: how they are quoted, and what patterns they make.
//
// A word goes through these stations: `read_word` takes it from a line, `word_pattern` puts in the
// variables, `expand_braces` makes one pattern or several of it, and `glob` or `literal_text` makes
// names of a pattern.
#pragma once

#include "base/pattern.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

enum class part_kind : std::uint8_t {
    literal,  ///< quoted: every character means itself
    bare,     ///< * ? [ ] { } , and a leading ~ still mean something
    variable, ///< the text is its name; "?" is the last status
};

class word_part {
public:
    word_part(part_kind what, std::string content) : kind(what), text(std::move(content)) {}

    part_kind kind;
    std::string text;

    friend bool operator==(const word_part&, const word_part&) = default;
};

class word {
public:
    word() = default;

    std::vector<word_part> parts; ///< two that follow each other differ, except variables

    /// Whether nothing of it is quoted or a variable.
    [[nodiscard]] bool is_bare() const noexcept;
    /// What was typed, without quotes. A variable is "$name".
    [[nodiscard]] std::string text() const;

    friend bool operator==(const word&, const word&) = default;
};

enum class quote_style : std::uint8_t { none, single_quotes, double_quotes };

/// What `read_word` found: a word, and what is wrong with it.
class word_reading {
public:
    word_reading() = default;

    word found;
    std::size_t end = 0;                       ///< offset behind it
    quote_style open = quote_style::none;      ///< a quote that is not closed
    std::size_t opened_at = 0;                 ///< where that one stands
    bool ends_in_backslash = false;            ///< one with nothing behind it to quote
    std::optional<std::size_t> wrong_variable; ///< where a "${" is without a name or its "}"
};

/// Whether `c` ends a word unless it is quoted: blank, tab, newline, ; & | < >
[[nodiscard]] bool ends_word(char c) noexcept;

/// Reads the word that begins at `at`, as a POSIX shell would: quotes, backslashes, variables, a
/// backslash before a newline joins the lines. It takes what it can, also of a word that is not
/// finished. The word is empty if a character that ends words stands there.
[[nodiscard]] word_reading read_word(std::string_view text, std::size_t at);

/// Behind blanks and joined lines.
[[nodiscard]] std::size_t skip_blanks(std::string_view text, std::size_t at) noexcept;
/// Behind a comment, if one begins here; the newline is not part of it.
[[nodiscard]] std::size_t skip_comment(std::string_view text, std::size_t at) noexcept;
/// The operator that begins at `at`: "&&" "||" ">>", or one of the characters that end words and
/// are no blank. Empty if there is none, and at the end.
[[nodiscard]] std::string_view operator_at(std::string_view text, std::size_t at) noexcept;
/// Whether an operator stands between statements: ; & && || or a newline.
[[nodiscard]] bool ends_statement(std::string_view op) noexcept;
/// Behind the redirection that begins at `at` in a command for `sh`, with the '&' of "2>&1".
[[nodiscard]] std::size_t skip_redirection(std::string_view text, std::size_t at) noexcept;

/// The value of a variable. One that does not exist counts as empty.
using variable_lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// The word as a pattern: what is bare as it stands, everything else with a backslash before what
/// would be special. A '~' at the start is special there only if it was bare, and alone or before
/// more that is bare.
[[nodiscard]] std::string word_pattern(const word& from, const variable_lookup& lookup);

/// Puts `home` in the place of a '~' that stands alone or before the first slash. For local paths.
[[nodiscard]] std::string expand_home(std::string_view pattern, std::string_view home);

/// `text` as one word that gives the same bytes when it is read again, by this shell and by any
/// other: as it stands if possible, else the shortest of backslashes, '...' and "...". With a
/// `style` other than none, in those quotes.
[[nodiscard]] std::string quote_word(std::string_view text, quote_style style = quote_style::none);

} // namespace ferry::cli
