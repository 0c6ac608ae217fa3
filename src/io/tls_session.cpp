#include "io/tls_session.hpp"

#include "io/tls_session_state.hpp"

namespace ferry::io {

namespace {

/// A server may send tickets without end.
constexpr std::size_t most_kept = 8;

/// OpenSSL forbids resuming a session once a connection with it has failed, and in TLS 1.2 all
/// connections have the same one: so each gets a copy.
session_pointer copy_of(const SSL_SESSION& session) {
    return session_pointer(SSL_SESSION_dup(&session));
}

} // namespace

tls_session_cache::tls_session_cache() : state_(std::make_unique<state>()) {}

tls_session_cache::~tls_session_cache() = default;

bool tls_session_cache::empty() const noexcept {
    return state_->fresh.empty() && state_->last.session == nullptr;
}

void tls_session_cache::state::add(SSL_SESSION& session, std::shared_ptr<const tls_peer> peer) {
    if (SSL_SESSION_is_resumable(&session) != 1) return;
    auto copy = copy_of(session);
    if (!copy) return;
    fresh.emplace_back(std::move(copy), std::move(peer));
    if (fresh.size() > most_kept) fresh.pop_front();
}

kept_session tls_session_cache::state::take() {
    if (!fresh.empty()) {
        last = std::move(fresh.back());
        fresh.pop_back();
        // Sessions of TLS 1.2 are no tickets for one journey: the newest serves for all.
        if (SSL_SESSION_get_protocol_version(last.session.get()) < TLS1_3_VERSION) fresh.clear();
    }
    if (!last.session) return {};
    return {copy_of(*last.session), last.peer};
}

} // namespace ferry::io
