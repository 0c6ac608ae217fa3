// Certificates between OpenSSL and us. For the .cpp files of TLS only.
#pragma once

#include "io/tls_certificate.hpp"
#include "io/tls_openssl.hpp"

#include <span>

namespace ferry::io {

[[nodiscard]] certificate_facts facts_of(X509& certificate);
[[nodiscard]] std::string text_of(const ASN1_STRING& text);
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// Bytes as OpenSSL takes them.
[[nodiscard]] inline std::span<const unsigned char> bytes_of(std::string_view text) noexcept {
    const void* const start = text.data();
    return {static_cast<const unsigned char*>(start), text.size()};
}

/// For the PEM functions: OpenSSL would ask for a password on the terminal.
int refuse_password(char* into, int room, int writing, void* unused);

} // namespace ferry::io
