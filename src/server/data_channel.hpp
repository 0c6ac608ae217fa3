// The data connection of a session: announced by PASV, EPSV, PORT or EPRT, opened by a transfer,
// and closed with it (RFC 959, 3.2 and 3.3). Never to or from another host than the control peer
// (threats S1, S2).
#pragma once

#include "io/task_group.hpp"
#include "io/tls_stream.hpp"

#include <memory>
#include <optional>

namespace ferry::server_side {

class data_channel {
public:
    /// `local` and `peer`: the ends of the control connection.
    data_channel(io::network& network, endpoint local, endpoint peer);

    /// Listens at the address the control connection came to, at a random port, another one
    /// for each transfer. Gives the endpoint to announce.
    [[nodiscard]] result<endpoint> listen();
    /// The next transfer connects to this endpoint, which the caller has checked.
    void connect_to(endpoint target);

    [[nodiscard]] bool announced() const noexcept { return acceptor_ || target_; }

    /// Opens what was announced; a stranger's connection is dropped and the peer's still awaited.
    /// `interrupted` after `abort`, `data_connection_failed` when none came about within `limit`.
    [[nodiscard]] io::task<result<>> open(io::milliseconds limit);

    /// Shakes hands over what was opened, in `limit` as a whole. `interrupted` after `abort`,
    /// `tls_failed`, `connection_lost`, `data_connection_failed` when the time is over.
    [[nodiscard]] io::task<result<>> secure(const io::tls_server_context& context,
                                            io::tls_server_handshake wanted,
                                            io::milliseconds limit);

    /// The TLS of the open connection; null without.
    [[nodiscard]] const io::tls_stream* tls() const noexcept { return tls_; }

    /// After `open` succeeded, until `close`.
    [[nodiscard]] io::stream& stream() noexcept { return *stream_; }

    /// Ends what `open` or a pump is doing: it fails with `interrupted`. From another task.
    void abort() noexcept;
    /// Drops the data connection and what was announced.
    void close() noexcept;

private:
    [[nodiscard]] io::task<result<>> accept_peer(io::milliseconds limit);
    [[nodiscard]] io::task<> dial_target(io::milliseconds limit);

    io::network* network_;
    endpoint local_;
    endpoint peer_;
    std::unique_ptr<io::acceptor> acceptor_;
    std::optional<endpoint> target_;
    std::unique_ptr<io::stream> stream_;
    const io::tls_stream* tls_ = nullptr; ///< `stream_`, if it is one
    io::task_group dialing_;
    error dial_problem_{errc::interrupted};
};

} // namespace ferry::server_side
