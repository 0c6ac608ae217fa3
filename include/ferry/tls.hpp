// TLS as users of the library see it: what a client asks for, whom it met, and what came of it.
//
// A certificate that cannot be verified, by the system's authorities or those given, is refused
// unless `tls_options::decide` says otherwise. Texts from certificates come from a peer and are not
// escaped.
#pragma once

#include <ferry/result.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry {

/// Whether a client protects its connections (RFC 4217).
enum class tls_mode : std::uint8_t {
    automatic, ///< asks the server for TLS, and goes on without if it has none
    required,  ///< fails without
    off,       ///< does not ask
};

enum class tls_version : std::uint8_t { tls_1_2, tls_1_3 };

/// What a certificate says.
class certificate_facts {
public:
    certificate_facts() = default;
    std::string subject;            ///< "CN=ftp.example.org,O=Example" (RFC 2253), UTF-8
    std::string issuer;             ///< the same of who signed it
    std::vector<std::string> names; ///< DNS names and addresses that it is for
    std::chrono::sys_seconds valid_from;
    std::chrono::sys_seconds valid_until;
    std::string fingerprint;     ///< SHA-256 of the certificate, 64 lower-case hex digits
    std::string key_fingerprint; ///< the same of its public key (SPKI): stays when it is renewed
};

/// Of the first certificate in PEM text. `local_file` if there is none.
[[nodiscard]] result<certificate_facts> read_certificate(std::string_view pem);

/// Why a certificate cannot be verified.
enum class tls_problem : std::uint8_t {
    expired,
    not_yet_valid,
    wrong_host,
    self_signed, ///< signed by itself, and not known here
    unknown_ca,  ///< signed by somebody who is not known here
    revoked,     ///< says a stapled OCSP response that is itself verified
    other,
};

/// A stable name, for JSON: "wrong_host".
[[nodiscard]] std::string_view name_of(tls_problem problem) noexcept;

class tls_finding {
public:
    tls_finding(tls_problem problem, std::string words) : what(problem), detail(std::move(words)) {}

    tls_problem what;
    std::string detail; ///< a clause for people
};

class tls_verdict {
public:
    tls_verdict() = default;

    /// Signed by whom this side trusts, for this host, and valid now.
    [[nodiscard]] bool verified() const noexcept { return findings.empty(); }

    [[nodiscard]] bool has(tls_problem problem) const noexcept;
    /// The details, with "; " between them.
    [[nodiscard]] std::string describe() const;

    std::vector<tls_finding> findings; ///< each problem once
};

/// The server, as its certificate shows it.
class tls_peer {
public:
    tls_peer() = default;
    certificate_facts certificate;
    tls_verdict verdict;
};

/// What became of a handshake.
class tls_facts {
public:
    tls_facts() = default;
    std::string version;     ///< "TLSv1.3"
    std::string cipher;      ///< "TLS_AES_128_GCM_SHA256"
    std::string alpn;        ///< agreed on; empty: nothing
    std::string server_name; ///< SNI as the client sent it, for servers
    bool resumed = false;
    bool kernel_sends = false; ///< the kernel seals what is written (kTLS)
};

/// How a client uses TLS. Files are PEM.
class tls_options {
public:
    tls_options() = default;
    tls_mode mode = tls_mode::automatic;
    bool known = false;           ///< it spoke TLS before: `automatic` is as `required`
    std::string ca_file;          ///< trust these authorities in place of the system's
    std::string certificate_file; ///< shown to servers that ask who the client is
    std::string key_file;         ///< its key; empty: in the certificate's file
    tls_version minimum = tls_version::tls_1_2;
    std::string ciphers;        ///< of TLS 1.2, as `openssl ciphers` takes them; empty: ours
    std::string cipher_suites;  ///< of TLS 1.3, with ":" between them; empty: ours
    bool clear_data = false;    ///< PROT C: files and listings travel unprotected
    bool clear_control = false; ///< CCC after the login, for firewalls that must read PORT and PASV
    /// Whether this server is the right one; an error ends the session with it. Empty: every server
    /// whose verdict is `verified`. Called once a session: a data connection must resume it or
    /// show the same certificate.
    std::function<result<>(const tls_peer&)> decide;
};

} // namespace ferry
