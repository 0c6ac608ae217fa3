#include "base/text.hpp"

#include <algorithm>

namespace ferry {

namespace {

constexpr char hex_digits[] = "0123456789ABCDEF";

bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool is_c1_control(std::string_view sequence) noexcept {
    return sequence.size() == 2 && sequence[0] == '\xC2' &&
           static_cast<unsigned char>(sequence[1]) < 0xA0U;
}

// Characters that change the direction or the look of what stands around them.
bool is_invisible(std::string_view sequence) noexcept {
    if (sequence.size() != 3 || sequence[0] != '\xE2') return false;
    const auto second = static_cast<unsigned char>(sequence[1]);
    const auto third = static_cast<unsigned char>(sequence[2]);
    return (second == 0x80 &&
            ((third >= 0x8B && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE))) ||
           (second == 0x81 && third >= 0xA0 && third <= 0xAF);
}

void append_escaped(std::string& out, char c) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += hex_digits[byte >> 4U];
    out += hex_digits[byte & 0xFU];
}

} // namespace

std::string to_upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return to_upper(c); });
    return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept {
    const auto same = [](char x, char y) { return to_lower(x) == to_lower(y); };
    return part.empty() || !std::ranges::search(text, part, same).empty();
}

std::string_view trim(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view take_until(std::string_view& rest, char separator) noexcept {
    const auto at = rest.find(separator);
    const auto head = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return head;
}

std::size_t utf8_sequence(std::string_view bytes) noexcept {
    if (bytes.empty()) return 0;
    const auto lead = static_cast<unsigned char>(bytes[0]);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (!is_continuation(bytes[i])) return 0;
    // Overlong forms, surrogates, and what is beyond U+10FFFF (RFC 3629, 3).
    const auto second = static_cast<unsigned char>(bytes[1]);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
        return 0;
    return length;
}

std::string printable(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto length = utf8_sequence(bytes);
        const auto sequence = bytes.substr(0, std::max<std::size_t>(length, 1));
        const auto first = static_cast<unsigned char>(bytes[0]);
        if (bytes[0] == '\\') {
            out += "\\\\";
        } else if (length == 0 || first < 0x20 || first == 0x7F || is_c1_control(sequence) ||
                   is_invisible(sequence)) {
            for (const char c : sequence)
                append_escaped(out, c);
        } else {
            out += sequence;
        }
        bytes.remove_prefix(sequence.size());
    }
    return out;
}

std::string to_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto length = utf8_sequence(bytes);
        if (length == 0)
            out += "\xEF\xBF\xBD";
        else
            out += bytes.substr(0, length);
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

} // namespace ferry
