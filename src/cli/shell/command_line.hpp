// Lines of the shell: statements, what joins them, and where their output goes.
#pragma once

#include "cli/shell/word.hpp"

#include <ferry/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

/// What decides whether a statement runs: nothing, or how the one before it ended.
enum class run_when : std::uint8_t { always, after_success, after_failure };

/// "> file" or ">> file".
class redirection {
public:
    redirection() = default;
    word target;
    bool append = false;
};

/// One command. It has words, with at most one of `output` and `pipe`; or it is `local`.
class statement {
public:
    statement() = default;

    run_when when = run_when::always; ///< the first one: always
    bool background = false;          ///< an '&' stands behind it
    std::vector<word> words;
    std::optional<redirection> output;
    std::optional<std::string> pipe;  ///< what `sh -c` shall do with the output, as it was typed
    std::optional<std::string> local; ///< of "!...": what `sh -c` shall run; may be empty
    std::string source;               ///< as it was typed, aliases too, without the '&'
};

class command_list {
public:
    command_list() = default;
    std::vector<statement> statements; ///< none for blanks and comments
};

/// The text an alias stands for, or nothing if there is none of this name.
using alias_lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Reads one line, or several.
///
/// Statements are joined by ';' or a newline, "&&", "||", or '&', which sends the one before it
/// into the background. Behind a '|' everything up to the next of them is for `sh`, further pipes
/// and redirections too, and what stands in quotes; so is the whole rest of the line behind a '!'
/// at the start of a statement. The text of an alias replaces a first word that is all bare, and is
/// read in its place, but an alias within its own text is not one.
///
/// `errc::usage` with what is wrong, and at which character, counted from 1. The caps are
/// `limits::shell_line`, `limits::shell_words` and `limits::alias_depth`.
[[nodiscard]] result<command_list> parse_line(std::string_view text,
                                              const alias_lookup& aliases = {});

/// Whether `parse_line` failed only because the text ends too early: an open quote, a backslash, or
/// "&&", "||" or '|' at the end. More of it, behind a newline, may make it whole.
[[nodiscard]] bool is_incomplete(const error& problem) noexcept;

/// What a word is for.
enum class cursor_place : std::uint8_t {
    argument,      ///< or the command itself, if no words stand before it
    output_file,   ///< the word behind '>'
    local_command, ///< behind '|' or '!': a word for `sh`
    comment,       ///< nothing to complete
};

/// The word in which a cursor stands, up to there.
class cursor_word {
public:
    cursor_word() = default;

    cursor_place place = cursor_place::argument;
    std::size_t statement_index = 0; ///< how many statements end before it
    std::size_t statement_begin = 0; ///< offset of the first word or '!'
    std::vector<std::string> before; ///< the text of the words before it, the command first; those
                                     ///< of the local command where the place is one
    word typed;                      ///< with its parts: for variables and '~'
    std::string text;                ///< the same without quotes; a variable is "$name"
    std::size_t begin = 0;           ///< offset of its first byte, which may be a quote
    quote_style open = quote_style::none; ///< a quote that is open at the cursor

    /// Whether the word names something on this side, whatever the command.
    [[nodiscard]] bool is_local() const noexcept {
        return place == cursor_place::output_file || place == cursor_place::local_command;
    }
};

/// For completion: what stands at `cursor`, an offset in `line`. The line need not be finished, nor
/// right. Aliases stay as they are.
[[nodiscard]] cursor_word word_at(std::string_view line, std::size_t cursor);

} // namespace ferry::cli
