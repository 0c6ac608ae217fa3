#include "io/tls_verify.hpp"

#include <openssl/err.h>
#include <openssl/ocsp.h>

namespace ferry::io {

namespace {

using response_pointer = owned<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using basic_pointer = owned<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using id_pointer = owned<OCSP_CERTID, OCSP_CERTID_free>;

basic_pointer stapled(SSL& connection) {
    const unsigned char* bytes = nullptr;
    // What SSL_get_tlsext_status_ocsp_resp stands for.
    const long size = SSL_ctrl(&connection, SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0,
                               static_cast<void*>(&bytes));
    if (size <= 0 || bytes == nullptr) return nullptr;
    const response_pointer response(d2i_OCSP_RESPONSE(nullptr, &bytes, size));
    if (!response || OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        return nullptr;
    return basic_pointer(OCSP_response_get1_basic(response.get()));
}

/// Whether `one` speaks of `leaf`. The response chooses the digest that names it.
bool is_about(const OCSP_SINGLERESP& one, const X509& leaf, const X509& issuer) {
    const OCSP_CERTID* const named = OCSP_SINGLERESP_get0_id(&one);
    ASN1_OBJECT* digest = nullptr;
    // Only reads it, whatever its type says.
    if (OCSP_id_get0_info(nullptr, &digest, nullptr, nullptr, const_cast<OCSP_CERTID*>(named)) != 1)
        return false;
    const EVP_MD* const method = EVP_get_digestbyobj(digest);
    if (method == nullptr) return false;
    const id_pointer wanted(OCSP_cert_to_id(method, &leaf, &issuer));
    return wanted && OCSP_id_cmp(wanted.get(), named) == 0;
}

} // namespace

bool is_revoked(SSL& connection, STACK_OF(X509) & chain) {
    const auto response = stapled(connection);
    if (!response || sk_X509_num(&chain) < 2) return false;
    X509_STORE* const trusted = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(&connection));
    if (OCSP_basic_verify(response.get(), &chain, trusted, 0) <= 0) return false;
    const X509& leaf = *sk_X509_value(&chain, 0);
    const X509& issuer = *sk_X509_value(&chain, 1);
    for (int i = 0; i < OCSP_resp_count(response.get()); ++i) {
        OCSP_SINGLERESP* const one = OCSP_resp_get0(response.get(), i);
        // However old it is: revoked is for ever.
        if (is_about(*one, leaf, issuer) &&
            OCSP_single_get0_status(one, nullptr, nullptr, nullptr, nullptr) ==
                V_OCSP_CERTSTATUS_REVOKED)
            return true;
    }
    return false;
}

} // namespace ferry::io
