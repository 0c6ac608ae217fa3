// Splits the bytes of a control connection into lines, without Telnet commands.
//
// FTP's control connection is a Telnet connection (RFC 959, 3.1; RFC 854): IAC begins a command,
// IAC IAC is the byte 255. Used for replies (client) and commands (server).
#pragma once

#include <ferry/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::wire {

inline constexpr char telnet_iac = '\xff';
inline constexpr char telnet_interrupt_process = '\xf4';
inline constexpr char telnet_data_mark = '\xf2';

class line_splitter {
public:
    /// What the bytes are: a control connection, or a listing, in which 255 is a byte as any other.
    enum class content : unsigned char { telnet, plain };

    /// `cap`: the longest line in bytes, its end not counted.
    explicit line_splitter(std::size_t cap, content kind = content::telnet)
        : cap_(cap), kind_(kind) {}

    void feed(std::string_view bytes);

    /// The next line without its end (CRLF or LF), valid until the next `feed` or `clear`. Nothing
    /// if none is complete. `limit_exceeded` for a line beyond the cap: that line is dropped up to
    /// its end and splitting goes on behind it, so a tail is never taken for a line (threats S7).
    [[nodiscard]] result<std::optional<std::string_view>> next();

    /// Bytes held that no line has consumed, and bytes dropped from the overlong line being
    /// skipped: what a flood has cost so far.
    [[nodiscard]] std::size_t pending() const noexcept;
    /// Forgets everything held: before TLS starts.
    void clear() noexcept;

private:
    void append(std::string_view text);
    void feed_telnet(std::string_view bytes);
    [[nodiscard]] bool beyond_cap(std::string_view unfinished) const noexcept;

    enum class telnet_state : unsigned char { text, iac, option };

    std::size_t cap_;
    content kind_;
    std::string buffer_;      ///< text after Telnet is taken out
    std::size_t begin_ = 0;   ///< of the first unread byte
    std::size_t scanned_ = 0; ///< no LF before this
    std::size_t skipped_ = 0; ///< bytes dropped of the line being skipped
    bool skipping_ = false;   ///< a line beyond the cap, up to its LF
    telnet_state telnet_ = telnet_state::text;
};

} // namespace ferry::wire
