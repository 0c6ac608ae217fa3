// Certificates for tests: an authority that signs what it is told to, also what is wrong.
#pragma once

#include "io/tls_certificate.hpp"
#include "io/tls_context.hpp"
#include "io/tls_openssl.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace ferry::test {

/// What a certificate should say.
class wish {
public:
    explicit wish(std::vector<std::string> hosts) : names(std::move(hosts)) {}

    std::vector<std::string> names; ///< "DNS:a.example" or "IP:::1"; empty: no such extension
    std::string common_name = "a common name";
    std::chrono::sys_seconds from = now() - std::chrono::hours(1);
    std::chrono::sys_seconds until = now() + std::chrono::hours(24);
    std::string usage = "serverAuth"; ///< extended; empty: any
    bool may_sign = false;
    int rsa_bits = 0; ///< 0: an elliptic curve

    [[nodiscard]] static std::chrono::sys_seconds now();
};

/// A certificate and its key.
class credential {
public:
    io::certificate_pointer certificate;
    io::key_pointer key;

    [[nodiscard]] std::string certificate_pem() const;
    [[nodiscard]] std::string key_pem() const;
    [[nodiscard]] io::tls_identity identity() const;
};

/// Signed by `issuer`, or by itself if that is null.
[[nodiscard]] credential issue(const wish& what, const credential* issuer);
/// One that may sign others.
[[nodiscard]] credential make_authority(const std::string& name,
                                        const credential* issuer = nullptr);

/// A signed OCSP response (DER) about `subject`, signed by `issuer`.
[[nodiscard]] std::string ocsp_response(const credential& subject, const credential& issuer,
                                        bool revoked);

} // namespace ferry::test
