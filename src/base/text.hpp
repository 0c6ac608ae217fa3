// Text without locale: ASCII case, numbers, trimming, and making foreign bytes printable.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace ferry {

[[nodiscard]] constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] constexpr char to_upper(char c) noexcept {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

[[nodiscard]] std::string to_upper(std::string_view text);
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept;
/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
/// Cuts off and returns what stands before `separator`; all of `rest` if there is none.
[[nodiscard]] std::string_view take_until(std::string_view& rest, char separator) noexcept;

/// A whole number and nothing else: no sign for unsigned types, no spaces, no overflow.
template<std::integral T>
[[nodiscard]] std::optional<T> parse_number(std::string_view text, int base = 10) noexcept {
    T value{};
    const auto [end, problem] =
        std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || problem != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Makes bytes from a peer fit for a terminal or a log: control characters (C0, DEL, C1) and bytes
/// that are not UTF-8 become \xNN, a backslash becomes two. Printable UTF-8 stays.
[[nodiscard]] std::string printable(std::string_view bytes);

/// Valid UTF-8 out of any bytes: what is not UTF-8 becomes U+FFFD. For JSON.
[[nodiscard]] std::string to_utf8(std::string_view bytes);

/// The length in bytes of the UTF-8 sequence at the start of `bytes`, 0 if it is not one.
[[nodiscard]] std::size_t utf8_sequence(std::string_view bytes) noexcept;

} // namespace ferry
