// Host names to addresses. Private to the io layer.
#pragma once

#include "io/tcp.hpp"

#include <vector>

namespace ferry::io {

/// The addresses of `host` in the order to try them: as the system sorts them (RFC 6724), the
/// families taking turns (RFC 8305, 4). A numeric address is only parsed. Errors: `resolve_failed`,
/// `resolve_timeout`, `interrupted`.
[[nodiscard]] task<result<std::vector<tcp::endpoint>>>
resolve(context& where, std::string host, std::uint16_t port, milliseconds limit);

} // namespace ferry::io
