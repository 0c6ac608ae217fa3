// The embeddable server: a directory over FTP, in the clear or over TLS.
#pragma once

#include <ferry/result.hpp>
#include <ferry/tls.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry {

class server_user {
public:
    server_user() = default;

    server_user(std::string user_name, std::string user_password)
        : name(std::move(user_name)), password(std::move(user_password)) {}

    std::string name;
    std::string password;
};

/// How a server uses TLS (RFC 4217). Clients decide whether they do, unless it is required.
class server_tls_options {
public:
    server_tls_options() = default;

    std::string certificate_file; ///< PEM, with those of its signers behind it
    std::string key_file;         ///< PEM; empty: in the certificate's file
    std::string certificate;      ///< the same as texts, where no file is named
    std::string key;

    bool required_login = false; ///< USER is refused before TLS
    bool required_data = false;  ///< files and listings need PROT P; CCC is refused too
    /// A data connection has to resume the TLS session of its control connection: else it might be
    /// anybody's, and a good certificate alone does not tell whose. Some old clients cannot.
    bool require_reuse = true;
    /// A second port, where TLS comes before all else ("implicit", usually 990); 0: the system
    /// chooses one.
    std::optional<std::uint16_t> implicit_port;

    tls_version minimum = tls_version::tls_1_2;
    std::string ciphers;       ///< of TLS 1.2, as `openssl ciphers` takes them; empty: ours
    std::string cipher_suites; ///< of TLS 1.3, with ":" between them; empty: ours
    /// Session tickets can be resumed for one to two such times; their keys are replaced so often.
    std::chrono::seconds ticket_key_life = std::chrono::hours(12);
};

class server_options {
public:
    server_options() = default;

    std::string directory;                    ///< what is served: the root of every session
    std::string listen_address = "127.0.0.1"; ///< numeric; "::" is every address of both families
    std::uint16_t port = 2121;                ///< 0: the system chooses one
    std::vector<server_user> users;
    bool anonymous = false; ///< "anonymous" and "ftp" log in with any password, read-only
    bool read_only = false; ///< for everybody
    std::string greeting = "ferry ready";
    std::optional<server_tls_options> tls; ///< nothing: TLS is not offered

    std::size_t max_sessions = 512;
    std::size_t max_sessions_per_address = 64;
    std::chrono::milliseconds login_timeout{60'000}; ///< TLS handshakes included
    std::chrono::milliseconds idle_timeout{300'000};
    /// To connect, for a TLS handshake, and without a byte moving.
    std::chrono::milliseconds data_timeout{60'000};
    std::chrono::milliseconds failed_login_delay{1'000};
    std::chrono::milliseconds shutdown_grace{30'000}; ///< for running transfers, at `stop`

    /// One line per event (a login, a transfer, a refusal), printable. May be empty. Called on the
    /// server's thread.
    std::function<void(std::string_view)> on_event;
    /// SIGINT and SIGTERM stop the server while it runs.
    bool stop_on_signals = false;
};

/// `start`, then `run` on a thread of its own or this one, then `stop` from anywhere.
class server {
public:
    explicit server(server_options options);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    /// Opens the directory and listens. `local_not_found`, `local_file` (the directory, the
    /// certificate or the key), `usage` (no directory, no user and not anonymous),
    /// `invalid_argument` (ciphers that are none), `connect_failed` (the port is taken).
    [[nodiscard]] result<> start();
    /// Where it listens: "127.0.0.1" and the port chosen. After `start`.
    [[nodiscard]] std::string address() const;
    [[nodiscard]] std::uint16_t port() const noexcept;
    /// Where sessions begin with TLS; 0 if nowhere.
    [[nodiscard]] std::uint16_t implicit_port() const noexcept;
    /// SHA-256 of the certificate, 64 lower-case hex digits; empty without TLS.
    [[nodiscard]] const std::string& fingerprint() const noexcept;
    /// Serves until `stop`. SIGPIPE is blocked in this thread meanwhile.
    [[nodiscard]] result<> run();
    /// Accepts no more, lets running transfers end (at most `shutdown_grace`), closes every session
    /// with 421, and makes `run` return. From any thread.
    void stop() noexcept;

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace ferry
