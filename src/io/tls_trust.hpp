// Whom a client trusts. For the .cpp files of TLS only.
//
// A system has its authorities in a directory, where OpenSSL finds a signer by the hash of its name
// and reads no other, and in a bundle, one file with all of them: to make certificates of it takes
// 20 ms of the processor. So the directory is asked first, and of the bundle only those are made
// that may be of use.
#pragma once

#include "io/tls_openssl.hpp"

#include <string>

namespace ferry::io {

class tls_trust {
public:
    tls_trust() = default;

    /// Fills `store`, which this keeps a share of, from `ca_file`; if that is empty, from the
    /// system, or where SSL_CERT_DIR and SSL_CERT_FILE say. Errors are those of the file.
    [[nodiscard]] result<> fill(X509_STORE& store, const std::string& ca_file);

    [[nodiscard]] X509_STORE& store() const noexcept { return *store_; }

    /// For a chain whose signers are not in the store: fetches them from the system's bundle. False
    /// if it has none of them. On any thread.
    [[nodiscard]] bool fetch_signers(X509& leaf, STACK_OF(X509) * chain) const;

private:
    owned<X509_STORE, X509_STORE_free> store_;
    bool is_system_ = false;
};

} // namespace ferry::io
