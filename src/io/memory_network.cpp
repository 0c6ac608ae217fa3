#include "io/memory_network.hpp"

#include "base/units.hpp"
#include "io/mailbox.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace ferry::io {

/// What all connections of one network share: the faults and how far they are.
struct memory_network::state {
    state(context& home, memory_faults wanted) : where(&home), faults(wanted) {}

    context* where;
    memory_faults faults;
    std::uint64_t operations = 0;
    std::uint64_t bytes = 0;
    std::uint16_t next_port = 40'000;

    struct listener {
        explicit listener(context& where) : arrivals(where) {}

        mailbox<std::unique_ptr<stream>> arrivals;
    };

    std::map<std::uint16_t, std::weak_ptr<listener>> listeners;

    [[nodiscard]] bool broken() const noexcept {
        return operations >= faults.break_after_operations || bytes >= faults.break_after_bytes;
    }
};

namespace {

using shared_state = std::shared_ptr<memory_network::state>;

/// How many bytes wait unread before a writer has to: small, so that tests meet a full one.
constexpr std::size_t channel_capacity = 64 * 1024;

/// One direction of a connection.
struct channel {
    explicit channel(context& where) : readable(where), writable(where) {}

    void close() {
        closed = true;
        readable.set();
        writable.set();
    }

    std::string bytes;
    bool ended = false;  ///< the writer will write no more
    bool closed = false; ///< one side is gone
    wake_up readable;
    wake_up writable;
};

class memory_stream final : public stream {
public:
    memory_stream(shared_state network, std::shared_ptr<channel> in, std::shared_ptr<channel> out,
                  endpoint local, endpoint remote)
        : network_(std::move(network))
        , in_(std::move(in))
        , out_(std::move(out))
        , local_(std::move(local))
        , remote_(std::move(remote)) {}

    ~memory_stream() override { memory_stream::close(); }

    memory_stream(const memory_stream&) = delete;
    memory_stream& operator=(const memory_stream&) = delete;

    [[nodiscard]] task<result<std::size_t>> read_some(std::span<char> into) override {
        auto counted = count_operation();
        if (!counted) co_return fail(std::move(counted.error()));
        while (in_->bytes.empty()) {
            if (closed_here_) co_return fail(errc::interrupted);
            if (in_->ended) co_return std::size_t{0};
            if (in_->closed) co_return fail(errc::connection_lost, "reset");
            auto woken = co_await in_->readable.wait(limit());
            if (!woken) co_return fail(named(std::move(woken.error())));
            if (network_->broken()) co_return fail(broken());
        }
        std::size_t count = std::min(into.size(), in_->bytes.size());
        if (const auto cap = network_->faults.largest_read; cap != 0) count = std::min(count, cap);
        std::copy_n(in_->bytes.begin(), count, into.begin());
        in_->bytes.erase(0, count);
        in_->writable.set();
        network_->bytes += count;
        co_return count;
    }

    [[nodiscard]] task<result<>> write(std::string_view bytes) override {
        auto counted = count_operation();
        if (!counted) co_return counted;
        while (!bytes.empty()) {
            if (closed_here_) co_return fail(errc::interrupted);
            if (out_->closed) co_return fail(errc::connection_lost, "reset");
            if (out_->bytes.size() >= channel_capacity) {
                auto woken = co_await out_->writable.wait(limit());
                if (!woken) co_return fail(named(std::move(woken.error())));
                if (network_->broken()) co_return fail(broken());
                continue;
            }
            const auto count = std::min(bytes.size(), channel_capacity - out_->bytes.size());
            out_->bytes += bytes.substr(0, count);
            out_->readable.set();
            bytes.remove_prefix(count);
        }
        co_return result<>();
    }

    [[nodiscard]] task<result<>> finish_writing() override {
        out_->ended = true;
        out_->readable.set();
        co_return result<>();
    }

    void close() noexcept override {
        if (closed_here_) return;
        closed_here_ = true;
        // As TCP: what was written before still arrives, unless bytes were left unread here.
        if (in_->bytes.empty()) out_->ended = true;
        out_->close();
        in_->close();
    }

    [[nodiscard]] bool is_quiet() const noexcept override {
        return in_->bytes.empty() && !in_->ended && !in_->closed && !network_->broken();
    }

    void set_limit(milliseconds limit, errc cause) noexcept override {
        limit_ = limit;
        cause_ = cause;
    }

    [[nodiscard]] endpoint local() const override { return local_; }

    [[nodiscard]] endpoint remote() const override { return remote_; }

private:
    [[nodiscard]] std::optional<milliseconds> limit() const {
        return limit_.count() == 0 ? std::nullopt : std::optional(limit_);
    }

