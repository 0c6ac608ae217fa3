#include "cli/shell/line_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

#include <wchar.h>
#include <wctype.h>

namespace ferry::cli {

namespace {

constexpr wchar_t byte_base = 0xDC00; // a surrogate, which UTF-8 cannot have
constexpr wchar_t escape = L'\x1b';
constexpr std::size_t tab_stop = 8;
constexpr std::size_t control_width = 2; // ^X
constexpr std::size_t unknown_width = 7; // \U+XXXX
constexpr std::size_t far_unknown_width = 8;

wchar_t decode(std::string_view sequence) noexcept {
    const auto lead = static_cast<unsigned char>(sequence[0]);
    constexpr std::array<unsigned, 5> lead_bits{0, 0x7F, 0x1F, 0x0F, 0x07};
    unsigned code = lead & lead_bits[sequence.size()];
    for (const char c : sequence.substr(1))
        code = (code << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
    return static_cast<wchar_t>(code);
}

void append_utf8(std::string& out, wchar_t character) {
    const auto code = static_cast<char32_t>(character);
    const auto add = [&](char32_t byte) { out += static_cast<char>(byte); };
    const auto add_rest = [&](unsigned shift) { add(0x80U | ((code >> shift) & 0x3FU)); };
    if (code < 0x80) return add(code);
    if (code < 0x800) {
        add(0xC0U | (code >> 6U));
    } else if (code < 0x10000) {
        add(0xE0U | (code >> 12U));
        add_rest(6);
    } else {
        add(0xF0U | (code >> 18U));
        add_rest(12);
        add_rest(6);
    }
    add_rest(0);
}

bool is_byte(wchar_t character) noexcept {
    return character >= byte_base + 0x80 && character <= byte_base + 0xFF;
}

/// How many characters an escape sequence at the start of `text` has: CSI (ECMA-48, 5.4), or an OSC
/// up to BEL, or two.
std::size_t escape_length(std::wstring_view text) noexcept {
    if (text.size() < 2) return text.size();
    std::size_t length = 2;
    if (text[1] == L'[') {
        while (length < text.size() && (text[length] < L'@' || text[length] > L'~'))
            ++length;
        return std::min(length + 1, text.size());
    }
    if (text[1] == L']') {
        length = text.find(L'\a');
        return length == std::wstring_view::npos ? text.size() : length + 1;
    }
    return length;
}

/// Where libedit puts one cell after the other.
class pen {
public:
    explicit pen(const screen_size& size) : size_(size) {}

    void put(wchar_t character) {
        const int width = ::wcwidth(character);
        put_cells(width < 0 ? 0 : static_cast<std::size_t>(width));
    }

    void put_as_text(wchar_t character) {
        if (character == L'\t') {
            do
                put_cells(1);
            while (column_ % tab_stop != 0);
        } else if (character == L'\n') {
            next_row();
        } else if (::iswprint(static_cast<wint_t>(character)) != 0) {
            put(character);
        } else {
            const auto width = character < 0x100    ? control_width
                               : character > 0xFFFF ? far_unknown_width
                                                    : unknown_width;
            for (std::size_t i = 0; i < width; ++i)
                put_cells(1);
        }
    }

    /// The row of a cursor that stands on `next`: a wide character that does not fit takes it
    /// along.
    [[nodiscard]] std::size_t row_on(wchar_t next) const {
        const int width = next == 0 ? 0 : ::wcwidth(next);
        const bool moves = width > 1 && column_ + static_cast<std::size_t>(width) > size_.columns;
        return row_ + (moves ? 1 : 0);
    }

private:
    void put_cells(std::size_t width) {
        if (column_ + width > size_.columns) next_row();
        column_ += width;
        if (column_ >= size_.columns) next_row();
    }

    void next_row() {
        column_ = 0;
        if (row_ + 1 < size_.rows) ++row_; // else what is above scrolls away
    }

    screen_size size_;
    std::size_t row_ = 0;
    std::size_t column_ = 0;
};

} // namespace

std::wstring widen(std::string_view bytes) {
    std::wstring text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto length = utf8_sequence(bytes);
        if (length == 0)
            text += static_cast<wchar_t>(byte_base + static_cast<unsigned char>(bytes[0]));
        else
            text += decode(bytes.substr(0, length));
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}

std::string narrow(std::wstring_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (const wchar_t character : text) {
        if (is_byte(character))
            bytes += static_cast<char>(character - byte_base);
        else
            append_utf8(bytes, character);
    }
    return bytes;
}

bool is_unfinished_utf8(std::string_view bytes) noexcept {
    if (bytes.empty() || utf8_sequence(bytes) != 0) return false;
    // It is one if some end makes a sequence of it: the middle one of all that may follow will do,
    // and the extremes, because not all may follow each lead (RFC 3629, 4).
    constexpr std::array ends{'\x80', '\x9F', '\xA0', '\xBF'};
    return std::ranges::any_of(ends, [&](char end) {
        std::string whole(bytes);
        while (whole.size() < 4) {
            whole += end;
            if (utf8_sequence(whole) == whole.size()) return true;
        }
        return false;
    });
}

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    for (const wchar_t character : widen(text))
        columns += static_cast<std::size_t>(std::max(::wcwidth(character), 0));
    return columns;
}

std::wstring mark_invisible(std::wstring_view prompt) {
    std::wstring marked;
    std::wstring look;    // colours and the like, since the last reset
    std::wstring once;    // other sequences, for the next character
    std::size_t last = 0; // where the last character begins, its sequences included
    wchar_t character = 0;
    const auto put = [&] {
        if (!look.empty() || !once.empty()) marked += invisible_mark + once + look + invisible_mark;
        once.clear();
        marked += character;
    };
    while (!prompt.empty()) {
        const auto length = prompt[0] == escape ? escape_length(prompt) : 1;
        const auto sequence = prompt.substr(0, length);
        prompt.remove_prefix(length);
        if (sequence[0] != escape) {
            // Control characters have no width that the editor knows of.
            if (::iswprint(static_cast<wint_t>(sequence[0])) == 0) continue;
            last = marked.size();
            character = sequence[0];
            put();
        } else if (sequence == L"\x1b[m" || sequence == L"\x1b[0m") {
            look = sequence;
        } else {
            (sequence.starts_with(L"\x1b[") && sequence.ends_with(L'm') ? look : once) += sequence;
        }
    }
    // What the prompt ends with goes in front of its last character: a blank, mostly.
    if (character == 0) return marked;
    marked.resize(last);
    put();
    return marked;
}

std::size_t row_of_cursor(std::wstring_view prompt, std::wstring_view before, wchar_t next,
                          const screen_size& size) {
    pen drawing(size);
    bool visible = true;
    for (const wchar_t character : prompt) {
        if (character == invisible_mark)
            visible = !visible;
        else if (visible)
            drawing.put(character);
    }
    for (const wchar_t character : before)
        drawing.put_as_text(character);
    return drawing.row_on(next);
}

} // namespace ferry::cli
