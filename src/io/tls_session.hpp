// Sessions of a TLS server that later connections resume: FTP servers demand that each data
// connection resumes the session of its control connection.
#pragma once

#include <memory>

namespace ferry::io {

/// One for each control connection of a client, given to it and to its data connections. TLS 1.2:
/// the newest session, as often as it is asked for. TLS 1.3: each ticket once (RFC 8446, C.4),
/// those that arrive on data connections too; when a server gives too few, its last one again.
class tls_session_cache {
public:
    tls_session_cache();
    ~tls_session_cache();
    tls_session_cache(const tls_session_cache&) = delete;
    tls_session_cache& operator=(const tls_session_cache&) = delete;

    /// Whether there is nothing to resume yet. In TLS 1.3 tickets arrive behind the handshake, with
    /// the first bytes that are read.
    [[nodiscard]] bool empty() const noexcept;

    struct state;

    [[nodiscard]] state& sessions() noexcept { return *state_; }

private:
    std::unique_ptr<state> state_;
};

} // namespace ferry::io
