// The public server: its options made into a network, a storage and a service on one event loop.
#include "io/signals.hpp"
#include "io/stream.hpp"
#include "server/service.hpp"
#include "server/storage.hpp"

#include <ferry/server.hpp>

#include <optional>

namespace ferry {

namespace {

/// Connections that wait while others are accepted.
constexpr int backlog = 512;

} // namespace

struct server::state {
    explicit state(server_options wanted)
        : options(std::move(wanted)), network(io::make_tcp_network(where)) {}

    server_options options;
    io::context where;
    std::unique_ptr<io::network> network;
    std::unique_ptr<server_side::storage> files;
    std::unique_ptr<io::acceptor> listening;
    endpoint at;
    std::optional<server_side::service> service;
    std::optional<io::signal_watch> signals;
};

server::server(server_options options) : state_(std::make_unique<state>(std::move(options))) {}

server::~server() = default;

result<> server::start() {
    auto& own = *state_;
    if (own.options.directory.empty()) return fail(errc::usage, "no directory to serve");
    if (own.options.users.empty() && !own.options.anonymous)
        return fail(errc::usage, "nobody could log in: neither a user nor anonymous");
    auto files = server_side::open_directory_storage(own.options.directory);
    if (!files) return fail(std::move(files.error()));
    auto listening =
        own.network->listen(endpoint(own.options.listen_address, own.options.port), backlog);
    if (!listening) return fail(std::move(listening.error()));
    own.files = std::move(*files);
    own.listening = std::move(*listening);
    own.at = own.listening->local();
    own.service.emplace(*own.network, *own.files, own.options);
    // From now on, not from `run` on: who has read the address may send a signal at once.
    if (own.options.stop_on_signals)
        own.signals.emplace(own.where,
                            std::initializer_list<int>{io::interrupt_signal, io::terminate_signal},
                            [&own](int) { own.service->stop(); });
    return {};
}

std::string server::address() const {
    return state_->at.address;
}

std::uint16_t server::port() const noexcept {
    return state_->at.port;
}

result<> server::run() {
    auto& own = *state_;
    if (!own.service) return fail(errc::usage, "the server has not been started");
    own.where.run(own.service->serve(*own.listening));
    own.signals.reset();
    return {};
}

void server::stop() noexcept {
    auto& own = *state_;
    own.where.post([&own] {
        if (own.service) own.service->stop();
    });
}

} // namespace ferry
