// The text of an edited line: bytes outside, wide characters inside the editor, cells on the
// screen.
//
// A line may hold bytes that are not UTF-8 (names on servers of another age). Each of them travels
// through the editor as one character that is no real one, U+DC00 + byte, and comes out as it was.
// Widths are the system's: LC_CTYPE must be set to a UTF-8 locale.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ferry::cli {

[[nodiscard]] std::wstring widen(std::string_view bytes);
[[nodiscard]] std::string narrow(std::wstring_view text);

/// Whether `bytes` may be the beginning of one UTF-8 sequence whose rest has not come yet.
[[nodiscard]] bool is_unfinished_utf8(std::string_view bytes) noexcept;

/// Columns that printable UTF-8 text takes on a terminal; wide characters take two.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// Stands before and behind what moves no cursor in a marked prompt.
inline constexpr wchar_t invisible_mark = L'\x01';

/// A prompt with its escape sequences between marks, as the editor wants it: each in front of a
/// visible character. Colours and the like stand in front of each character that has them, because
/// the editor may write any of them alone.
[[nodiscard]] std::wstring mark_invisible(std::wstring_view prompt);

/// The rows and columns of a terminal.
class screen_size {
public:
    screen_size(std::size_t screen_rows, std::size_t screen_columns)
        : rows(screen_rows), columns(screen_columns) {}

    std::size_t rows;
    std::size_t columns;
};

/// How many rows below the first character of a marked prompt the cursor is when it stands at the
/// end of `before`, the line up to the cursor, and the character `next` follows (0: none).
[[nodiscard]] std::size_t row_of_cursor(std::wstring_view prompt, std::wstring_view before,
                                        wchar_t next, const screen_size& size);

} // namespace ferry::cli
