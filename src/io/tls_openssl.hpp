// Owners of OpenSSL's objects, and its errors in words. For the .cpp files of TLS only.
#pragma once

#include <ferry/result.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

namespace ferry::io {

/// Deletes with the function given.
template<auto Free>
class freed_by {
public:
    template<class T>
    void operator()(T* what) const noexcept {
        Free(what);
    }
};

template<class T, auto Free>
using owned = std::unique_ptr<T, freed_by<Free>>;

using bio_pointer = owned<BIO, BIO_free_all>;
using key_pointer = owned<EVP_PKEY, EVP_PKEY_free>;
using certificate_pointer = owned<X509, X509_free>;
using connection_pointer = owned<SSL, SSL_free>;
using library_context_pointer = owned<SSL_CTX, SSL_CTX_free>;
using session_pointer = owned<SSL_SESSION, SSL_SESSION_free>;

/// Why the last call failed: the reason in OpenSSL's words, or nothing, and the error's number
/// (`ERR_GET_REASON` takes it). Empties this thread's queue of errors.
class openssl_error {
public:
    openssl_error();

    [[nodiscard]] unsigned long code() const noexcept { return code_; }

    [[nodiscard]] const std::string& words() const noexcept { return words_; }

private:
    unsigned long code_ = 0;
    std::string words_;
};

/// An error that says `what`, and OpenSSL's reason behind it.
[[nodiscard]] error tls_error(std::string_view what, errc code = errc::tls_failed);
/// Why a handshake or a record failed: our words for the reasons users meet, and OpenSSL's.
[[nodiscard]] error tls_failure();

/// A BIO that reads `text`, which must stay valid.
[[nodiscard]] bio_pointer reading(std::string_view text);
/// All that was written to a memory BIO.
[[nodiscard]] std::string text_of(BIO& memory);

} // namespace ferry::io
