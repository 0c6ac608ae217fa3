#include "io/tls_certificate.hpp"

#include "io/tls_x509.hpp"

#include <openssl/pem.h>

#include <array>
#include <climits>

#include <arpa/inet.h>

namespace ferry::io {

namespace {

std::string to_hex(std::span<const unsigned char> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::string name_text(const X509_NAME* name) {
    const bio_pointer memory(BIO_new(BIO_s_mem()));
    // As RFC 2253 has it, with UTF-8 left as it is.
    constexpr unsigned long flags = XN_FLAG_RFC2253 & ~std::size_t{ASN1_STRFLGS_ESC_MSB};
    if (!memory || name == nullptr || X509_NAME_print_ex(memory.get(), name, 0, flags) < 0)
        return {};
    return text_of(*memory);
}

std::chrono::sys_seconds time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
    using namespace std::chrono;
    const year_month_day day(year(parts.tm_year + 1900),
                             month(static_cast<unsigned>(parts.tm_mon + 1)),
                             std::chrono::day(static_cast<unsigned>(parts.tm_mday)));
    return sys_days(day) + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec);
}

std::string address_text(const ASN1_OCTET_STRING& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int size = ASN1_STRING_length(&address);
    if (size != 4 && size != 16) return {};
    ::inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(&address), text.data(),
                text.size());
    return text.data();
}

void free_names(GENERAL_NAMES* names) {
    GENERAL_NAMES_free(names);
}

std::vector<std::string> names_of(const X509& certificate) {
    std::vector<std::string> names;
    const owned<GENERAL_NAMES, free_names> found(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; found && i < sk_GENERAL_NAME_num(found.get()); ++i) {
        const GENERAL_NAME* const one = sk_GENERAL_NAME_value(found.get(), i);
        if (one->type == GEN_DNS)
            names.push_back(text_of(*one->d.dNSName));
        else if (one->type == GEN_IPADD)
            names.push_back(address_text(*one->d.iPAddress));
    }
    return names;
}

std::string key_fingerprint_of(X509& certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &der);
    if (size <= 0) return {};
    const void* const start = der;
    const std::string_view bytes(static_cast<const char*>(start), static_cast<std::size_t>(size));
    auto text = sha256_hex(bytes);
    OPENSSL_free(der);
    return text;
}

} // namespace

std::string text_of(const ASN1_STRING& text) {
    const void* const bytes = ASN1_STRING_get0_data(&text);
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(ASN1_STRING_length(&text))};
}

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        return {};
    return to_hex(std::span(digest).first(size));
}

certificate_facts facts_of(X509& certificate) {
    certificate_facts facts;
    facts.subject = name_text(X509_get_subject_name(&certificate));
    facts.issuer = name_text(X509_get_issuer_name(&certificate));
    facts.names = names_of(certificate);
    facts.valid_from = time_of(X509_get0_notBefore(&certificate));
    facts.valid_until = time_of(X509_get0_notAfter(&certificate));
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(&certificate, EVP_sha256(), digest.data(), &size) == 1)
        facts.fingerprint = to_hex(std::span(digest).first(size));
    facts.key_fingerprint = key_fingerprint_of(certificate);
    return facts;
}

int refuse_password(char*, int, int, void*) {
    return -1;
}

} // namespace ferry::io

namespace ferry {

result<certificate_facts> read_certificate(std::string_view pem) {
    const auto from = io::reading(pem);
    const io::certificate_pointer found(
        PEM_read_bio_X509(from.get(), nullptr, io::refuse_password, nullptr));
    if (!found) return fail(io::tls_error("no certificate in PEM form", errc::local_file));
    return io::facts_of(*found);
}

} // namespace ferry
