// Replies as they come from a server, byte by byte (RFC 959, 4.2; RFC 1123, 4.1.2.11).
//
// Lenient where servers are known to be sloppy: bare LF ends a line; inner lines of a multi-line
// reply may begin with anything, other codes included, and lose their own code where they repeat
// it; a closing line may lack the space when nothing follows the code; Telnet commands (RFC 854)
// are dropped. Strict where bytes would be misread: a first line without a code is an error, and so
// is a line or reply beyond its cap.
#pragma once

#include "base/limits.hpp"
#include "wire/line_splitter.hpp"

#include <ferry/reply.hpp>
#include <ferry/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ferry::wire {

class reply_parser {
public:
    /// What a line counts against `limits::reply_total` beyond its bytes: a flood of empty lines
    /// costs memory too.
    static constexpr std::size_t line_cost = 32;

    /// Takes bytes from the control connection. Any split is the same as none.
    void feed(std::string_view bytes);

    /// The next complete reply, nothing if more bytes are needed, or `protocol_error` or
    /// `limit_exceeded`, after which the parser is of no more use.
    [[nodiscard]] result<std::optional<reply>> next();

    /// Whether bytes are held that no reply has consumed yet: with TLS about to start, an attack
    /// (threats C8).
    [[nodiscard]] bool has_pending() const noexcept;

private:
    [[nodiscard]] result<bool> take_line(std::string_view line);

    line_splitter lines_{limits::reply_line};
    reply current_;
    bool inside_ = false; ///< in a multi-line reply, until its code comes back with a space
    std::size_t size_ = 0;
};

/// A reply as a server sends it: "220 text\r\n", or the multi-line form, in which inner lines that
/// begin with the code are indented, so that none is taken for the last one. Bytes 255 are doubled
/// (Telnet); CR, LF and NUL, which a file name can carry, become "?". Appends to `out`.
void format_reply(const reply& what, std::string& out);

} // namespace ferry::wire
