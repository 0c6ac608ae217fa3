// The line that is being edited, and its place on the screen: libedit, and what libedit does not
// do.
//
// libedit does not tell where on the screen it has drawn, so that is reckoned anew (line_text.hpp)
// whenever something else has to be printed.
#pragma once

#include "cli/shell/history.hpp"

#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <histedit.h>
#include <termios.h>

namespace ferry::cli {

enum class editing_keys : std::uint8_t;

/// What vi's keys get for an Escape that stands alone: for the real one, they wait for more of it.
inline constexpr wchar_t lone_escape = L'\x9f';

/// Where characters come from, and what TAB does. Called with the `owner` of the line.
class line_callbacks {
public:
    line_callbacks(void* called_with, int (*character)(void*, wchar_t&),
                   unsigned char (*complete)(void*))
        : owner(called_with), next_character(character), complete_word(complete) {}

    void* owner;
    /// 1 and a character; 0 or -1, and again when called again, to give up the line.
    int (*next_character)(void* owner, wchar_t& to);
    /// One of libedit's CC_ values.
    unsigned char (*complete_word)(void* owner);
};

class edited_line {
public:
    edited_line(const line_callbacks& callbacks, const history& past);
    ~edited_line();
    edited_line(const edited_line&) = delete;
    edited_line& operator=(const edited_line&) = delete;

    /// False without a terminal, or if libedit did not start: nothing else may be called then.
    [[nodiscard]] bool works() const noexcept { return editor_ != nullptr && lines_ != nullptr; }

    void set_keys(editing_keys keys);
    [[nodiscard]] bool has_vi_keys() const;

    /// Reads a line, which may end with its newline; nothing if it was given up or Ctrl-D came.
    /// `unfinished` then tells whether the cursor still stands behind the line.
    [[nodiscard]] std::optional<std::string> edit(const std::string& prompt, bool& unfinished);
    /// Puts a line into the history.
    void remember(std::string_view line);

    [[nodiscard]] std::wstring_view text() const;
    [[nodiscard]] std::wstring_view before_cursor() const;
    /// Whether what is typed goes to a search of the history.
    [[nodiscard]] bool is_searching() const;
    /// Replaces this many characters before the cursor. Not drawn yet.
    void replace(std::size_t count, std::string_view with);
    /// Moves the cursor over so many characters. Not drawn yet.
    void move_cursor(int characters);

    void print(std::string_view text);
    /// Takes prompt and line off the screen; the cursor is where they began.
    void erase();
    /// Draws them from where the cursor is.
    void draw();
    void redraw();
    /// Leaves the line as it is on the screen and prints something behind it.
    void leave(std::string_view tail);
    /// The size of the terminal may have changed.
    void measure();
    /// The width of the terminal.
    [[nodiscard]] std::size_t width() const;

    /// The terminal's mode: that for editing, or that for everything else.
    void take_terminal();
    void give_terminal_back();

private:
    struct closer {
        void operator()(EditLine* editor) const { ::el_end(editor); }

        void operator()(HistoryW* lines) const { ::history_wend(lines); }
    };

    static edited_line& of(EditLine* editor);
    static wchar_t* give_prompt(EditLine* editor);
    static int give_character(EditLine* editor, wchar_t* to);
    static unsigned char on_tab(EditLine* editor, wint_t key);
    static unsigned char on_nothing(EditLine* editor, wint_t key);
    void bind_keys();

    line_callbacks callbacks_;
    std::FILE* out_;
    termios modes_{};     ///< of the terminal before
    std::wstring prompt_; ///< marked
    std::unique_ptr<HistoryW, closer> lines_;
    std::unique_ptr<EditLine, closer> editor_;
};

} // namespace ferry::cli
