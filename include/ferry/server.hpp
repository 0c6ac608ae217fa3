// The embeddable server: a directory over FTP.
#pragma once

#include <ferry/result.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
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

    std::size_t max_sessions = 512;
    std::size_t max_sessions_per_address = 64;
    std::chrono::milliseconds login_timeout{60'000};
    std::chrono::milliseconds idle_timeout{300'000};
    std::chrono::milliseconds data_timeout{60'000}; ///< to connect, and without a byte moving
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

    /// Opens the directory and listens. `local_not_found`, `local_file`, `usage` (no directory, no
    /// user and not anonymous), `connect_failed` (the port is taken).
    [[nodiscard]] result<> start();
    /// Where it listens: "127.0.0.1" and the port chosen. After `start`.
    [[nodiscard]] std::string address() const;
    [[nodiscard]] std::uint16_t port() const noexcept;
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
