// Commands, where nothing that could end a line early gets through (RFC 959, 5.3).
#include "wire/command.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "wire/line_splitter.hpp"

#include <algorithm>

namespace ferry::wire {

namespace {

constexpr std::size_t longest_verb = 16;

constexpr bool is_letter(char c) noexcept {
    return to_upper(c) >= 'A' && to_upper(c) <= 'Z';
}

/// RFC 959, 5.3 knows letters only; XSHA256 and XMD5 came later.
bool is_verb(std::string_view text) noexcept {
    const auto may_follow = [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
    return !text.empty() && text.size() <= longest_verb && is_letter(text.front()) &&
           std::ranges::all_of(text, may_follow);
}

std::string_view name_of(char c) noexcept {
    return c == '\r' ? "CR" : c == '\n' ? "LF" : "NUL";
}

// Appends `text` with bytes 255 doubled (RFC 854), or tells what must not be in a command.
result<> append_checked(std::string_view text, std::string_view part, std::string& line) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r' || c == '\n' || c == '\0')
            return fail(errc::invalid_argument, std::string(name_of(c)) + " at byte " +
                                                    std::to_string(i + 1) + " of the " +
                                                    std::string(part));
        if (c == telnet_iac) line += telnet_iac;
        line += c;
    }
    return {};
}

} // namespace

result<std::string> format_command(std::string_view verb, std::string_view argument) {
    if (verb.empty()) return fail(errc::invalid_argument, "a command without a verb");
    if (std::max(verb.size(), argument.size()) > limits::command_argument)
        return fail(errc::invalid_argument, "a command of more than " +
                                                std::to_string(limits::command_argument) +
                                                " bytes");
    std::string line;
    line.reserve(verb.size() + argument.size() + 3);
    if (const auto good = append_checked(verb, "verb", line); !good) return fail(good.error());
    if (!argument.empty()) {
        line += ' ';
        if (const auto good = append_checked(argument, "argument", line); !good)
            return fail(good.error());
    }
    line += "\r\n";
    return line;
}

result<command> parse_command(std::string_view line) {
    constexpr std::string_view forbidden("\r\0", 2);
    if (const auto at = line.find_first_of(forbidden); at != std::string_view::npos)
        return fail(errc::invalid_argument,
                    std::string(name_of(line[at])) + " at byte " + std::to_string(at + 1));
    const auto verb = line.substr(0, line.find(' '));
    if (!is_verb(verb)) return fail(errc::invalid_argument, "no verb");
    line.remove_prefix(std::min(line.size(), verb.size() + 1));
    return command(to_upper(verb), std::string(line));
}

} // namespace ferry::wire
