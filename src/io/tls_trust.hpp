// Whom a client trusts. For the .cpp files of TLS only.
//
// A system has its authorities in a directory, where OpenSSL finds a signer by the hash of its name
// and reads no other, and in a bundle, one file with all of them: to read that takes 20 ms of the
// processor. So the bundle is read only when the directory does not have the signer.
#pragma once

#include "io/tls_openssl.hpp"

#include <atomic>
#include <mutex>
#include <string>

namespace ferry::io {

class tls_trust {
public:
    tls_trust() = default;
    tls_trust(const tls_trust&) = delete;
    tls_trust& operator=(const tls_trust&) = delete;

    /// Fills `store`, which this keeps a share of, from `ca_file`; if that is empty, from the
    /// system, or where SSL_CERT_DIR and SSL_CERT_FILE say. Errors are those of the file.
    [[nodiscard]] result<> fill(X509_STORE& store, const std::string& ca_file);

    [[nodiscard]] X509_STORE& store() const noexcept { return *store_; }

    /// Reads what was left unread so far. Whether there was any, now or before: then it is worth to
    /// look again. On any thread.
    [[nodiscard]] bool read_rest();

    /// Whether nobody had to read the bundle yet.
    [[nodiscard]] bool bundle_unread() const noexcept { return bundle_unread_; }

private:
    owned<X509_STORE, X509_STORE_free> store_;
    std::mutex mutex_;
    std::atomic<bool> bundle_unread_ = false;
    bool has_bundle_ = false;
};

} // namespace ferry::io
