#include "io/tls_engine.hpp"

#include "io/tls_alpn.hpp"
#include "io/tls_family.hpp"
#include "io/tls_kernel.hpp"
#include "io/tls_verify.hpp"
#include "io/tls_x509.hpp"

#include <openssl/err.h>

#include <cerrno>

namespace ferry::io {

namespace {

/// Commands and replies are short, and thousands of sessions may idle: 19 KiB each with all that
/// OpenSSL keeps.
constexpr std::size_t control_room = 1024;
/// Six records. With less the kernel is asked more often; more leaves the processor's cache before
/// it is opened. Both cost more than they save.
constexpr std::size_t bulk_room = 96 * 1024;

std::size_t room_for(tls_traffic traffic) {
    return traffic == tls_traffic::bulk ? bulk_room : control_room;
}

const tls_peer& nobody() {
    static const tls_peer peer;
    return peer;
}

} // namespace

tls_engine::tls_engine(const tls_client_context& context, tls_client_handshake wanted, int socket)
    : context_(context.shared())
    , trust_(&context.shared()->trust)
    , wire_(room_for(wanted.traffic))
    , host_(wanted.host)
    , protocols_(format_protocols(wanted.alpn))
    , sessions_(std::move(wanted.sessions))
    , is_client_(true) {
    connect(*context.shared()->library, wanted.traffic, context.shared()->kernel_tls ? socket : -1);
    if (!failure_) prepare_client();
}

tls_engine::tls_engine(const tls_server_context& context, const tls_server_handshake& wanted,
                       int socket)
    : context_(context.shared())
    , wire_(room_for(wanted.traffic))
    , protocols_(format_protocols(wanted.alpn))
    , is_client_(false) {
    connect(*context.shared()->library, wanted.traffic, context.shared()->kernel_tls ? socket : -1);
    if (failure_) return;
    SSL_set_accept_state(connection_.get());
    if (!wanted.tickets) SSL_set_num_tickets(connection_.get(), 0);
}

tls_engine::~tls_engine() {
    // Or OpenSSL would forbid to resume the session of a connection that was just closed.
    if (connection_) SSL_set_shutdown(connection_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

void tls_engine::connect(SSL_CTX& library, tls_traffic traffic, int socket) {
    ERR_clear_error();
    connection_.reset(SSL_new(&library));
    auto in = wire_.make_bio();
    auto out = wire_.make_bio();
    if (!connection_ || !in || !out) {
        failure_ = tls_error("OpenSSL does not start");
        return;
    }
    SSL_set_app_data(connection_.get(), this);
    SSL_set0_rbio(connection_.get(), in.release());
    SSL_set0_wbio(connection_.get(), out.release());
    if (traffic == tls_traffic::control)
        SSL_set_mode(connection_.get(), SSL_MODE_RELEASE_BUFFERS);
    else if (socket >= 0)
        offer_to_kernel(*connection_, socket);
}

void tls_engine::prepare_client() {
    SSL& with = *connection_;
    SSL_set_connect_state(&with);
    const auto bare = bare_host(host_);
    bool fine = true;
    if (!bare.empty() && !is_address(bare))
        fine = SSL_set_tlsext_host_name(&with, bare.c_str()) == 1;
    if (!protocols_.empty())
        fine = fine && SSL_set_alpn_protos(&with, bytes_of(protocols_).data(),
                                           static_cast<unsigned>(protocols_.size())) == 0;
    SSL_set_tlsext_status_type(&with, TLSEXT_STATUSTYPE_ocsp);
    if (!fine) failure_ = tls_error("a host name or protocol that TLS cannot carry");
    if (!sessions_) return;
    auto earlier = sessions_->sessions().take();
    if (earlier.session && SSL_set_session(&with, earlier.session.get()) == 1)
        peer_ = std::move(earlier.peer);
}

int tls_engine::protocols_offered(SSL* connection, const unsigned char** chosen,
                                  unsigned char* chosen_size, const unsigned char* offered,
                                  unsigned offered_size, void*) {
    const auto* const self = static_cast<tls_engine*>(SSL_get_app_data(connection));
    if (self->protocols_.empty()) return SSL_TLSEXT_ERR_NOACK;
    const std::span list(offered, offered_size);
    const auto best = choose_protocol(bytes_of(self->protocols_), list);
    if (best.empty()) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = best.data();
    *chosen_size = static_cast<unsigned char>(best.size());
    return SSL_TLSEXT_ERR_OK;
}

int tls_engine::session_arrived(SSL* connection, SSL_SESSION* session) {
    const auto* const self = static_cast<tls_engine*>(SSL_get_app_data(connection));
    // Before the handshake is done it is not known yet with whom: `conclude` takes those.
    if (self->ready_ && self->sessions_) self->sessions_->sessions().add(*session, self->peer_);
    return 0;
}

tls_step tls_engine::fail_with(error why) {
    failure_ = std::move(why);
    return tls_step::failed;
}

tls_step tls_engine::step_of(int outcome) {
    const int system = errno;
    switch (SSL_get_error(connection_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:
        if (!wire_.ended()) return tls_step::wants_bytes;
        if (ready_)
            return fail_with(error(errc::truncated, "the connection ended without the end of TLS"));
        return fail_with(error(errc::connection_lost, "the peer ended the connection"));
    case SSL_ERROR_WANT_WRITE:
        return tls_step::wants_room;
    case SSL_ERROR_ZERO_RETURN:
        return tls_step::ended;
    case SSL_ERROR_SYSCALL:
        return fail_with(error(errc::connection_lost, std::system_category().message(system)));
    default:
        return fail_with(tls_failure());
    }
}

tls_step tls_engine::shake_hands() {
    if (failure_) return tls_step::failed;
    ERR_clear_error();
    const int outcome = SSL_do_handshake(connection_.get());
    if (outcome == 1) {
        conclude();
        return failure_ ? tls_step::failed : tls_step::done;
    }
    const auto step = step_of(outcome);
    if (step != tls_step::ended) return step;
    return fail_with(error(errc::tls_failed, "the peer broke the handshake off"));
}

void tls_engine::conclude() {
    SSL& with = *connection_;
    facts_.version = SSL_get_version(&with);
    facts_.cipher = SSL_get_cipher_name(&with);
    facts_.resumed = SSL_session_reused(&with) == 1;
    facts_.kernel_sends = take_back_from_kernel(with, wire_);
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(&with, &protocol, &size);
    facts_.alpn.assign(protocol, protocol + size);
    SSL_SESSION* const session = SSL_get_session(&with);
    if (is_client_) {
        if (!facts_.resumed || !peer_)
            peer_ = std::make_shared<tls_peer>(inspect_server(with, host_, *trust_));
        if (sessions_ && SSL_version(&with) < TLS1_3_VERSION)
            sessions_->sessions().add(*session, peer_);
    } else {
        const char* const name = SSL_get_servername(&with, TLSEXT_NAMETYPE_host_name);
        if (name != nullptr) facts_.server_name = name;
        if (mark_family(*session)) family_ = family_of(*session);
    }
    ready_ = true;
}

tls_step tls_engine::open(std::span<char> into, std::size_t& count) {
    count = 0;
    if (failure_) return tls_step::failed;
    while (count < into.size()) {
        std::size_t got = 0;
        const auto room = into.subspan(count);
        ERR_clear_error();
        const int outcome = SSL_read_ex(connection_.get(), room.data(), room.size(), &got);
        if (outcome != 1) return step_of(outcome);
        count += got;
    }
    return tls_step::done;
}

tls_step tls_engine::seal(std::string_view bytes) {
    if (failure_) return tls_step::failed;
    std::size_t taken = 0;
    ERR_clear_error();
    const int outcome = SSL_write_ex(connection_.get(), bytes.data(), bytes.size(), &taken);
    return outcome == 1 ? tls_step::done : step_of(outcome);
}

tls_step tls_engine::say_goodbye() {
    if (failure_) return tls_step::failed;
    ERR_clear_error();
    const int outcome = SSL_shutdown(connection_.get());
    return outcome >= 0 ? tls_step::done : step_of(outcome);
}

void tls_engine::abandon() {
    if (connection_) give_up_socket(*connection_, wire_);
    if (!failure_) failure_ = error(errc::interrupted);
}

bool tls_engine::is_quiet() const noexcept {
    return !failure_ && wire_.unread().empty() && SSL_has_pending(connection_.get()) == 0 &&
           (SSL_get_shutdown(connection_.get()) & SSL_RECEIVED_SHUTDOWN) == 0;
}

const tls_peer& tls_engine::peer() const noexcept {
    return peer_ ? *peer_ : nobody();
}

} // namespace ferry::io
