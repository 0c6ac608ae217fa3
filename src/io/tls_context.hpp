// What TLS connections of one kind have in common: versions and ciphers, whom to trust, keys.
//
// Contexts are handles: copies are cheap and mean the same, and streams made with one keep what
// they need of it. Any thread may use one.
#pragma once

#include <ferry/tls.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ferry::io {

/// A certificate (with those of its signers behind it) and its key, as PEM texts.
class tls_identity {
public:
    /// `key_file` may be empty: the key is in the certificate's file. Errors: the local ones, with
    /// the file's name. What the files hold is looked at when a context is made.
    [[nodiscard]] static result<tls_identity> load(const std::string& certificate_file,
                                                   const std::string& key_file);

    tls_identity(std::string certificate_text, std::string key_text)
        : certificate(std::move(certificate_text)), key(std::move(key_text)) {}

    std::string certificate;
    std::string key;
    std::string certificate_name = "the certificate"; ///< for messages
    std::string key_name = "the key";
};

class tls_settings {
public:
    tls_settings() = default;
    tls_version minimum = tls_version::tls_1_2;
    tls_version maximum = tls_version::tls_1_3;
    std::string ciphers;       ///< of TLS 1.2, as `openssl ciphers` takes them; empty: ours
    std::string cipher_suites; ///< of TLS 1.3, with ":" between them; empty: ours
    /// Let the kernel seal what data connections send, where it can.
    bool kernel_tls = true;
};

class tls_client_settings : public tls_settings {
public:
    tls_client_settings() = default;
    std::string ca_file; ///< PEM: trust these in place of the system's store
    std::optional<tls_identity> identity;
};

class tls_server_settings : public tls_settings {
public:
    explicit tls_server_settings(tls_identity shown) : identity(std::move(shown)) {}

    tls_identity identity;
    /// A ticket can be resumed for one to two such times: longer than people leave a session open.
    std::chrono::seconds ticket_key_life = std::chrono::hours(12);
    /// The time by which keys of tickets are replaced.
    std::function<std::chrono::steady_clock::time_point()> clock = std::chrono::steady_clock::now;
};

class tls_client_context {
public:
    /// Errors: `local_file` or a neighbour for files, `invalid_argument` for ciphers that are none.
    [[nodiscard]] static result<tls_client_context> make(const tls_client_settings& settings);

    struct state;

    explicit tls_client_context(std::shared_ptr<const state> made) : state_(std::move(made)) {}

    [[nodiscard]] const std::shared_ptr<const state>& shared() const noexcept { return state_; }

private:
    std::shared_ptr<const state> state_;
};

class tls_server_context {
public:
    /// Errors as of the client's.
    [[nodiscard]] static result<tls_server_context> make(const tls_server_settings& settings);

    struct state;

    explicit tls_server_context(std::shared_ptr<const state> made) : state_(std::move(made)) {}

    [[nodiscard]] const std::shared_ptr<const state>& shared() const noexcept { return state_; }

private:
    std::shared_ptr<const state> state_;
};

} // namespace ferry::io
