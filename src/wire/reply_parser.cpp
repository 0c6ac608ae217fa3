// A reply is a code and lines. A multi-line reply ends with its own code and a space (RFC
// 959, 4.2).
#include "wire/reply_parser.hpp"

#include "base/text.hpp"

#include <utility>

namespace ferry::wire {

namespace {

// The code at the start of a line, or 0.
int code_of(std::string_view line) noexcept {
    if (line.size() < 3 || line[0] < '1' || line[0] > '5' || !is_digit(line[1]) ||
        !is_digit(line[2]))
        return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

// What follows the code: ' ', '-', anything else, or ' ' if nothing follows.
char mark_of(std::string_view line) noexcept {
    return line.size() == 3 ? ' ' : line[3];
}

std::string text_of(std::string_view line) {
    return line.size() > 4 ? std::string(line.substr(4)) : std::string();
}

bool is_marked(std::string_view line) noexcept {
    return mark_of(line) == ' ' || mark_of(line) == '-';
}

void append_text(std::string_view text, std::string& out) {
    constexpr std::string_view special("\r\n\0\xff", 4);
    for (auto at = text.find_first_of(special); at != std::string_view::npos;
         at = text.find_first_of(special)) {
        out += text.substr(0, at);
        if (text[at] == telnet_iac)
            out.append(2, telnet_iac);
        else
            out += '?';
        text.remove_prefix(at + 1);
    }
    out += text;
    out += "\r\n";
}

} // namespace

void reply_parser::feed(std::string_view bytes) {
    lines_.feed(bytes);
}

result<std::optional<reply>> reply_parser::next() {
    for (;;) {
        const auto line = lines_.next();
        if (!line) return fail(line.error());
        if (!*line) return std::nullopt;
        const auto complete = take_line(**line);
        if (!complete) return fail(complete.error());
        if (*complete) return std::exchange(current_, {});
    }
}

result<bool> reply_parser::take_line(std::string_view line) {
    const int code = code_of(line);
    if (!inside_) {
        if (code == 0 || !is_marked(line)) {
            error problem(errc::protocol_error, "a reply without a code");
            return fail(problem.said(0, line));
        }
        current_.code = code;
        size_ = 0;
    }
    size_ += line.size() + line_cost;
    if (size_ > limits::reply_total)
        return fail(errc::limit_exceeded,
                    "a reply of more than " + std::to_string(limits::reply_total) + " bytes");

    const bool has_own_code = code == current_.code && is_marked(line);
    if (has_own_code)
        current_.lines.push_back(text_of(line));
    else
        current_.lines.emplace_back(line);
    inside_ = !has_own_code || mark_of(line) == '-';
    return !inside_;
}

bool reply_parser::has_pending() const noexcept {
    return inside_ || lines_.pending() != 0;
}

void format_reply(const reply& what, std::string& out) {
    const auto code = std::to_string(what.code);
    const auto count = what.lines.size();
    for (std::size_t i = 0; i + 1 < count; ++i) {
        const auto& line = what.lines[i];
        if (i == 0)
            (out += code) += '-';
        else if (code_of(line) == what.code && is_marked(line))
            out += ' ';
        append_text(line, out);
    }
    (out += code) += ' ';
    append_text(count == 0 ? std::string_view() : what.lines.back(), out);
}

} // namespace ferry::wire
