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

/// Whether escape sequences mean something there: a terminal, and not a dumb one.
[[nodiscard]] bool wants_escapes(std::FILE* stream) noexcept;

/// Whether colours are welcome there: a terminal, not a dumb one, and no NO_COLOR (no-color.org).
[[nodiscard]] bool wants_colour(std::FILE* stream) noexcept;

/// Has the C library take text for UTF-8 (LC_CTYPE): as the environment says, or else C.UTF-8.
void use_utf8();

/// Columns that printable UTF-8 takes on a terminal: wide characters take two, combining ones none.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Asks on the terminal itself, whatever stdin is, without showing what is typed. `nullopt`-like
/// failures: `errc::usage` where nobody can be asked, `errc::interrupted` after Ctrl-C.
[[nodiscard]] result<std::string> ask_secret(std::string_view question);

/// Asks for one of a few letters, until one is given. `otherwise` for an empty answer, and where
/// there is nobody. `errc::interrupted` after Ctrl-C.
[[nodiscard]] result<char> ask_choice(std::string_view question, std::string_view letters,
                                      char otherwise);

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

/// Flushes stdout and forgets what became of it, for a stdout that is about to go elsewhere. Gives
/// the errno of the first write that failed, or 0; what was not written is dropped.
int forget_lost_output() noexcept;

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
