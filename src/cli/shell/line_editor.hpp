// The line a user types at the shell's prompt: editing keys, history, completion (libedit).
//
// The terminal is in its raw mode only while `read` runs. Everything is called, and calls back, on
// one thread, except `wake`. Text is UTF-8; other bytes pass through unharmed (see line_text.hpp).
#pragma once

#include "cli/shell/completion_list.hpp"
#include "cli/shell/history.hpp"
#include "cli/shell/interrupts.hpp"

#include <ferry/result.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::cli {

enum class editing_keys : std::uint8_t { emacs, vi };

class line_editor {
public:
    /// Whether there is a terminal to edit on: stdin, and stdout or else stderr.
    [[nodiscard]] static bool is_possible() noexcept;

    /// Needs a terminal; without one, `read` fails. Sets LC_CTYPE from the environment, or else to
    /// C.UTF-8, and reads ~/.editrc (editrc(5); its lines may begin with "ferry:"). Both arguments
    /// must live longer.
    line_editor(interrupts& signals, history& past);
    ~line_editor();
    line_editor(const line_editor&) = delete;
    line_editor& operator=(const line_editor&) = delete;

    /// Emacs is the default, unless ~/.editrc says otherwise.
    void set_keys(editing_keys keys);

    /// A line without its end, which is in the history now; nothing at the end of input (Ctrl-D on
    /// an empty line), the cursor still behind the prompt; `errc::interrupted` after Ctrl-C, which
    /// is cleared. The prompt may have
    /// escape sequences in it, and lines above the last one, which are printed once.
    [[nodiscard]] result<std::optional<std::string>> read(const std::string& prompt);

    /// Prints lines, and redraws the prompt and what was typed below them. For `idle` and
    /// `complete`; at other times it just prints. The text must be fit for a terminal.
    void print_above(std::string_view text);

    /// Has `idle` called now, if a line is being read. From any thread.
    void wake() noexcept;

    /// Asked at TAB, with the whole line and where in it (a byte) the cursor is. May be empty.
    std::function<completions(std::string_view line, std::size_t cursor)> complete;
    /// Called when no key has come for `idle_interval`, and each time that has passed again.
    std::function<void()> idle;
    std::chrono::milliseconds idle_interval{1000};

private:
    class session;
    std::unique_ptr<session> session_;
};

} // namespace ferry::cli
