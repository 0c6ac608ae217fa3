// ftp URLs. Boost.URL reads the grammar of RFC 3986; before that, what people type and the grammar
// does not allow is percent-encoded, and behind it, what would be no host, port or path is refused.
#include "base/limits.hpp"
#include "base/text.hpp"

#include <ferry/url.hpp>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace ferry {

namespace {

constexpr std::string_view sub_delims = "!$&'()*+,;=";
constexpr std::string_view type_suffix = ";type=";

constexpr bool is_control(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

constexpr bool is_alphanumeric(char c) noexcept {
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

constexpr bool is_hex(char c) noexcept {
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

constexpr bool is_unreserved(char c) noexcept {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool is_escape(std::string_view text) noexcept {
    return text.size() >= 3 && text[0] == '%' && is_hex(text[1]) && is_hex(text[2]);
}

// Appends `text`, with all encoded that is neither unreserved nor in `also`. With `keep_escapes`,
// what is already encoded stays.
void append_encoded(std::string_view text, std::string_view also, bool keep_escapes,
                    std::string& out) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_unreserved(c) || also.find(c) != also.npos ||
            (keep_escapes && is_escape(text.substr(i)))) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        ((out += '%') += hex[byte >> 4U]) += hex[byte & 15U];
    }
}

failure wrong(std::string what, std::size_t index) {
    return fail(errc::invalid_url, std::move(what) + " at character " + std::to_string(index + 1));
}

// The characters of a host name; bytes of UTF-8 are left to whoever resolves it.
bool is_host_character(char c) noexcept {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

// The offset of the first control character, also an encoded one, or npos.
std::size_t find_control(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto escape = text.substr(i, 3);
        const auto byte = is_escape(escape) ? parse_number<unsigned char>(escape.substr(1), 16)
                                            : static_cast<unsigned char>(text[i]);
        if (byte && is_control(static_cast<char>(*byte))) return i;
    }
    return text.npos;
}

// Where the parts of a URL stand in its text.
class layout {
public:
    explicit layout(std::string_view text)
        : authority(text.find("://") + 3), path(std::min(text.find('/', authority), text.size())) {
        const auto at = text.substr(0, path).rfind('@');
        if (at != text.npos && at >= authority) host = at + 1;
    }

    [[nodiscard]] std::size_t authority_size() const noexcept { return path - authority; }

    std::size_t authority;
    std::size_t path;
    std::size_t host = authority;
};

// The text as RFC 3986 wants it. '?' and '#' are characters of a path: FTP has neither queries nor
// fragments.
std::string encoded_url(std::string_view text, const layout& parts) {
    std::string out(text.substr(0, parts.authority));
    if (parts.host != parts.authority) {
        const auto userinfo = text.substr(parts.authority, parts.host - 1 - parts.authority);
        append_encoded(userinfo, "!$&'()*+,;=:", true, out);
        out += '@';
    }
    append_encoded(text.substr(parts.host, parts.path - parts.host), "!$&'()*+,;=:[]", true, out);
    append_encoded(text.substr(parts.path), "!$&'()*+,;=:@/", true, out);
    return out;
}

// Cuts ";type=" off an encoded path.
result<char> take_type(std::string_view& path) {
    const auto at = path.rfind(';');
    if (at == path.npos || !equal_ignoring_case(path.substr(at, type_suffix.size()), type_suffix))
        return '\0';
    const auto type = path.substr(at + type_suffix.size());
    const char letter = type.size() == 1 ? to_lower(type[0]) : '\0';
    if (letter != 'a' && letter != 'i' && letter != 'd')
        return fail(errc::invalid_url, "the type is a, i or d");
    path = path.substr(0, at);
    return letter;
}

result<> read_authority(const boost::urls::url_view& from, const layout& parts, url& to) {
    using boost::urls::host_type;
    if (from.has_userinfo()) {
        if (from.has_password()) to.password = from.password();
        // "ftp://@host/" names nobody.
        if (auto user = from.user(); !user.empty() || to.password) to.user = std::move(user);
    }
    to.host = from.host_address();
    if (to.host.empty()) return wrong("no host", parts.host);
    if (from.host_type() == host_type::ipvfuture) return wrong("an unknown address", parts.host);
    if (from.host_type() == host_type::name && !std::ranges::all_of(to.host, is_host_character))
        return wrong("no host name", parts.host);
    if (!from.port().empty()) {
        // Not port_number(), which takes 65537 for 1.
        const std::string digits = from.port();
        to.port = parse_number<std::uint16_t>(digits).value_or(0);
        if (to.port == 0)
            return wrong("a port is a number from 1 to 65535, not the one", parts.host);
    }
    return {};
}

} // namespace

std::string url::file_name() const {
    return path.substr(path.rfind('/') + 1);
}

bool looks_like_url(std::string_view text) noexcept {
    return equal_ignoring_case(text.substr(0, 6), "ftp://") ||
           equal_ignoring_case(text.substr(0, 7), "ftps://");
}

result<url> parse_url(std::string_view text) {
    if (text.size() > limits::url)
        return fail(errc::invalid_url, "more than " + std::to_string(limits::url) + " characters");
    if (!looks_like_url(text)) return wrong("neither ftp:// nor ftps://", 0);
    if (const auto at = find_control(text); at != text.npos)
        return wrong("a control character", at);

    const layout parts(text);
    const auto encoded = encoded_url(text, parts);
    const auto parsed = boost::urls::parse_uri(encoded);
    // Boost 1.81 takes what follows a host for a path, even without a slash before it.
    if (!parsed || parsed->encoded_authority().size() != layout(encoded).authority_size())
        return wrong("no valid host or port", parts.host);

    url out;
    out.implicit_tls = parts.authority == std::string_view("ftps://").size();
    if (const auto good = read_authority(*parsed, parts, out); !good) return fail(good.error());
    std::string_view path(parsed->encoded_path().data(), parsed->encoded_path().size());
    const auto type = take_type(path);
    if (!type) return fail(type.error());
    out.type = *type;
    if (!path.empty()) path.remove_prefix(1);
    out.path = boost::urls::pct_string_view(path).decode();
    return out;
}

std::string format_url(const url& what, bool with_password) {
    std::string out = what.implicit_tls ? "ftps://" : "ftp://";
    const bool password_shown = with_password && what.password;
    if (what.user || password_shown) {
        append_encoded(what.user.value_or(""), sub_delims, false, out);
        if (password_shown) {
            out += ':';
            append_encoded(*what.password, sub_delims, false, out);
        }
        out += '@';
    }
    if (what.host.find(':') != std::string::npos)
        ((out += '[') += what.host) += ']';
    else
        append_encoded(what.host, {}, false, out);
    if (what.port != 0) (out += ':') += std::to_string(what.port);
    out += '/';
    std::string_view path = what.path;
    if (path.starts_with('/')) {
        out += "%2F";
        path.remove_prefix(1);
    }
    // A ';' of the path must not read as that of ";type=".
    append_encoded(path, "!$&'()*+,=:@/", false, out);
    if (what.type != 0) (out += type_suffix) += what.type;
    return out;
}

} // namespace ferry
