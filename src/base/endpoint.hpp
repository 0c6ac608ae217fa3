// A numeric address and a port, without any socket type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ferry {

/// `address` is numeric: dotted IPv4 or an IPv6 literal without brackets. IPv4-mapped IPv6
/// addresses are written as IPv4 by whoever makes an endpoint.
class endpoint {
public:
    endpoint() = default;

    endpoint(std::string numeric_address, std::uint16_t port_number)
        : address(std::move(numeric_address)), port(port_number) {}

    std::string address;
    std::uint16_t port = 0;

    [[nodiscard]] bool is_v6() const noexcept { return address.find(':') != std::string::npos; }

    friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// Whether a numeric address is one of this machine only (127.0.0.0/8, ::1).
[[nodiscard]] bool is_loopback(std::string_view address) noexcept;

/// "127.0.0.1:21" or "[::1]:21".
[[nodiscard]] std::string to_string(const endpoint& where);

} // namespace ferry
