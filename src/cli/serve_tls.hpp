// TLS of `ferry serve`: what was asked for, and a certificate where none was given.
#pragma once

#include "cli/arguments.hpp"

#include <ferry/server.hpp>

namespace ferry::cli {

class served_tls {
public:
    served_tls() = default;
    std::optional<server_tls_options> options; ///< nothing: off
    std::string notice;                        ///< a line for the user, or empty
};

/// Makes the certificate, if it must. `usage` for options that do not go together.
[[nodiscard]] result<served_tls> prepare_tls(const arguments& asked);

} // namespace ferry::cli
