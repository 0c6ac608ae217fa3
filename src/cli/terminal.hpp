// The terminal, and the two output streams: the only door of the program to them.
#pragma once

#include <ferry/result.hpp>

#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>

namespace ferry::cli {

[[nodiscard]] bool is_terminal(std::FILE* stream) noexcept;

/// How many columns the terminal behind `stream` has; 80 if it does not tell.
[[nodiscard]] std::size_t terminal_width(std::FILE* stream) noexcept;

/// Whether colours are welcome there: a terminal, not a dumb one, and no NO_COLOR (no-color.org).
[[nodiscard]] bool wants_colour(std::FILE* stream) noexcept;

/// Columns that `text` takes on a terminal: UTF-8 sequences, each taken for one.
[[nodiscard]] std::size_t display_width(std::string_view text) noexcept;

/// Asks on the terminal itself, whatever stdin is, without showing what is typed. `nullopt`-like
/// failures: `errc::usage` where nobody can be asked, `errc::interrupted` after Ctrl-C.
[[nodiscard]] result<std::string> ask_secret(std::string_view question);

/// Whether `ask_secret` has somebody to ask: stderr is a terminal.
[[nodiscard]] bool can_ask() noexcept;

/// Writes all of it, or remembers that it could not.
void write_out(std::string_view text) noexcept;

/// What became of all that was written to stdout: `local_file` if some was lost. A reader that went
/// away ("| head") is no failure, but see `output_is_unread`.
[[nodiscard]] result<> finish_out() noexcept;

/// Whether something was written to stdout after its reader had gone.
[[nodiscard]] bool output_is_unread() noexcept;

/// Finds out whether the reader of stdout has gone, for output that does not go through
/// `write_out`, and remembers it for `output_is_unread`.
[[nodiscard]] bool reader_is_gone() noexcept;

/// Ends the process by SIGPIPE, as programs end whose output nobody reads.
void end_as_unread() noexcept;

/// The message lines on stderr, with at most one line that is drawn again and again below them.
/// Any thread may use it.
class message_stream {
public:
    message_stream() = default;
    /// A line of its own. The end of line is added.
    void line(std::string_view text);
    /// Replaces what was drawn before. `text` must fit the width. Only for a terminal.
    void draw(std::string_view text);
    /// Takes away what was drawn.
    void erase();

private:
    std::mutex mutex_;
    bool drawn_ = false;
};

/// The one of this process.
[[nodiscard]] message_stream& messages() noexcept;

} // namespace ferry::cli
