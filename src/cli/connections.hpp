// The session a command works over: opened for the first URL, kept for the next ones of the same
// server and user.
#pragma once

#include "cli/login.hpp"

#include <ferry/client.hpp>

#include <optional>

namespace ferry::cli {

/// What a client is told by the options of the command line.
[[nodiscard]] client_options client_options_of(const arguments& asked);

class connections {
public:
    explicit connections(const arguments& asked) : asked_(&asked) {}

    ~connections();
    connections(const connections&) = delete;
    connections& operator=(const connections&) = delete;

    /// A client that is logged in where `where` says. Valid until the next call. What failed once
    /// for a server and user is not tried again: passwords are not guessed, nobody waits twice.
    [[nodiscard]] result<client*> open(const url& where);

private:
    [[nodiscard]] result<> log_in(const url& where);

    const arguments* asked_;
    secret_sources sources_;
    std::optional<client> client_;
    url open_to_;
    std::optional<error> refused_;
};

/// Whether both name the same login on the same server.
[[nodiscard]] bool same_session(const url& a, const url& b) noexcept;

} // namespace ferry::cli
