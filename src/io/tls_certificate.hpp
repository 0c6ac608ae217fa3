// Certificates as data: what one says, and one of our own for a server that has none.
#pragma once

#include <ferry/tls.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::io {

class certificate_validity {
public:
    certificate_validity(std::chrono::sys_seconds from, std::chrono::sys_seconds until)
        : valid_from(from), valid_until(until) {}

    std::chrono::sys_seconds valid_from;
    std::chrono::sys_seconds valid_until;
};

/// PEM texts. The key is not encrypted: whoever reads it is the server.
class self_signed {
public:
    self_signed() = default;
    std::string certificate;
    std::string key;
};

/// A new ECDSA P-256 key, and a certificate for servers of these names. Names are DNS names (IDN in
/// A-label form, "*.example.org" allowed) and IP addresses; `invalid_argument` if there are none or
/// one is neither.
[[nodiscard]] result<self_signed> make_self_signed(const std::vector<std::string>& names,
                                                   certificate_validity validity);

} // namespace ferry::io
