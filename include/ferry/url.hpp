// ftp URLs, in both directions (RFC 1738, 3.2; RFC 3986).
#pragma once

#include <ferry/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferry {

/// An ftp or ftps URL, decoded. `path` is what goes to the server: bytes, without the slash that
/// separates it from the host. It is relative to the login directory, or absolute if it begins with
/// '/', which a URL writes as `%2F` (`ftp://host/%2Fetc/motd`).
class url {
public:
    url() = default;

    bool implicit_tls = false; ///< scheme ftps
    std::optional<std::string> user;
    std::optional<std::string> password;
    std::string host;       ///< name, IPv4, or IPv6 literal without brackets
    std::uint16_t port = 0; ///< 0: the scheme's own (21, or 990 for ftps)
    std::string path;
    char type = 0; ///< of ";type=": 'a', 'i', 'd', or 0

    [[nodiscard]] std::uint16_t effective_port() const noexcept {
        return port != 0 ? port : static_cast<std::uint16_t>(implicit_tls ? 990 : 21);
    }

    /// The last component of the path: the name a download gets. Empty for a directory.
    [[nodiscard]] std::string file_name() const;

    friend bool operator==(const url&, const url&) = default;
};

/// Whether `text` begins with a scheme ferry speaks ("ftp://", "ftps://"), in any case.
[[nodiscard]] bool looks_like_url(std::string_view text) noexcept;

/// Errors: `errc::invalid_url`, saying what is wrong at which character. Characters that RFC 3986
/// would have encoded but people type (spaces, UTF-8, brackets in the path) are taken as they are;
/// control characters, also encoded ones (%0D, %0A, %00), are refused.
[[nodiscard]] result<url> parse_url(std::string_view text);

/// The URL as text, encoded so that `parse_url` gives the same again. The password is written only
/// if `with_password`.
[[nodiscard]] std::string format_url(const url& what, bool with_password = false);

} // namespace ferry
