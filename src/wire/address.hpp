// Addresses of data connections: PORT and PASV (RFC 959, 4.1.2), EPRT and EPSV (RFC 2428).
#pragma once

#include "base/endpoint.hpp"

#include <ferry/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace ferry::wire {

/// The six numbers of a 227 reply, wherever they stand in its text: in brackets, without, behind
/// "=", with spaces. Takes the reply's text without the code. `protocol_error` if there are none,
/// a number is beyond 255, or the port is 0.
[[nodiscard]] result<endpoint> parse_pasv_reply(std::string_view text);
/// "Entering Passive Mode (127,0,0,1,4,210)". `where` must be IPv4.
[[nodiscard]] std::string format_pasv_reply(const endpoint& where);

/// The port of a 229 reply: "(|||6446|)" with any delimiter. A 227-like answer to EPSV is taken for
/// its port, as some servers give it. `protocol_error` if there is no port from 1 to 65535.
[[nodiscard]] result<std::uint16_t> parse_epsv_reply(std::string_view text);
/// "Entering Extended Passive Mode (|||6446|)".
[[nodiscard]] std::string format_epsv_reply(std::uint16_t port);

/// The argument of PORT: "127,0,0,1,4,210".
[[nodiscard]] result<endpoint> parse_port_argument(std::string_view argument);
[[nodiscard]] std::string format_port_argument(const endpoint& where);

/// The argument of EPRT: "|1|127.0.0.1|1234|". A family that is not 1 or 2 is `not_supported`
/// (reply 522); anything malformed is `invalid_argument`. IPv4-mapped IPv6 comes out as IPv4.
[[nodiscard]] result<endpoint> parse_eprt_argument(std::string_view argument);
[[nodiscard]] std::string format_eprt_argument(const endpoint& where);

/// Whether two numeric addresses name the same host; IPv4-mapped IPv6 equals IPv4. Zones ("%eth0")
/// do not count: the address in EPRT has none. What is no address is the same as nothing.
[[nodiscard]] bool same_address(std::string_view a, std::string_view b) noexcept;

} // namespace ferry::wire
