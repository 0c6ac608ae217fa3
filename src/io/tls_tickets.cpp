#include "io/tls_tickets.hpp"

#include <openssl/core_names.h>
#include <openssl/rand.h>

#include <algorithm>

namespace ferry::io {

namespace {

template<std::size_t Size>
bool fill_at_random(std::array<unsigned char, Size>& bytes) {
    return RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1;
}

} // namespace

bool tls_ticket_keys::is_old(const tls_ticket_key& key) const {
    return clock_() - key.made >= life_;
}

void tls_ticket_keys::forget_old() {
    const auto now = clock_();
    while (!keys_.empty() && now - keys_.back().made >= 2 * life_)
        keys_.pop_back();
}

std::optional<tls_ticket_key> tls_ticket_keys::newest() {
    const std::lock_guard only(mutex_);
    forget_old();
    if (!keys_.empty() && !is_old(keys_.front())) return keys_.front();
    tls_ticket_key made;
    made.made = clock_();
    if (!fill_at_random(made.name) || !fill_at_random(made.cipher) ||
        !fill_at_random(made.authentication))
        return std::nullopt;
    keys_.push_front(made);
    return made;
}

std::optional<tls_ticket_key> tls_ticket_keys::find(const unsigned char* name) {
    const std::lock_guard only(mutex_);
    forget_old();
    for (const auto& key : keys_)
        if (std::equal(key.name.begin(), key.name.end(), name)) return key;
    return std::nullopt;
}

int tls_ticket_keys::use(unsigned char* name, unsigned char* start, EVP_CIPHER_CTX* cipher,
                         EVP_MAC_CTX* authentication, bool seal, bool replace) {
    constexpr int failed = -1;
    constexpr int unknown = 0;
    constexpr int taken = 1;
    constexpr int taken_but_replace = 2;
    const auto key = seal ? newest() : find(name);
    if (!key) return seal ? failed : unknown;
    if (seal) {
        std::ranges::copy(key->name, name);
        if (RAND_bytes(start, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return failed;
    }
    // OpenSSL takes them as bytes to change, and does not.
    auto secret = key->authentication;
    std::array<char, 7> digest{"SHA256"};
    const std::array parameters{
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, secret.data(), secret.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    if (EVP_MAC_CTX_set_params(authentication, parameters.data()) != 1) return failed;
    if (EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher.data(), start,
                          seal ? 1 : 0) != 1)
        return failed;
    return !seal && (replace || is_old(*key)) ? taken_but_replace : taken;
}

} // namespace ferry::io
