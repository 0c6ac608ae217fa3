#include "unit/io/tls_authority.hpp"

#include <openssl/ec.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>

namespace ferry::test {

namespace {

void require(bool fine) {
    if (!fine) throw std::runtime_error("the test's own certificates");
}

void add_extension(X509& to, int kind, const std::string& value) {
    const io::owned<X509_EXTENSION, X509_EXTENSION_free> made(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
    require(made && X509_add_ext(&to, made.get(), -1) == 1);
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ",") + name;
    return text;
}

/// A moment as the test begins, so that all certificates agree.
std::time_t seconds(std::chrono::sys_seconds when) {
    return static_cast<std::time_t>(when.time_since_epoch().count());
}

} // namespace

std::chrono::sys_seconds wish::now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string credential::certificate_pem() const {
    const io::bio_pointer memory(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_X509(memory.get(), certificate.get()) == 1);
    return io::text_of(*memory);
}

std::string credential::key_pem() const {
    const io::bio_pointer memory(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                     nullptr) == 1);
    return io::text_of(*memory);
}

io::tls_identity credential::identity() const {
    return io::tls_identity(certificate_pem(), key_pem());
}

credential issue(const wish& what, const credential* issuer) {
    static long serial = 1000;
    credential made;
    made.key.reset(what.rsa_bits > 0 ? EVP_RSA_gen(static_cast<unsigned>(what.rsa_bits))
                                     : EVP_EC_gen("P-256"));
    made.certificate.reset(X509_new());
    require(made.key && made.certificate);
    X509& it = *made.certificate;
    X509_set_version(&it, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(&it), ++serial);
    ASN1_TIME_set(X509_getm_notBefore(&it), seconds(what.from));
    ASN1_TIME_set(X509_getm_notAfter(&it), seconds(what.until));
    const void* const name = what.common_name.data();
    require(X509_NAME_add_entry_by_txt(X509_get_subject_name(&it), "CN", MBSTRING_UTF8,
                                       static_cast<const unsigned char*>(name),
                                       static_cast<int>(what.common_name.size()), -1, 0) == 1);
    const credential& signer = issuer != nullptr ? *issuer : made;
    X509_set_issuer_name(&it, X509_get_subject_name(signer.certificate.get()));
    X509_set_pubkey(&it, made.key.get());
    add_extension(it, NID_basic_constraints, what.may_sign ? "critical,CA:TRUE" : "CA:FALSE");
    if (!what.names.empty()) add_extension(it, NID_subject_alt_name, joined(what.names));
    if (!what.usage.empty()) add_extension(it, NID_ext_key_usage, what.usage);
    require(X509_sign(&it, signer.key.get(), EVP_sha256()) > 0);
    return made;
}

credential make_authority(const std::string& name, const credential* issuer) {
    wish what({});
    what.common_name = name;
    what.may_sign = true;
    what.usage.clear();
    return issue(what, issuer);
}

std::string ocsp_response(const credential& subject, const credential& issuer, bool revoked) {
    const io::owned<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(OCSP_BASICRESP_new());
    const io::owned<OCSP_CERTID, OCSP_CERTID_free> id(
        OCSP_cert_to_id(EVP_sha256(), subject.certificate.get(), issuer.certificate.get()));
    const io::owned<ASN1_TIME, ASN1_TIME_free> now(ASN1_TIME_set(nullptr, seconds(wish::now())));
    require(OCSP_basic_add1_status(basic.get(), id.get(),
                                   revoked ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD,
                                   OCSP_REVOKED_STATUS_KEYCOMPROMISE, revoked ? now.get() : nullptr,
                                   now.get(), nullptr) != nullptr);
    require(OCSP_basic_sign(basic.get(), issuer.certificate.get(), issuer.key.get(), EVP_sha256(),
                            nullptr, 0) == 1);
    const io::owned<OCSP_RESPONSE, OCSP_RESPONSE_free> response(
        OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
    unsigned char* der = nullptr;
    const int size = i2d_OCSP_RESPONSE(response.get(), &der);
    require(size > 0);
    const void* const bytes = der;
    std::string text(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return text;
}

} // namespace ferry::test
