// What a session cache holds. For the .cpp files of TLS only.
#pragma once

#include "io/tls_openssl.hpp"
#include "io/tls_session.hpp"

#include <ferry/tls.hpp>

#include <deque>
#include <memory>

namespace ferry::io {

/// A session, and the server as it showed itself when the session began: a resumed handshake has no
/// certificate.
class kept_session {
public:
    kept_session() = default;

    kept_session(session_pointer resumable, std::shared_ptr<const tls_peer> shown)
        : session(std::move(resumable)), peer(std::move(shown)) {}

    session_pointer session; ///< nothing if there is none
    std::shared_ptr<const tls_peer> peer;
};

struct tls_session_cache::state {
    /// Keeps a copy of `session`.
    void add(SSL_SESSION& session, std::shared_ptr<const tls_peer> peer);
    /// The newest session, to be used for one connection; nothing if there is none.
    [[nodiscard]] kept_session take();

    std::deque<kept_session> fresh; ///< never used, newest last
    kept_session last;              ///< used before, for when there is no fresh one
};

} // namespace ferry::io
