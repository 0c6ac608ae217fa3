#include "io/tcp.hpp"

#include "base/units.hpp"

#include <algorithm>
#include <cerrno>

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace ferry::io {

namespace {

/// A dead peer is noticed within about two minutes, on control connections that idle behind a
/// firewall during a long transfer too.
void keep_alive(int descriptor) noexcept {
    const auto set = [descriptor](int level, int name, int value) {
        ::setsockopt(descriptor, level, name, &value, sizeof value);
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 15);
    set(IPPROTO_TCP, TCP_KEEPCNT, 4);
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    // Telnet Synch comes as urgent data and must stay in its place among the bytes (RFC
    // 1123, 4.1.3).
    set(SOL_SOCKET, SO_OOBINLINE, 1);
}

error last_error() {
    const std::error_code os(errno, std::system_category());
    return error(errc::connection_lost, os.message());
}

/// Asks the system how much was written that the peer has not acknowledged.
class unacknowledged {
public:
    [[nodiscard]] static int name() noexcept { return SIOCOUTQ; }

    [[nodiscard]] void* data() noexcept { return &bytes; }

    int bytes = 0;
};

int bytes_on_their_way(tcp::socket& socket) noexcept {
    unacknowledged asked;
    boost::system::error_code ignored;
    socket.io_control(asked, ignored);
    return asked.bytes;
}

bool would_block() noexcept {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

} // namespace

endpoint to_endpoint(const tcp::endpoint& where) {
    auto address = where.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return endpoint(address.to_string(), where.port());
}

std::optional<tcp::endpoint> from_endpoint(const endpoint& where) {
    boost::system::error_code problem;
    const auto address = asio::ip::make_address(where.address, problem);
    if (problem) return std::nullopt;
    return tcp::endpoint(address, where.port);
}

error socket_error(const boost::system::error_code& problem, errc otherwise) {
    if (problem == asio::error::operation_aborted || problem == asio::error::bad_descriptor)
        return error(errc::interrupted);
    return error(otherwise, problem.message());
}

tcp_stream::tcp_stream(tcp::socket socket)
    : socket_(std::move(socket)), watch_(socket_.get_executor(), [this] {
        boost::system::error_code ignored;
        socket_.cancel(ignored);
    }) {
    boost::system::error_code ignored;
    socket_.native_non_blocking(true, ignored);
    keep_alive(socket_.native_handle());
    local_ = to_endpoint(socket_.local_endpoint(ignored));
    remote_ = to_endpoint(socket_.remote_endpoint(ignored));
}

tcp_stream::~tcp_stream() = default;

task<result<std::size_t>> tcp_stream::read_some(std::span<char> into) {
    while (true) {
        const auto got = ::recv(plain_socket(), into.data(), into.size(), 0);
        if (got >= 0) co_return static_cast<std::size_t>(got);
        if (errno == EINTR) continue;
        if (errno == EBADF) co_return fail(errc::interrupted);
        if (!would_block()) co_return fail(last_error());
        auto ready = co_await wait_readable();
        if (!ready) co_return fail(std::move(ready.error()));
    }
}

task<result<>> tcp_stream::write(std::string_view bytes) {
    return send_all(bytes, 0);
}

task<result<>> tcp_stream::write_urgent(std::string_view bytes) {
    if (bytes.empty()) co_return result<>();
    auto sent = co_await send_all(bytes.substr(0, bytes.size() - 1), 0);
    if (!sent) co_return sent;
    co_return co_await send_all(bytes.substr(bytes.size() - 1), MSG_OOB);
}

task<result<>> tcp_stream::send_all(std::string_view bytes, int flags) {
    while (!bytes.empty()) {
        const auto sent = ::send(plain_socket(), bytes.data(), bytes.size(), flags | MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (errno == EINTR) continue;
        if (errno == EBADF) co_return fail(errc::interrupted);
        if (!would_block()) co_return fail(last_error());
        auto ready = co_await wait_writable();
        if (!ready) co_return ready;
    }
    co_return result<>();
}

task<result<>> tcp_stream::finish_writing() {
    boost::system::error_code problem;
    socket_.shutdown(tcp::socket::shutdown_send, problem);
    if (problem) co_return fail(socket_error(problem, errc::connection_lost));
    co_return result<>();
}

void tcp_stream::close() noexcept {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

bool tcp_stream::is_quiet() const noexcept {
    char next = 0;
    ssize_t got = 0;
    do
        got = ::recv(plain_socket(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    return got < 0 && would_block();
}

void tcp_stream::set_limit(milliseconds limit, errc cause) noexcept {
    limit_ = limit;
    cause_ = cause;
}

int tcp_stream::plain_socket() const noexcept {
    return socket_.is_open() ? socket_.native_handle() : -1;
}

task<result<>> tcp_stream::wait_readable() {
    return wait(tcp::socket::wait_read);
}

task<result<>> tcp_stream::wait_writable() {
    return wait(tcp::socket::wait_write);
}

task<result<>> tcp_stream::wait(tcp::socket::wait_type what) {
    // The system tells of room in large portions: a slow reader may be taking bytes all the time.
    const bool writes = what == tcp::socket::wait_write;
    const int most_looks = writes ? 4 : 1;
    int left = writes ? bytes_on_their_way(socket_) : 0;
    int looks = 0;
    while (true) {
        const bool cancelled = co_await take_cancellation();
        if (cancelled) co_return fail(errc::interrupted);
        watch_.set(limit_.count() == 0 ? limit_ : std::max(limit_ / most_looks, milliseconds(1)));
        const auto [problem] = co_await socket_.async_wait(what, use_task);
        const bool expired = watch_.expired();
        watch_.clear();
        if (!problem) co_return result<>();
        if (expired) {
            const int left_now = writes ? bytes_on_their_way(socket_) : 0;
            looks = left_now < left ? 0 : looks + 1;
            if (looks >= most_looks) co_return fail(cause_, waited(limit_));
            left = left_now;
            continue;
        }
        if (problem == asio::error::operation_aborted) co_return co_await interrupted();
        co_return fail(socket_error(problem, errc::connection_lost));
    }
}

} // namespace ferry::io
