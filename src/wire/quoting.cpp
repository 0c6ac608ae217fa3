// 257 "/path" (RFC 959, appendix II): quotes within the path are doubled, by those who know.
#include "wire/quoting.hpp"

#include "base/text.hpp"

namespace ferry::wire {

namespace {

constexpr auto none = std::string_view::npos;

// Where the path ends in `text`, which begins behind its first quote: at the first quote that is
// not doubled and stands before a space or the end. Without one, the last quote of all closes.
std::size_t closing_quote(std::string_view text) noexcept {
    for (auto at = text.find('"'); at != none; at = text.find('"', at + 1)) {
        if (at + 1 == text.size() || text[at + 1] == ' ') return at;
        if (text[at + 1] == '"') ++at;
    }
    return text.rfind('"');
}

} // namespace

result<std::string> parse_quoted_path(std::string_view text) {
    std::string path;
    if (const auto open = text.find('"'); open != none) {
        text.remove_prefix(open + 1);
        const auto close = closing_quote(text);
        if (close == none) return fail(errc::protocol_error, "a path without its closing quote");
        const auto quoted = text.substr(0, close);
        for (std::size_t i = 0; i < quoted.size(); ++i) {
            path += quoted[i];
            if (quoted.substr(i, 2) == "\"\"") ++i;
        }
    } else {
        text = trim(text);
        path = take_until(text, ' ');
    }
    if (path.empty()) return fail(errc::protocol_error, "no path in the reply");
    return path;
}

std::string format_quoted_path(std::string_view path, std::string_view comment) {
    std::string out = "\"";
    for (const char c : path) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
    if (!comment.empty()) (out += ' ') += comment;
    return out;
}

} // namespace ferry::wire