    [[nodiscard]] error named(error waiting) const {
        return waiting.code() == errc::reply_timeout ? error(cause_, waited(limit_))
                                                     : std::move(waiting);
    }

    [[nodiscard]] error broken() {
        close();
        return error(errc::connection_lost, "broken by the test");
    }

    [[nodiscard]] result<> count_operation() {
        if (closed_here_) return fail(errc::interrupted);
        if (network_->broken()) return fail(broken());
        ++network_->operations;
        return {};
    }

    shared_state network_;
    std::shared_ptr<channel> in_;
    std::shared_ptr<channel> out_;
    endpoint local_;
    endpoint remote_;
    milliseconds limit_{0};
    errc cause_ = errc::connection_lost;
    bool closed_here_ = false;
};

std::pair<std::unique_ptr<stream>, std::unique_ptr<stream>>
make_pair(const shared_state& network, const endpoint& a, const endpoint& b) {
    const auto a_to_b = std::make_shared<channel>(*network->where);
    const auto b_to_a = std::make_shared<channel>(*network->where);
    return {std::make_unique<memory_stream>(network, b_to_a, a_to_b, a, b),
            std::make_unique<memory_stream>(network, a_to_b, b_to_a, b, a)};
}

class memory_acceptor final : public acceptor {
public:
    memory_acceptor(shared_state network, std::shared_ptr<memory_network::state::listener> arrivals,
                    endpoint local)
        : network_(std::move(network)), listener_(std::move(arrivals)), local_(std::move(local)) {}

    [[nodiscard]] task<result<std::unique_ptr<stream>>> accept() override {
        const auto held = listener_;
        if (!held) co_return fail(errc::interrupted);
        std::optional<milliseconds> limit;
        if (limit_.count() != 0) limit = limit_;
        auto next = co_await held->arrivals.pop(limit);
        if (!next && next.error().code() == errc::reply_timeout)
            co_return fail(cause_, waited(limit_));
        // Closing puts nothing into the box, to wake who waits.
        if (next && *next == nullptr) co_return fail(errc::interrupted);
        co_return next;
    }

    void close() noexcept override {
        if (!listener_) return;
        network_->listeners.erase(local_.port);
        listener_->arrivals.push(nullptr);
        listener_ = nullptr;
    }

    ~memory_acceptor() override { memory_acceptor::close(); }

    memory_acceptor(const memory_acceptor&) = delete;
    memory_acceptor& operator=(const memory_acceptor&) = delete;

    void set_limit(milliseconds limit, errc cause) noexcept override {
        limit_ = limit;
        cause_ = cause;
    }

    [[nodiscard]] endpoint local() const override { return local_; }

private:
    shared_state network_;
    std::shared_ptr<memory_network::state::listener> listener_;
    endpoint local_;
    milliseconds limit_{0};
    errc cause_ = errc::connect_timeout;
};

} // namespace

memory_network::memory_network(context& where, memory_faults faults)
    : network(where), state_(std::make_shared<state>(where, faults)) {}

memory_network::~memory_network() = default;

task<result<std::unique_ptr<stream>>> memory_network::dial(std::string host, std::uint16_t port,
                                                           dial_options options) {
    if (state_->broken()) co_return fail(errc::connect_failed, "broken by the test");
    ++state_->operations;
    const auto found = state_->listeners.find(port);
    const auto there = found == state_->listeners.end() ? nullptr : found->second.lock();
    if (!there) co_return fail(errc::connect_failed, "nobody listens");
    const endpoint from(options.local_address.empty() ? host : options.local_address,
                        ++state_->next_port);
    const endpoint to(host, port);
    auto [mine, theirs] = make_pair(state_, from, to);
    there->arrivals.push(std::move(theirs));
    co_return std::move(mine);
}

result<std::unique_ptr<acceptor>> memory_network::listen(const endpoint& at, int) {
    endpoint local = at;
    if (local.port == 0) local.port = ++state_->next_port;
    if (state_->listeners.contains(local.port))
        return fail(errc::connect_failed, "listening on " + to_string(local) + ": in use");
    const auto listener = std::make_shared<state::listener>(where());
    state_->listeners[local.port] = listener;
    std::unique_ptr<acceptor> made = std::make_unique<memory_acceptor>(state_, listener, local);
    return made;
}

std::uint64_t memory_network::operations() const noexcept {
    return state_->operations;
}

std::uint64_t memory_network::bytes() const noexcept {
    return state_->bytes;
}

std::pair<std::unique_ptr<stream>, std::unique_ptr<stream>> make_memory_pair(context& where) {
    const auto network = std::make_shared<memory_network::state>(where, memory_faults());
    return make_pair(network, endpoint("127.0.0.1", 40'001), endpoint("127.0.0.1", 40'002));
}

} // namespace ferry::io
