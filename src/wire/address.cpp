// Six numbers, a port between delimiters, and numeric addresses.
#include "wire/address.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace ferry::wire {

namespace {

using six_numbers = std::array<unsigned, 6>;
using address_bytes = std::array<unsigned char, 16>; // IPv4 as ::ffff:a.b.c.d

constexpr std::string_view digits = "0123456789";

// Cuts a number off; values that are too large stay too large.
std::optional<unsigned> take_number(std::string_view& text) noexcept {
    const auto length = std::min(text.find_first_not_of(digits), text.size());
    if (length == 0) return std::nullopt;
    const auto value = parse_number<unsigned>(text.substr(0, length));
    text.remove_prefix(length);
    return value.value_or(65536);
}

void skip_spaces(std::string_view& text) noexcept {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
}

// Six numbers at the start of `text`, with commas between.
std::optional<six_numbers> six_numbers_at(std::string_view text, bool spaces_allowed) noexcept {
    six_numbers numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i > 0) {
            if (spaces_allowed) skip_spaces(text);
            if (!text.starts_with(',')) return std::nullopt;
            text.remove_prefix(1);
            if (spaces_allowed) skip_spaces(text);
        }
        const auto number = take_number(text);
        if (!number) return std::nullopt;
        numbers[i] = *number;
    }
    if (!spaces_allowed && !text.empty()) return std::nullopt;
    return numbers;
}

std::optional<endpoint> endpoint_of(const six_numbers& n) {
    if (std::ranges::any_of(n, [](unsigned number) { return number > 255; })) return std::nullopt;
    std::string address;
    for (std::size_t i = 0; i < 4; ++i) {
        if (i > 0) address += '.';
        address += std::to_string(n[i]);
    }
    return endpoint(std::move(address), static_cast<std::uint16_t>(n[4] * 256 + n[5]));
}

// The four bytes of a dotted address into `out`, which is as long.
bool read_v4(std::string_view text, unsigned char* out) noexcept {
    for (int i = 0; i < 4; ++i) {
        const auto dot = text.find('.');
        if ((i < 3) != (dot != std::string_view::npos)) return false;
        const auto part = take_until(text, '.');
        const auto number = part.size() > 3 ? std::nullopt : parse_number<std::uint8_t>(part);
        if (!number) return false;
        out[i] = *number;
    }
    return true;
}

// One side of "::" into `out`; the last group of all may be a dotted address. The number of bytes,
// or nothing if malformed.
std::optional<std::size_t> read_groups(std::string_view text, bool is_last,
                                       address_bytes& out) noexcept {
    std::size_t size = 0;
    bool more = !text.empty();
    while (more) {
        more = text.find(':') != std::string_view::npos;
        const auto group = take_until(text, ':');
        if (is_last && !more && group.find('.') != std::string_view::npos) {
            if (size > 12 || !read_v4(group, &out[size])) return std::nullopt;
            return size + 4;
        }
        const auto number =
            group.size() > 4 ? std::nullopt : parse_number<std::uint16_t>(group, 16);
        if (!number || size > 14) return std::nullopt;
        out[size++] = static_cast<unsigned char>(*number >> 8U);
        out[size++] = static_cast<unsigned char>(*number & 255U);
    }
    return size;
}

// RFC 4291, 2.2.
std::optional<address_bytes> read_address(std::string_view text) noexcept {
    address_bytes bytes{};
    if (text.find(':') == std::string_view::npos) {
        bytes[10] = bytes[11] = 255;
        if (!read_v4(text, &bytes[12])) return std::nullopt;
        return bytes;
    }
    const auto gap = text.find("::");
    const auto head = read_groups(text.substr(0, gap), gap == std::string_view::npos, bytes);
    if (!head) return std::nullopt;
    if (gap == std::string_view::npos) return *head == 16 ? std::optional(bytes) : std::nullopt;
    address_bytes tail_bytes{};
    const auto tail = read_groups(text.substr(gap + 2), true, tail_bytes);
    if (!tail || *head + *tail > 14) return std::nullopt;
    std::copy_n(tail_bytes.begin(), *tail, bytes.end() - static_cast<std::ptrdiff_t>(*tail));
    return bytes;
}

bool is_mapped(const address_bytes& bytes) noexcept {
    return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
           bytes[10] == 255 && bytes[11] == 255;
}

