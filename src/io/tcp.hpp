// TCP sockets as streams. Private to the io layer.
#pragma once

#include "io/deadline.hpp"
#include "io/stream.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>

namespace ferry::io {

using tcp = asio::ip::tcp;

/// IPv4-mapped IPv6 becomes IPv4.
[[nodiscard]] endpoint to_endpoint(const tcp::endpoint& where);
/// Nothing if the address is not numeric.
[[nodiscard]] std::optional<tcp::endpoint> from_endpoint(const endpoint& where);

/// A failed socket operation: `interrupted` if it was cancelled or the socket closed under it.
[[nodiscard]] error socket_error(const boost::system::error_code& problem, errc otherwise);

class tcp_stream final : public stream {
public:
    /// Takes a connected socket.
    explicit tcp_stream(tcp::socket socket);
    ~tcp_stream() override;

    [[nodiscard]] task<result<std::size_t>> read_some(std::span<char> into) override;
    [[nodiscard]] task<result<>> write(std::string_view bytes) override;
    [[nodiscard]] task<result<>> write_urgent(std::string_view bytes) override;
    [[nodiscard]] task<result<>> finish_writing() override;
    void close() noexcept override;
    [[nodiscard]] bool is_quiet() const noexcept override;
    void set_limit(milliseconds limit, errc cause) noexcept override;

    [[nodiscard]] endpoint local() const override { return local_; }

    [[nodiscard]] endpoint remote() const override { return remote_; }

    [[nodiscard]] int plain_socket() const noexcept override;
    [[nodiscard]] task<result<>> wait_readable() override;
    [[nodiscard]] task<result<>> wait_writable() override;

private:
    [[nodiscard]] task<result<>> wait(tcp::socket::wait_type what);
    [[nodiscard]] task<result<>> send_all(std::string_view bytes, int flags);

    mutable tcp::socket socket_; // native_handle is not const
    deadline watch_;
    milliseconds limit_{0};
    errc cause_ = errc::connection_lost;
    endpoint local_;
    endpoint remote_;
};

} // namespace ferry::io
