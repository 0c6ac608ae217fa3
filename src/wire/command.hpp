// Commands: as a client builds them and as a server reads them (RFC 959, 4.1 and 5.3).
#pragma once

#include <ferry/result.hpp>

#include <string>
#include <string_view>

namespace ferry::wire {

/// A command as a server reads it. The verb is in upper case; the argument is all that follows one
/// space, not trimmed, because names may begin or end with spaces.
class command {
public:
    command() = default;

    command(std::string verb_name, std::string verb_argument)
        : verb(std::move(verb_name)), argument(std::move(verb_argument)) {}

    std::string verb;
    std::string argument;

    friend bool operator==(const command&, const command&) = default;
};

/// A line for the control connection, CRLF included, bytes 255 doubled (Telnet). The only way a
/// command is made: CR, LF and NUL in the argument are `invalid_argument` that names the character
/// and its place, and an argument beyond `limits::command_argument` is refused too.
[[nodiscard]] result<std::string> format_command(std::string_view verb,
                                                 std::string_view argument = {});

/// From a line without its end. `invalid_argument` if the line holds a NUL or CR or begins with no
/// verb of 1 to 16 letters.
[[nodiscard]] result<command> parse_command(std::string_view line);

} // namespace ferry::wire
