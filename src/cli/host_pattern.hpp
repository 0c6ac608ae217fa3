// Hosts, with or without a port, as the tables of the configuration file and `ferry config` name
// them: "ftp.example.org", "*.example.org", "localhost:2121", "[::1]:2121", "::1".
#pragma once

#include "base/pattern.hpp"

#include <ferry/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::cli {

class host_pattern {
public:
    /// `errc::usage`, saying what is wanted, for what names no host or has a wrong port.
    [[nodiscard]] static result<host_pattern> parse(std::string_view text);

    /// Whether it stands for `host`, in any case, with the wildcards of `name_pattern`. Without a
    /// port it stands for all of them.
    [[nodiscard]] bool fits(std::string_view host, std::uint16_t port) const;

    [[nodiscard]] const std::string& host() const noexcept { return host_; }

    [[nodiscard]] std::optional<std::uint16_t> port() const noexcept { return port_; }

private:
    host_pattern(std::string_view host, std::optional<std::uint16_t> port);

    std::string host_; ///< an IPv6 address without its brackets
    name_pattern wanted_;
    std::optional<std::uint16_t> port_;
};

} // namespace ferry::cli
