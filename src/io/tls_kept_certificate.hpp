// A self-signed certificate that stays the same from one start of a server to the next.
#pragma once

#include "io/tls_certificate.hpp"

#include <optional>

namespace ferry::io {

class kept_certificate {
public:
    kept_certificate() = default;
    self_signed pem;
    std::optional<error> not_kept; ///< why it lies in no file
};

/// See `ferry::keep_own_certificate`.
[[nodiscard]] result<kept_certificate> keep_certificate(const std::string& directory,
                                                        const std::vector<std::string>& names,
                                                        std::chrono::sys_seconds now);

} // namespace ferry::io
