#include "io/tls_x509.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <array>

namespace ferry::io {

namespace {

/// What X.520 allows a common name.
constexpr std::size_t longest_common_name = 64;

using extension_pointer = owned<X509_EXTENSION, X509_EXTENSION_free>;
using general_name_pointer = owned<GENERAL_NAME, GENERAL_NAME_free>;
using address_pointer = owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;

void free_names(GENERAL_NAMES* names) {
    GENERAL_NAMES_free(names);
}

using names_pointer = owned<GENERAL_NAMES, free_names>;

bool is_dns_name(std::string_view name) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._*";
    return !name.empty() && name.size() <= 253 &&
           name.find_first_not_of(allowed) == std::string_view::npos;
}

general_name_pointer general_name(const std::string& name) {
    general_name_pointer made(GENERAL_NAME_new());
    if (address_pointer address(a2i_IPADDRESS(name.c_str())); made && address) {
        GENERAL_NAME_set0_value(made.get(), GEN_IPADD, address.release());
        return made;
    }
    if (!made || !is_dns_name(name)) return nullptr;
    owned<ASN1_IA5STRING, ASN1_IA5STRING_free> text(ASN1_IA5STRING_new());
    if (!text || ASN1_STRING_set(text.get(), name.data(), static_cast<int>(name.size())) != 1)
        return nullptr;
    GENERAL_NAME_set0_value(made.get(), GEN_DNS, text.release());
    return made;
}

result<> add_names(X509& certificate, const std::vector<std::string>& names) {
    const names_pointer all(GENERAL_NAMES_new());
    for (const auto& name : names) {
        auto one = general_name(name);
        if (!one)
            return fail(errc::invalid_argument, '"' + name + "\" is no DNS name and no address");
        if (!all || sk_GENERAL_NAME_push(all.get(), one.get()) <= 0)
            return fail(tls_error("making a certificate"));
        [[maybe_unused]] const auto* const kept = one.release();
    }
    if (X509_add1_ext_i2d(&certificate, NID_subject_alt_name, all.get(), 0, 0) != 1)
        return fail(tls_error("making a certificate"));
    return {};
}

bool add_extension(X509& certificate, int kind, const char* value) {
    X509V3_CTX where;
    X509V3_set_ctx(&where, &certificate, &certificate, nullptr, nullptr, 0);
    const extension_pointer made(X509V3_EXT_conf_nid(nullptr, &where, kind, value));
    return made && X509_add_ext(&certificate, made.get(), -1) == 1;
}

bool set_serial(X509& certificate) {
    // 127 bits at random (RFC 5280, 4.1.2.2: positive, at most 20 octets).
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7FU) | 0x40U);
    const owned<BIGNUM, BN_free> number(
        BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    return number &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

bool set_subject(X509& certificate, const std::string& first_name) {
    const std::string common = first_name.size() <= longest_common_name ? first_name : "ferry";
    X509_NAME* const subject = X509_get_subject_name(&certificate);
    return X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                      bytes_of(common).data(), static_cast<int>(common.size()), -1,
                                      0) == 1 &&
           X509_set_issuer_name(&certificate, subject) == 1;
}

bool set_time(ASN1_TIME* which, std::chrono::sys_seconds when) {
    return ASN1_TIME_set(which, when.time_since_epoch().count()) != nullptr;
}

} // namespace

result<self_signed> make_self_signed(const std::vector<std::string>& names,
                                     certificate_validity validity) {
    if (names.empty()) return fail(errc::invalid_argument, "a certificate needs a name");
    const key_pointer key(EVP_EC_gen("P-256"));
    const certificate_pointer made(X509_new());
    if (!key || !made || X509_set_version(made.get(), X509_VERSION_3) != 1 || !set_serial(*made) ||
        !set_subject(*made, names.front()) ||
        !set_time(X509_getm_notBefore(made.get()), validity.valid_from) ||
        !set_time(X509_getm_notAfter(made.get()), validity.valid_until) ||
        X509_set_pubkey(made.get(), key.get()) != 1)
        return fail(tls_error("making a certificate"));
    auto named = add_names(*made, names);
    if (!named) return fail(std::move(named.error()));
    if (!add_extension(*made, NID_basic_constraints, "critical,CA:FALSE") ||
        !add_extension(*made, NID_key_usage, "critical,digitalSignature") ||
        !add_extension(*made, NID_ext_key_usage, "serverAuth") ||
        !add_extension(*made, NID_subject_key_identifier, "hash") ||
        X509_sign(made.get(), key.get(), EVP_sha256()) == 0)
        return fail(tls_error("making a certificate"));

    const bio_pointer certificate_text(BIO_new(BIO_s_mem()));
    const bio_pointer key_text(BIO_new(BIO_s_secmem()));
    if (!certificate_text || !key_text ||
        PEM_write_bio_X509(certificate_text.get(), made.get()) != 1 ||
        PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                 nullptr) != 1)
        return fail(tls_error("writing a certificate"));
    self_signed out;
    out.certificate = text_of(*certificate_text);
    out.key = text_of(*key_text);
    return out;
}

} // namespace ferry::io
