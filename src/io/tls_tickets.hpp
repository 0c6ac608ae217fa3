// The keys that seal session tickets, which the clients keep for a server. For the .cpp files of
// TLS only.
//
// Who has the key of a ticket can read what was sent over TLS 1.2 with that session, so keys are
// replaced and forgotten. Shared by all connections of a context, on any thread.
#pragma once

#include "io/tls_openssl.hpp"

#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

namespace ferry::io {

class tls_ticket_key {
public:
    tls_ticket_key() = default;
    std::array<unsigned char, 16> name{};
    std::array<unsigned char, 32> cipher{};
    std::array<unsigned char, 32> authentication{};
    std::chrono::steady_clock::time_point made;
};

class tls_ticket_keys {
public:
    using clock_function = std::function<std::chrono::steady_clock::time_point()>;

    /// A key seals for `life` and opens for `life` more.
    tls_ticket_keys(std::chrono::seconds life, clock_function clock)
        : life_(life), clock_(std::move(clock)) {}

    /// The key for new tickets; nothing if there is no randomness.
    [[nodiscard]] std::optional<tls_ticket_key> newest();
    /// The key of this name, if it still counts.
    [[nodiscard]] std::optional<tls_ticket_key> find(const unsigned char* name);
    /// Whether tickets of this key should be replaced by newer ones.
    [[nodiscard]] bool is_old(const tls_ticket_key& key) const;

    /// For SSL_CTX_set_tlsext_ticket_key_evp_cb. `replace`: a ticket that is opened is to be
    /// followed by a new one, however old its key is.
    [[nodiscard]] int use(unsigned char* name, unsigned char* start, EVP_CIPHER_CTX* cipher,
                          EVP_MAC_CTX* authentication, bool seal, bool replace);

private:
    void forget_old();

    std::chrono::seconds life_;
    clock_function clock_;
    std::mutex mutex_;
    std::deque<tls_ticket_key> keys_; ///< newest first
};

} // namespace ferry::io
