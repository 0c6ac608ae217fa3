#include "client/session.hpp"

#include "client/login.hpp"
#include "client/security.hpp"
#include "client/stream_control.hpp"
#include "io/host_name.hpp"

namespace ferry::client_side {

namespace {

class no_connection final : public control {
public:
    [[nodiscard]] task<result<>> send(std::string, std::string) override {
        co_return fail(errc::connection_lost, "not connected");
    }

    [[nodiscard]] task<result<reply>> receive(patience) override {
        co_return fail(errc::connection_lost, "not connected");
    }

    [[nodiscard]] task<result<>> send_abort() override {
        co_return fail(errc::connection_lost, "not connected");
    }

    void close() noexcept override {}

    [[nodiscard]] bool is_open() const noexcept override { return false; }

    [[nodiscard]] endpoint local() const override { return {}; }

    [[nodiscard]] endpoint remote() const override { return {}; }

    void note(std::string_view) override {}
};

plan::data_policy policy_of(data_mode mode) noexcept {
    switch (mode) {
    case data_mode::passive:
        return plan::data_policy::passive_only;
    case data_mode::active:
        return plan::data_policy::active_only;
    case data_mode::automatic:
        break;
    }
    return plan::data_policy::automatic;
}

io::dial_options dial_limits(const client_options& options) {
    io::dial_options limits;
    limits.resolve_limit = options.resolve_timeout;
    limits.connect_limit = options.connect_timeout;
    return limits;
}

} // namespace

session::session(io::network& network, client_options options)
    : network_(&network)
    , options_(std::move(options))
    , talk_(std::make_unique<no_connection>())
    , data_ways_(policy_of(options_.data), false) {}

task<result<>> session::connect(std::string host, std::uint16_t port, bool implicit_tls) {
    talk_->close();
    way_back now;
    now.host = host;
    now.port = port;
    now.implicit_tls = implicit_tls;
    const bool same = back_.host == host && back_.port == port;
    now.answered = same && back_.answered;
    now.has_tls = same && back_.has_tls;
    back_ = std::move(now);
    const auto step = "connect to " + host + " port " + std::to_string(port);
    auto name = io::ascii_host(host);
    if (!name) co_return fail(std::move(name.error().at(step)));
    // Files that cannot be read are told before anybody is spoken to.
    if (implicit_tls || options_.tls.mode != tls_mode::off) {
        const auto context = tls_context();
        if (!context) co_return fail(error(context.error()));
    }
    const auto limits = dial_limits(options_);
    auto stream = co_await network_->dial(*name, port, limits);
    if (!stream) co_return fail(std::move(stream.error().at(step)));
    auto made = std::make_unique<stream_control>(std::move(*stream), options_.reply_timeout,
                                                 options_.on_conversation);
    auto* const connection = made.get();
    attach(std::move(made));
    wire_ = connection;
    talk_->note("connected to " + to_string(talk_->remote()));
    if (implicit_tls) {
        auto secured = co_await secure_control(*this, *name);
        if (!secured) co_return secured;
    }
    auto greeted = co_await read_greeting(*talk_);
    back_.answered = back_.answered || greeted.has_value();
    if (greeted && !implicit_tls && options_.tls.mode != tls_mode::off)
        greeted = co_await ask_for_tls(*this, *name);
    back_.has_tls = back_.has_tls || (greeted && security_.has_value());
    co_return greeted;
}

result<const io::tls_client_context*> session::tls_context() {
    if (!tls_context_) {
        auto made = make_tls_context(options_.tls);
        if (!made) return fail(std::move(made.error()));
        tls_context_ = std::move(*made);
    }
    return &*tls_context_;
}

void session::attach(std::unique_ptr<control> connection) {
    talk_ = std::move(connection);
    wire_ = nullptr;
    security_.reset();
    memory_ = server_memory();
    data_ways_ = plan::data_ladder(policy_of(options_.data), talk_->remote().is_v6());
}

io::rate_limits limits_of(const session& with, const transfer_options& options) {
    io::rate_limits all;
    if (with.options().limit) all.push_back(with.options().limit);
    if (options.limit > 0) all.push_back(std::make_shared<rate_limit>(options.limit));
    return all;
}

task<result<const wire::features*>> features_of(session& with) {
    auto& known = with.memory().features;
    if (!known) {
        auto got = co_await exchange(with.talk(), "FEAT");
        if (!got) co_return fail(std::move(got.error()));
        if (got->intermediate()) co_return refuse(with.talk(), *got, "FEAT", {});
        known = got->completed() ? wire::features(*got) : wire::features();
        if (known->has("UTF8")) {
            // RFC 2640 makes UTF-8 the rule where it is listed; some servers must be told.
            auto switched = co_await exchange(with.talk(), "OPTS", "UTF8 ON");
            if (!switched) co_return fail(std::move(switched.error()));
        }
    }
    co_return &*known;
}

task<result<>> set_type(session& with, char type) {
    if (with.memory().type == type) co_return result<>();
    auto done = co_await command(with.talk(), "TYPE", std::string(1, type));
    if (!done) co_return fail(std::move(done.error()));
    with.memory().type = type;
    co_return result<>();
}

} // namespace ferry::client_side
