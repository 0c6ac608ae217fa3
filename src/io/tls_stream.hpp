// TLS over another stream.
//
// Made over a connected stream, it shakes hands before anything else. A client's handshake succeeds
// whatever certificate the server has: `peer` tells who it is, and nothing is to be written before
// the caller has asked. Reading ends with 0 only when the peer has said goodbye (close_notify); an
// end without it is `truncated`, because anybody on the way can end a connection.
#pragma once

#include "io/stream.hpp"
#include "io/tls_context.hpp"
#include "io/tls_session.hpp"

#include <ferry/tls.hpp>

#include <memory>
#include <string>
#include <vector>

namespace ferry::io {

class tls_engine;

/// `control`: many that idle, with small buffers. `bulk`: few that carry much.
enum class tls_traffic : std::uint8_t { control, bulk };

class tls_client_handshake {
public:
    explicit tls_client_handshake(std::string server) : host(std::move(server)) {}

    /// Whom the certificate must be for: a DNS name (IDN in A-label form), sent as SNI, or an
    /// address.
    std::string host;
    std::vector<std::string> alpn; ///< the best first; empty: none is offered
    /// Resumed if it holds something, and filled. May be null.
    std::shared_ptr<tls_session_cache> sessions;
    tls_traffic traffic = tls_traffic::control;
};

class tls_server_handshake {
public:
    tls_server_handshake() = default;
    /// What is understood, the best first. A client that offers only others is refused (RFC 7301);
    /// one that offers none is served. Empty: offers are not looked at.
    std::vector<std::string> alpn;
    tls_traffic traffic = tls_traffic::control;
    /// Whether the client gets new tickets in TLS 1.3. Not where it only writes: it would close the
    /// connection with bytes that it has not read, which resets it (RFC 2525, 2.17), and the end of
    /// what it wrote would be lost.
    bool tickets = true;
};

class tls_stream;

/// What is left when TLS has been left.
class plain_rest {
public:
    plain_rest(std::unique_ptr<stream> below, std::string bytes)
        : connection(std::move(below)), early(std::move(bytes)) {}

    std::unique_ptr<stream> connection;
    /// Came behind the peer's goodbye, or in its place. From a server that is to wait for a
    /// command: a forgery.
    std::string early;
};

class tls_stream final : public stream {
public:
    tls_stream(const tls_client_context& context, std::unique_ptr<stream> below,
               tls_client_handshake wanted);
    tls_stream(const tls_server_context& context, std::unique_ptr<stream> below,
               const tls_server_handshake& wanted);
    ~tls_stream() override;

    /// First of all. The limit of `set_limit` holds for the handshake as a whole. Errors:
    /// `tls_failed`, `connection_lost`, `interrupted`, the limit's cause.
    [[nodiscard]] task<result<>> handshake();

    /// Errors beside those of all streams: `truncated`, `tls_failed` (an alert, or forged bytes).
    [[nodiscard]] task<result<std::size_t>> read_some(std::span<char> into) override;
    /// A write that fails or is cancelled half-way breaks the stream for all later ones.
    [[nodiscard]] task<result<>> write(std::string_view bytes) override;
    /// Sends close_notify; reading goes on. The connection below stays open for writing.
    [[nodiscard]] task<result<>> finish_writing() override;
    /// The same, and the connection below ends too, for peers that wait for that.
    [[nodiscard]] task<result<>> finish_connection();
    void close() noexcept override;
    [[nodiscard]] bool is_quiet() const noexcept override;
    void set_limit(milliseconds limit, errc cause) noexcept override;

    [[nodiscard]] endpoint local() const override;
    [[nodiscard]] endpoint remote() const override;

    /// Back to the connection below (CCC, RFC 4217, 5): both sides say goodbye. What the peer still
    /// sends before is an error, `protocol_error`; but one that goes on in the clear at once, as
    /// some do, has left too. The stream is of no use afterwards.
    [[nodiscard]] task<result<plain_rest>> leave();

    // After the handshake:

    [[nodiscard]] const tls_facts& facts() const noexcept;
    /// The server, for clients. Where the session is resumed: as it showed itself when it began.
    [[nodiscard]] const tls_peer& peer() const noexcept;
    /// For servers: whether this connection resumed the session of `control`, or both resumed the
    /// same. Nobody else has the keys for that.
    [[nodiscard]] bool resumes(const tls_stream& control) const noexcept;

private:
    [[nodiscard]] result<> may_write() const;
    [[nodiscard]] task<result<>> fill();
    [[nodiscard]] task<result<>> flush();
    [[nodiscard]] task<result<>> await_turn();
    [[nodiscard]] task<result<>> answer();
    [[nodiscard]] task<result<>> await_goodbye();
    [[nodiscard]] task<result<>> shake_hands();
    [[nodiscard]] result<> limit_below();

    class sending;

    std::unique_ptr<stream> below_;
    std::unique_ptr<tls_engine> engine_;
    std::unique_ptr<sending> sending_;
    milliseconds limit_{0};
    errc cause_ = errc::connection_lost;
    std::chrono::steady_clock::time_point give_up_; ///< of the handshake
    bool finished_ = false;
};

} // namespace ferry::io
