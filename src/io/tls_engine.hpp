// One TLS connection without any waiting: bytes in, bytes out. For the .cpp files of TLS only.
#pragma once

#include "io/tls_context_state.hpp"
#include "io/tls_session_state.hpp"
#include "io/tls_stream.hpp"
#include "io/tls_wire.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>

namespace ferry::io {

/// What a step of the engine came to.
enum class tls_step : std::uint8_t {
    done,
    wants_bytes, ///< more has to come from below
    wants_room,  ///< the socket must take bytes first; only where the kernel seals
    ended,       ///< the peer has said that no more will come
    failed,      ///< `failure` says why
};

class tls_engine {
public:
    /// `socket` is that of the stream below, or -1.
    tls_engine(const tls_client_context& context, tls_client_handshake wanted, int socket);
    tls_engine(const tls_server_context& context, const tls_server_handshake& wanted, int socket);
    ~tls_engine();
    tls_engine(const tls_engine&) = delete;
    tls_engine& operator=(const tls_engine&) = delete;

    [[nodiscard]] tls_wire& wire() noexcept { return wire_; }

    [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }

    /// Until `done`, when facts, peer and family are known.
    [[nodiscard]] tls_step shake_hands();

    [[nodiscard]] bool ready() const noexcept { return ready_; }

    /// Opens records into `into`, as many as are here. `count` bytes are there whatever the step.
    [[nodiscard]] tls_step open(std::span<char> into, std::size_t& count);
    /// Seals all of `bytes`.
    [[nodiscard]] tls_step seal(std::string_view bytes);
    /// Seals close_notify.
    [[nodiscard]] tls_step say_goodbye();

    /// The socket is about to be closed: everything fails with `interrupted` from now on.
    void abandon();

    /// What is written to the socket is sealed by the kernel, and `seal` is not to be used.
    [[nodiscard]] bool kernel_seals() const noexcept { return facts_.kernel_sends; }

    /// Whether nothing of the peer's is here.
    [[nodiscard]] bool is_quiet() const noexcept;

    [[nodiscard]] const tls_facts& facts() const noexcept { return facts_; }

    [[nodiscard]] const tls_peer& peer() const noexcept;

    [[nodiscard]] const std::string& family() const noexcept { return family_; }

    /// For the contexts' callbacks.
    static int session_arrived(SSL* connection, SSL_SESSION* session);
    static int protocols_offered(SSL* connection, const unsigned char** chosen,
                                 unsigned char* chosen_size, const unsigned char* offered,
                                 unsigned offered_size, void* unused);

private:
    void connect(SSL_CTX& library, tls_traffic traffic, int socket);
    void prepare_client();
    void conclude();
    [[nodiscard]] tls_step step_of(int outcome);
    [[nodiscard]] tls_step fail_with(error why);

    std::shared_ptr<const void> context_;
    const tls_trust* trust_ = nullptr; ///< a client's, the context's
    tls_wire wire_;
    connection_pointer connection_;
    std::string host_;
    std::string protocols_; ///< ALPN as on the wire, the best first
    std::shared_ptr<tls_session_cache> sessions_;
    std::shared_ptr<const tls_peer> peer_;
    tls_facts facts_;
    std::string family_;
    std::optional<error> failure_;
    bool is_client_;
    bool ready_ = false;
};

} // namespace ferry::io
