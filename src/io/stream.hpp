// Connections as bytes: what TCP, TLS and memory have in common.
//
// A stream is used by at most one reading and one writing task at a time, on its context.
#pragma once

#include "base/endpoint.hpp"
#include "io/task.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace ferry::io {

class stream {
public:
    virtual ~stream() = default;

    /// At least one byte, or 0 at the orderly end. Errors: `connection_lost`, `interrupted`, and
    /// the cause given to `set_limit`.
    [[nodiscard]] virtual task<result<std::size_t>> read_some(std::span<char> into) = 0;
    /// All of `bytes`, which must stay valid. Errors as `read_some`.
    [[nodiscard]] virtual task<result<>> write(std::string_view bytes) = 0;

    /// As `write`, with the last byte as TCP urgent data where there is such a thing (Telnet Synch,
    /// RFC 854).
    [[nodiscard]] virtual task<result<>> write_urgent(std::string_view bytes) {
        return write(bytes);
    }

    /// No more writing: the peer sees the orderly end, behind all that was written.
    [[nodiscard]] virtual task<result<>> finish_writing() = 0;
    /// Closes both ways; waiting operations fail with `interrupted`. Safe to repeat. Not
    /// `finish_writing`: the peer may see a broken connection if bytes are on their way.
    virtual void close() noexcept = 0;

    /// Whether the connection stands and nothing from the peer lies unread. Only looks: waits for
    /// nothing, takes and sends nothing.
    [[nodiscard]] virtual bool is_quiet() const noexcept = 0;

    /// From now on an operation that makes no progress for `limit` fails with `cause`; no limit if
    /// zero.
    virtual void set_limit(milliseconds limit, errc cause) noexcept = 0;

    [[nodiscard]] virtual endpoint local() const = 0;
    [[nodiscard]] virtual endpoint remote() const = 0;

    /// The socket, if its bytes are the stream's own, for sendfile and splice; -1 otherwise.
    [[nodiscard]] virtual int plain_socket() const noexcept { return -1; }

    /// Waits until the plain socket can be read (or written). Errors as `read_some`.
    [[nodiscard]] virtual task<result<>> wait_readable();
    [[nodiscard]] virtual task<result<>> wait_writable();
};

class acceptor {
public:
    virtual ~acceptor() = default;
    /// The next connection. `interrupted` when closed or cancelled; after `set_limit`, its cause.
    [[nodiscard]] virtual task<result<std::unique_ptr<stream>>> accept() = 0;
    virtual void close() noexcept = 0;
    virtual void set_limit(milliseconds limit, errc cause) noexcept = 0;
    [[nodiscard]] virtual endpoint local() const = 0;
};

/// Limits of one dial.
class dial_options {
public:
    dial_options() = default;
    milliseconds resolve_limit{30'000};
    milliseconds connect_limit{30'000};
    /// Before the next address is tried beside the one that has not answered (RFC 8305, 5).
    milliseconds attempt_delay{250};
    /// The local address to come from; empty: the system's choice.
    std::string local_address;
};

/// Where connections come from. Sessions see only this, so that tests can give them a network in
/// memory.
class network {
public:
    explicit network(context& where) : context_(&where) {}

    virtual ~network() = default;
    network(const network&) = delete;
    network& operator=(const network&) = delete;

    [[nodiscard]] context& where() const noexcept { return *context_; }

    /// Looks up `host` (a name or a numeric address) and connects to the first of its addresses
    /// that answers, racing IPv6 and IPv4 (RFC 8305). Errors: `resolve_failed`, `resolve_timeout`,
    /// `connect_failed`, `connect_timeout`, `connection_lost` if one was reset while it came about,
    /// `interrupted`; their detail names the addresses tried.
    [[nodiscard]] virtual task<result<std::unique_ptr<stream>>>
    dial(std::string host, std::uint16_t port, dial_options options) = 0;

    /// Listens at a numeric address; port 0 lets the system choose. `connect_failed` with the
    /// system's words if it cannot.
    [[nodiscard]] virtual result<std::unique_ptr<acceptor>> listen(const endpoint& at,
                                                                   int backlog) = 0;

private:
    context* context_;
};

/// Real sockets, with TCP_NODELAY and keepalive. `where` must outlive it and its streams.
[[nodiscard]] std::unique_ptr<network> make_tcp_network(context& where);

} // namespace ferry::io
