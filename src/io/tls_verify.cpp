#include "io/tls_verify.hpp"

#include "base/units.hpp"
#include "io/tls_x509.hpp"

#include <openssl/err.h>

#include <algorithm>

namespace ferry::io {

namespace {

/// A certificate may carry thousands of names.
constexpr std::size_t names_shown = 4;

using verification_pointer = owned<X509_STORE_CTX, X509_STORE_CTX_free>;

void add(tls_verdict& to, tls_problem what, std::string detail) {
    if (what == tls_problem::other || !to.has(what)) to.findings.emplace_back(what, detail);
}

/// "the certificate", or that of somebody in its chain.
std::string which(const certificate_facts& facts, int depth) {
    return depth == 0 ? "the certificate" : "the certificate of its signer " + facts.subject;
}

void add_problem(tls_verdict& to, int code, int depth, X509* certificate) {
    certificate_facts facts;
    if (certificate != nullptr) facts = facts_of(*certificate);
    using enum tls_problem;
    switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return add(to, expired,
                   which(facts, depth) + " expired at " + format_iso8601(facts.valid_until));
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return add(to, not_yet_valid,
                   which(facts, depth) + " is valid only from " + format_iso8601(facts.valid_from));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return add(to, self_signed, "the certificate is self-signed");
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return add(to, unknown_ca,
                   "the certificate is signed by " + facts.subject + ", which is not trusted here");
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return add(to, unknown_ca,
                   "the certificate is signed by " + facts.issuer + ", who is not known here");
    case X509_V_ERR_CERT_REVOKED:
        return add(to, revoked, which(facts, depth) + " was revoked");
    default:
        return add(to, other, which(facts, depth) + ": " + X509_verify_cert_error_string(code));
    }
}

/// Takes each problem down and lets the verification go on.
int note_problem(int fine, X509_STORE_CTX* now) {
    if (fine == 1) return 1;
    auto* const verdict = static_cast<tls_verdict*>(X509_STORE_CTX_get_app_data(now));
    add_problem(*verdict, X509_STORE_CTX_get_error(now), X509_STORE_CTX_get_error_depth(now),
                X509_STORE_CTX_get_current_cert(now));
    return 1;
}

bool knows_signer(const tls_verdict& verdict) {
    return !verdict.has(tls_problem::unknown_ca) && !verdict.has(tls_problem::self_signed);
}

tls_verdict verify_chain(SSL& connection, X509& leaf, X509_STORE& trusted) {
    tls_verdict verdict;
    const verification_pointer run(X509_STORE_CTX_new());
    if (!run || X509_STORE_CTX_init(run.get(), &trusted, &leaf,
                                    SSL_get_peer_cert_chain(&connection)) != 1) {
        add(verdict, tls_problem::other, "the certificate cannot be verified");
        return verdict;
    }
    X509_STORE_CTX_set_default(run.get(), "ssl_server");
    X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(run.get());
    X509_VERIFY_PARAM_set_auth_level(rules, SSL_get_security_level(&connection));
    // A certificate that is itself in the store needs no signer there.
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    X509_STORE_CTX_set_app_data(run.get(), &verdict);
    X509_STORE_CTX_set_verify_cb(run.get(), note_problem);
    if (X509_verify_cert(run.get()) != 1)
        add(verdict, tls_problem::other, tls_error("the certificate cannot be verified").detail());
    STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(run.get());
    const bool signed_well = knows_signer(verdict) && !verdict.has(tls_problem::other);
    if (signed_well && chain != nullptr && is_revoked(connection, *chain))
        add(verdict, tls_problem::revoked, "the certificate was revoked");
    return verdict;
}

std::string some_of(const std::vector<std::string>& names) {
    if (names.empty()) return "no host";
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), names_shown); ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > names_shown)
        text += " and " + std::to_string(names.size() - names_shown) + " more";
    return text;
}

bool is_for(X509& leaf, const std::string& host) {
    if (host.empty()) return false;
    if (is_address(host)) return X509_check_ip_asc(&leaf, host.c_str(), 0) == 1;
    // Never the common name, which was never meant for hosts; "*" only as a whole label.
    constexpr unsigned rules =
        X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    return X509_check_host(&leaf, host.data(), host.size(), rules, nullptr) == 1;
}

} // namespace

bool is_address(const std::string& host) {
    const owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> address(a2i_IPADDRESS(host.c_str()));
    if (!address) ERR_clear_error();
    return address != nullptr;
}

std::string bare_host(const std::string& host) {
    auto bare = host.substr(0, host.find('%'));
    if (bare.ends_with('.')) bare.pop_back();
    return bare;
}

tls_peer inspect_server(SSL& connection, const std::string& host, const tls_trust& trust) {
    tls_peer peer;
    const certificate_pointer leaf(SSL_get1_peer_certificate(&connection));
    if (!leaf) {
        add(peer.verdict, tls_problem::other, "the server shows no certificate");
        return peer;
    }
    peer.certificate = facts_of(*leaf);
    peer.verdict = verify_chain(connection, *leaf, trust.store());
    if (!knows_signer(peer.verdict) &&
        trust.fetch_signers(*leaf, SSL_get_peer_cert_chain(&connection)))
        peer.verdict = verify_chain(connection, *leaf, trust.store());
    if (const auto bare = bare_host(host); !is_for(*leaf, bare))
        add(peer.verdict, tls_problem::wrong_host,
            "the certificate is for " + some_of(peer.certificate.names) + ", not for " + bare);
    ERR_clear_error();
    return peer;
}

} // namespace ferry::io
