#include "base/units.hpp"
#include "io/mailbox.hpp"
#include "io/resolve.hpp"
#include "io/task_group.hpp"

#include <cerrno>

namespace ferry::io {

namespace {

/// One try of a dial: its socket, or why not.
class attempt {
public:
    attempt() = default;
    std::unique_ptr<stream> connected;
    std::string failure;
    bool was_lost = false;
};

class tcp_acceptor final : public acceptor {
public:
    explicit tcp_acceptor(tcp::acceptor listening)
        : acceptor_(std::move(listening)), watch_(acceptor_.get_executor(), [this] {
            boost::system::error_code ignored;
            acceptor_.cancel(ignored);
        }) {
        boost::system::error_code ignored;
        local_ = to_endpoint(acceptor_.local_endpoint(ignored));
    }

    [[nodiscard]] task<result<std::unique_ptr<stream>>> accept() override {
        while (true) {
            const bool cancelled = co_await take_cancellation();
            if (cancelled) co_return fail(errc::interrupted);
            watch_.set(limit_);
            auto [problem, socket] = co_await acceptor_.async_accept(use_task);
            const bool expired = watch_.expired();
            watch_.clear();
            if (!problem) {
                std::unique_ptr<stream> made = std::make_unique<tcp_stream>(std::move(socket));
                co_return made;
            }
            if (expired) co_return fail(cause_, waited(limit_));
            if (problem == asio::error::operation_aborted) co_return co_await interrupted();
            // The peer left before it was accepted: not our failure.
            if (problem == asio::error::connection_aborted) continue;
            co_return fail(socket_error(problem, errc::connect_failed));
        }
    }

    void close() noexcept override {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
    }

    void set_limit(milliseconds limit, errc cause) noexcept override {
        limit_ = limit;
        cause_ = cause;
    }

    [[nodiscard]] endpoint local() const override { return local_; }

private:
    tcp::acceptor acceptor_;
    deadline watch_;
    milliseconds limit_{0};
    errc cause_ = errc::connect_timeout;
    endpoint local_;
};

/// Connects to one address and tells the mailbox how it went.
task<> try_address(context& where, tcp::endpoint to, std::string from, mailbox<attempt>& told) {
    attempt mine;
    tcp::socket socket(where.native());
    boost::system::error_code problem;
    socket.open(to.protocol(), problem);
    if (!problem && !from.empty()) {
        const auto local = from_endpoint(endpoint(from, 0));
        if (local) socket.bind(*local, problem);
    }
    if (!problem) {
        const auto [connect_problem] = co_await socket.async_connect(to, use_task);
        problem = connect_problem;
    }
    // A reset means that somebody was there: a server at its limit, or one that is being restarted.
    mine.was_lost = problem == asio::error::connection_reset;
    if (problem)
        mine.failure = to_string(to_endpoint(to)) + ": " + problem.message();
    else
        mine.connected = std::make_unique<tcp_stream>(std::move(socket));
    told.push(std::move(mine));
}

/// Races the addresses (RFC 8305, 5): each gets `attempt_delay` before the next is tried beside it,
/// and a failure brings on the next at once.
class race {
public:
    race(context& where, std::vector<tcp::endpoint> addresses, dial_options options)
        : where_(&where)
        , addresses_(std::move(addresses))
        , options_(std::move(options))
        , told_(where)
        , attempts_(where) {}

    [[nodiscard]] task<result<std::unique_ptr<stream>>> run() {
        auto winner = co_await wait_for_winner();
        attempts_.cancel();
        co_await attempts_.join();
        co_return winner;
    }

private:
    using clock = std::chrono::steady_clock;

    void start_next() {
        attempts_.spawn(try_address(*where_, addresses_[started_], options_.local_address, told_));
        ++started_;
    }

    [[nodiscard]] task<result<std::unique_ptr<stream>>> wait_for_winner() {
        const auto give_up = clock::now() + options_.connect_limit;
        std::size_t failed = 0;
        start_next();
        while (failed < addresses_.size()) {
            const auto left = std::chrono::ceil<milliseconds>(give_up - clock::now());
            if (left.count() <= 0)
                co_return fail(errc::connect_timeout,
                               tried() + ", " + waited(options_.connect_limit));
            const bool more = started_ < addresses_.size();
            auto one = co_await told_.pop(more ? std::min(left, options_.attempt_delay) : left);
            if (one && one->connected) co_return std::move(one->connected);
            if (one) {
                ++failed;
                was_lost_ = was_lost_ || one->was_lost;
                failures_ += (failures_.empty() ? "" : ", ") + one->failure;
            } else if (one.error().code() != errc::reply_timeout) {
                co_return fail(std::move(one.error()));
            }
            if (started_ < addresses_.size()) start_next();
        }
        const auto cause = was_lost_ ? errc::connection_lost : errc::connect_failed;
        co_return fail(cause, failures_);
    }

    [[nodiscard]] std::string tried() const {
        std::string all;
        for (std::size_t i = 0; i < started_; ++i)
            all += (all.empty() ? "" : ", ") + to_string(to_endpoint(addresses_[i]));
        return all;
    }

    context* where_;
    std::vector<tcp::endpoint> addresses_;
    dial_options options_;
    mailbox<attempt> told_;
    task_group attempts_;
    std::size_t started_ = 0;
    std::string failures_;
    bool was_lost_ = false;
};

class tcp_network final : public network {
public:
    using network::network;

    [[nodiscard]] task<result<std::unique_ptr<stream>>> dial(std::string host, std::uint16_t port,
                                                             dial_options options) override {
        auto addresses = co_await resolve(where(), host, port, options.resolve_limit);
        if (!addresses) co_return fail(std::move(addresses.error()));
        race racing(where(), std::move(*addresses), std::move(options));
        co_return co_await racing.run();
    }

    [[nodiscard]] result<std::unique_ptr<acceptor>> listen(const endpoint& at,
                                                           int backlog) override {
        const auto address = from_endpoint(at);
        if (!address) return fail(errc::usage, "not a numeric address: " + at.address);
        tcp::acceptor listening(where().native());
        boost::system::error_code problem;
        listening.open(address->protocol(), problem);
        if (!problem) listening.set_option(tcp::acceptor::reuse_address(true), problem);
        if (!problem && address->protocol() == tcp::v6())
            listening.set_option(asio::ip::v6_only(false), problem);
        if (!problem) listening.bind(*address, problem);
        if (!problem) listening.listen(backlog, problem);
        if (problem)
            return fail(errc::connect_failed,
                        "listening on " + to_string(at) + ": " + problem.message());
        std::unique_ptr<acceptor> made = std::make_unique<tcp_acceptor>(std::move(listening));
        return made;
    }
};

} // namespace

std::unique_ptr<network> make_tcp_network(context& where) {
    return std::make_unique<tcp_network>(where);
}

} // namespace ferry::io