std::string format_six_numbers(const endpoint& where) {
    auto out = where.address;
    std::ranges::replace(out, '.', ',');
    return out + ',' + std::to_string(where.port / 256) + ',' + std::to_string(where.port % 256);
}

// The fourth field of "|||port|", with any delimiter; the others may be filled.
std::optional<std::uint16_t> delimited_port(std::string_view text) noexcept {
    if (text.empty()) return std::nullopt;
    const char delimiter = text.front();
    if (delimiter <= ' ' || delimiter > '~' || is_digit(delimiter)) return std::nullopt;
    std::string_view field;
    for (int i = 0; i < 3; ++i) {
        text.remove_prefix(1);
        const auto end = text.find(delimiter);
        if (end == std::string_view::npos) return std::nullopt;
        field = text.substr(0, end);
        text.remove_prefix(end);
    }
    const auto port = parse_number<std::uint16_t>(field);
    return port == 0 ? std::nullopt : port;
}

} // namespace

result<endpoint> parse_pasv_reply(std::string_view text) {
    while (!text.empty()) {
        text.remove_prefix(std::min(text.find_first_of(digits), text.size()));
        if (const auto numbers = six_numbers_at(text, true)) {
            const auto where = endpoint_of(*numbers);
            if (!where || where->port == 0)
                return fail(errc::protocol_error, "an impossible address for the data connection");
            return *where;
        }
        take_number(text);
    }
    return fail(errc::protocol_error, "no address for the data connection");
}

std::string format_pasv_reply(const endpoint& where) {
    return "Entering Passive Mode (" + format_six_numbers(where) + ")";
}

result<std::uint16_t> parse_epsv_reply(std::string_view text) {
    if (const auto open = text.find('('); open != std::string_view::npos)
        if (const auto port = delimited_port(text.substr(open + 1))) return *port;
    // Without brackets, three delimiters in a row show the place.
    for (std::size_t i = 0; i + 2 < text.size(); ++i)
        if (text[i] == text[i + 1] && text[i] == text[i + 2])
            if (const auto port = delimited_port(text.substr(i, 10))) return *port;
    const auto where = parse_pasv_reply(text);
    if (!where) return fail(errc::protocol_error, "no port for the data connection");
    return where->port;
}

std::string format_epsv_reply(std::uint16_t port) {
    return "Entering Extended Passive Mode (|||" + std::to_string(port) + "|)";
}

result<endpoint> parse_port_argument(std::string_view argument) {
    const auto numbers = six_numbers_at(argument, false);
    const auto where = numbers ? endpoint_of(*numbers) : std::nullopt;
    if (!where) return fail(errc::invalid_argument, "not six numbers below 256");
    return *where;
}

std::string format_port_argument(const endpoint& where) {
    return format_six_numbers(where);
}

result<endpoint> parse_eprt_argument(std::string_view argument) {
    const auto malformed = fail(errc::invalid_argument, "not |family|address|port|");
    // RFC 2428, 2: any printable character delimits.
    const char delimiter = argument.empty() ? '\0' : argument.front();
    if (delimiter <= ' ' || delimiter > '~' || std::ranges::count(argument, delimiter) != 4 ||
        argument.back() != delimiter)
        return malformed;
    argument.remove_prefix(1);
    const auto family = parse_number<unsigned>(take_until(argument, delimiter));
    const auto address = take_until(argument, delimiter);
    const auto port = parse_number<std::uint16_t>(take_until(argument, delimiter));
    if (!family || !port) return malformed;
    if (*family != 1 && *family != 2) return fail(errc::not_supported, "use (1,2)");
    const bool is_v6 = address.find(':') != std::string_view::npos;
    const auto bytes = read_address(address);
    if (!bytes || is_v6 != (*family == 2)) return malformed;
    if (is_v6 && is_mapped(*bytes))
        return endpoint_of({(*bytes)[12], (*bytes)[13], (*bytes)[14], (*bytes)[15], *port / 256U,
                            *port % 256U})
            .value();
    return endpoint(std::string(address), *port);
}

std::string format_eprt_argument(const endpoint& where) {
    return (where.is_v6() ? "|2|" : "|1|") + where.address + '|' + std::to_string(where.port) + '|';
}

bool same_address(std::string_view a, std::string_view b) noexcept {
    const auto left = read_address(take_until(a, '%'));
    return left && left == read_address(take_until(b, '%'));
}

} // namespace ferry::wire
