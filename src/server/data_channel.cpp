#include "server/data_channel.hpp"

#include "wire/address.hpp"

#include <chrono>
#include <random>

namespace ferry::server_side {

namespace {

/// The peer's one connection, and some of strangers until they are dropped.
constexpr int backlog = 8;
/// The ports that are for such use (RFC 6335, 6). Chosen here and not by the system, which becomes
/// slow at it when thousands of past connections are still remembered: measured on loopback, 200
/// files a second in place of some thousands.
constexpr std::uint16_t first_port = 49'152;
constexpr unsigned port_count = 65'536 - first_port;
constexpr int port_attempts = 16;

/// Nobody can tell which port comes next (threats S2).
std::uint16_t random_port() {
    thread_local std::random_device source;
    return static_cast<std::uint16_t>(first_port + source() % port_count);
}

} // namespace

data_channel::data_channel(io::network& network, endpoint local, endpoint peer)
    : network_(&network)
    , local_(std::move(local))
    , peer_(std::move(peer))
    , dialing_(network.where()) {}

result<endpoint> data_channel::listen() {
    close();
    auto listening = network_->listen(endpoint(local_.address, random_port()), backlog);
    for (int attempt = 1; !listening && attempt <= port_attempts; ++attempt) {
        // Most likely in use. At last the system may choose, and says why it cannot.
        const auto port = attempt < port_attempts ? random_port() : std::uint16_t{0};
        listening = network_->listen(endpoint(local_.address, port), backlog);
    }
    if (!listening) return fail(std::move(listening.error()));
    acceptor_ = std::move(*listening);
    return acceptor_->local();
}

void data_channel::connect_to(endpoint target) {
    close();
    target_ = std::move(target);
}

io::task<result<>> data_channel::open(io::milliseconds limit) {
    if (acceptor_) {
        auto accepted = co_await accept_peer(limit);
        acceptor_ = nullptr;
        co_return accepted;
    }
    dialing_.spawn(dial_target(limit));
    co_await dialing_.join();
    target_.reset();
    if (!stream_) co_return fail(dial_problem_);
    co_return result<>();
}

io::task<result<>> data_channel::accept_peer(io::milliseconds limit) {
    using clock = std::chrono::steady_clock;
    const auto give_up = clock::now() + limit;
    while (true) {
        const auto left = std::chrono::ceil<io::milliseconds>(give_up - clock::now());
        if (limit.count() > 0 && left.count() <= 0)
            co_return fail(errc::data_connection_failed, "only strangers connected");
        acceptor_->set_limit(limit.count() > 0 ? left : limit, errc::data_connection_failed);
        auto next = co_await acceptor_->accept();
        if (!next) co_return fail(std::move(next.error()));
        if (!wire::same_address((*next)->remote().address, peer_.address)) continue;
        stream_ = std::move(*next);
        co_return result<>();
    }
}

io::task<> data_channel::dial_target(io::milliseconds limit) {
    io::dial_options options;
    options.connect_limit = limit;
    options.local_address = local_.address;
    auto dialed = co_await network_->dial(target_->address, target_->port, options);
    if (dialed)
        stream_ = std::move(*dialed);
    else
        dial_problem_ = std::move(dialed.error());
}

io::task<result<>> data_channel::secure(const io::tls_server_context& context,
                                        io::tls_server_handshake wanted, io::milliseconds limit) {
    auto over = std::make_unique<io::tls_stream>(context, std::move(stream_), wanted);
    auto& shaking = *over;
    tls_ = over.get();
    stream_ = std::move(over);
    shaking.set_limit(limit, errc::data_connection_failed);
    return shaking.handshake();
}

void data_channel::abort() noexcept {
    if (stream_) stream_->close();
    if (acceptor_) acceptor_->close();
    dialing_.cancel();
}

void data_channel::close() noexcept {
    tls_ = nullptr;
    stream_ = nullptr;
    acceptor_ = nullptr;
    target_.reset();
}

} // namespace ferry::server_side
