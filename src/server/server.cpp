// The public server: its options made into a network, a storage and a service on one event loop.
#include "io/signals.hpp"
#include "io/stream.hpp"
#include "io/tls_certificate.hpp"
#include "io/tls_context.hpp"
#include "server/service.hpp"
#include "server/storage.hpp"

#include <ferry/server.hpp>

#include <optional>

namespace ferry {

namespace {

/// Connections that wait while others are accepted.
constexpr int backlog = 512;

result<io::tls_identity> identity_of(const server_tls_options& wanted) {
    if (!wanted.certificate_file.empty())
        return io::tls_identity::load(wanted.certificate_file, wanted.key_file);
    if (wanted.certificate.empty()) return fail(errc::usage, "TLS needs a certificate");
    return io::tls_identity(wanted.certificate, wanted.key);
}

result<io::tls_server_context> context_of(const server_tls_options& wanted,
                                          io::tls_identity identity) {
    io::tls_server_settings settings(std::move(identity));
    settings.minimum = wanted.minimum;
    settings.ciphers = wanted.ciphers;
    settings.cipher_suites = wanted.cipher_suites;
    settings.ticket_key_life = wanted.ticket_key_life;
    return io::tls_server_context::make(settings);
}

} // namespace

struct server::state {
    explicit state(server_options wanted)
        : options(std::move(wanted)), network(io::make_tcp_network(where)) {}

    server_options options;
    io::context where;
    std::unique_ptr<io::network> network;
    std::unique_ptr<server_side::storage> files;
    std::unique_ptr<io::acceptor> listening;
    std::unique_ptr<io::acceptor> listening_tls;
    std::optional<io::tls_server_context> tls;
    std::string fingerprint;
    endpoint at;
    std::optional<server_side::service> service;
    std::optional<io::signal_watch> signals;

    result<> prepare_tls();
    result<> listen();
};

result<> server::state::prepare_tls() {
    if (!options.tls) return {};
    auto identity = identity_of(*options.tls);
    if (!identity) return fail(std::move(identity.error()));
    auto shown = read_certificate(identity->certificate);
    if (!shown) return fail(std::move(shown.error()));
    auto made = context_of(*options.tls, std::move(*identity));
    if (!made) return fail(std::move(made.error()));
    fingerprint = std::move(shown->fingerprint);
    tls = std::move(*made);
    return {};
}

result<> server::state::listen() {
    auto opened = network->listen(endpoint(options.listen_address, options.port), backlog);
    if (!opened) return fail(std::move(opened.error()));
    if (options.tls && options.tls->implicit_port) {
        const endpoint second(options.listen_address, *options.tls->implicit_port);
        auto opened_tls = network->listen(second, backlog);
        if (!opened_tls) return fail(std::move(opened_tls.error()));
        listening_tls = std::move(*opened_tls);
    }
    listening = std::move(*opened);
    at = listening->local();
    return {};
}

server::server(server_options options) : state_(std::make_unique<state>(std::move(options))) {}

server::~server() = default;

result<> server::start() {
    auto& own = *state_;
    if (own.options.directory.empty()) return fail(errc::usage, "no directory to serve");
    if (own.options.users.empty() && !own.options.anonymous)
        return fail(errc::usage, "nobody could log in: neither a user nor anonymous");
    auto files = server_side::open_directory_storage(own.options.directory);
    if (!files) return fail(std::move(files.error()));
    if (auto prepared = own.prepare_tls(); !prepared) return prepared;
    if (auto listening = own.listen(); !listening) return listening;
    own.files = std::move(*files);
    own.service.emplace(*own.network, *own.files, own.options, own.tls);
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

std::uint16_t server::implicit_port() const noexcept {
    return state_->listening_tls ? state_->listening_tls->local().port : std::uint16_t{0};
}

const std::string& server::fingerprint() const noexcept {
    return state_->fingerprint;
}

result<> server::run() {
    auto& own = *state_;
    if (!own.service) return fail(errc::usage, "the server has not been started");
    own.where.run(own.service->serve(*own.listening, own.listening_tls.get()));
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
