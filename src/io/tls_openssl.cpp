#include "io/tls_openssl.hpp"

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <array>
#include <climits>

namespace ferry::io {

namespace {

struct reason_words {
    int reason;
    std::string_view words;
};

constexpr std::string_view no_tls = "what came is not TLS";
constexpr std::string_view no_version = "both sides have no TLS version in common";
constexpr std::string_view no_cipher = "both sides have no cipher in common";
constexpr std::string_view no_alpn = "both sides have no application protocol (ALPN) in common";
constexpr std::string_view not_trusted = "the peer does not accept our certificate";
constexpr std::string_view no_certificate =
    "the peer asks for a certificate of ours, which --tls-cert gives";
constexpr std::string_view damaged = "bytes were changed on their way";

constexpr std::array known{
    reason_words{SSL_R_WRONG_VERSION_NUMBER, no_tls},
    reason_words{SSL_R_HTTP_REQUEST, no_tls},
    reason_words{SSL_R_HTTPS_PROXY_REQUEST, no_tls},
    reason_words{SSL_R_PACKET_LENGTH_TOO_LONG, no_tls},
    reason_words{SSL_R_UNSUPPORTED_PROTOCOL, no_version},
    reason_words{SSL_R_NO_PROTOCOLS_AVAILABLE, no_version},
    reason_words{SSL_R_VERSION_TOO_LOW, no_version},
    reason_words{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, no_version},
    reason_words{SSL_R_NO_SHARED_CIPHER, no_cipher},
    reason_words{SSL_R_NO_CIPHERS_AVAILABLE, no_cipher},
    reason_words{SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY, no_cipher},
    reason_words{SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, "the peer finds no common ground"},
    reason_words{SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL, no_alpn},
    reason_words{SSL_R_NO_APPLICATION_PROTOCOL, no_alpn},
    reason_words{SSL_R_TLSV1_ALERT_UNKNOWN_CA, not_trusted},
    reason_words{SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, not_trusted},
    reason_words{SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, not_trusted},
    reason_words{SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, not_trusted},
    reason_words{SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, not_trusted},
    reason_words{SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, not_trusted},
    reason_words{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, no_certificate},
    reason_words{SSL_R_SSLV3_ALERT_NO_CERTIFICATE, no_certificate},
    reason_words{SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, damaged},
    reason_words{SSL_R_SSLV3_ALERT_BAD_RECORD_MAC, damaged},
    reason_words{SSL_R_TLSV1_UNRECOGNIZED_NAME, "the server does not know this host name"},
};

} // namespace

openssl_error::openssl_error() {
    // The cipher's own complaint comes before what it means for the connection.
    for (auto next = ERR_get_error(); next != 0; next = ERR_get_error())
        if (code_ == 0 || (ERR_GET_LIB(code_) != ERR_LIB_SSL && ERR_GET_LIB(next) == ERR_LIB_SSL))
            code_ = next;
    if (code_ == 0) return;
    const char* const reason = ERR_reason_error_string(code_);
    words_ = reason != nullptr ? reason : "error " + std::to_string(ERR_GET_REASON(code_));
}

error tls_error(std::string_view what, errc code) {
    const openssl_error why;
    std::string detail(what);
    if (!why.words().empty()) detail += " (" + why.words() + ")";
    return error(code, std::move(detail));
}

error tls_failure() {
    const openssl_error why;
    for (const auto& row : known)
        if (ERR_GET_LIB(why.code()) == ERR_LIB_SSL && row.reason == ERR_GET_REASON(why.code()))
            return error(errc::tls_failed, std::string(row.words) + " (" + why.words() + ")");
    return error(errc::tls_failed, why.words());
}

bio_pointer reading(std::string_view text) {
    if (text.size() > INT_MAX) text = {};
    return bio_pointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(BIO& memory) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(&memory, &bytes);
    return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

} // namespace ferry::io
