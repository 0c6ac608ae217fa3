#include "server/service.hpp"

#include "base/text.hpp"
#include "server/session.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

namespace ferry::server_side {

namespace {

using namespace std::chrono_literals;

/// When no connection can be accepted, most likely for want of descriptors: time for some to be
/// closed (threats S17).
constexpr io::milliseconds accept_pause = 100ms;
/// What a session has to say its 421 when its transfer was ended for it.
constexpr io::milliseconds last_words = 1s;
constexpr io::milliseconds refusal_limit = 1s;

} // namespace

service::service(io::network& network, storage& files, const server_options& options,
                 std::optional<io::tls_server_context> tls)
    : network_(&network)
    , files_(&files)
    , options_(&options)
    , tls_(std::move(tls))
    , accepting_(network.where())
    , tasks_(network.where())
    , ended_(network.where()) {}

void service::tell(std::string_view event) const {
    if (options_->on_event) options_->on_event(printable(event));
}

io::task<> service::serve(io::acceptor& listening, io::acceptor* listening_tls) {
    listening_.push_back(&listening);
    if (listening_tls != nullptr) {
        listening_.push_back(listening_tls);
        accepting_.spawn(accept_sessions(*listening_tls, session_start::tls));
    }
    co_await accept_sessions(listening, session_start::plain);
    for (auto* const one : listening_)
        one->close();
    co_await accepting_.join();
    co_await drain();
    co_await tasks_.join();
}

io::task<> service::accept_sessions(io::acceptor& listening, session_start start) {
    while (!stopping_) {
        auto next = co_await listening.accept();
        if (stopping_) break;
        if (!next) {
            // Cancelled from outside: as good as a stop.
            if (next.error().code() == errc::interrupted) break;
            tell("cannot accept: " + next.error().detail());
            const auto slept = co_await io::sleep_for(accept_pause);
            if (!slept) break;
            continue;
        }
        tasks_.spawn(run_session(std::move(*next), start));
    }
    stopping_ = true;
}

std::string_view service::refusal_for(const std::string& address) const {
    if (admitted_ >= options_->max_sessions) return "421 Too many sessions, try again later\r\n";
    const auto known = per_address_.find(address);
    if (known != per_address_.end() && known->second >= options_->max_sessions_per_address)
        return "421 Too many sessions from your address\r\n";
    return {};
}

io::task<> service::turn_away(io::stream& connection, std::string_view why) {
    connection.set_limit(refusal_limit, errc::reply_timeout);
    const auto written = co_await connection.write(why);
    if (!written) co_return;
    const auto finished = co_await connection.finish_writing();
    if (!finished) connection.close();
}

io::task<> service::run_session(std::unique_ptr<io::stream> connection, session_start start) {
    const auto peer = connection->remote();
    if (const auto refusal = refusal_for(peer.address); !refusal.empty()) {
        tell(to_string(peer) + " refused: too many sessions");
        // Who waits for TLS would not understand it.
        if (start == session_start::plain) co_await turn_away(*connection, refusal);
        co_return;
    }
    session serving(*this, std::move(connection), start);
    const auto here = sessions_.insert(sessions_.end(), &serving);
    const auto counted = per_address_.try_emplace(peer.address, 0).first;
    ++counted->second;
    if (stopping_) serving.stop();
    ++admitted_;
    co_await serving.run();
    // Before the client sees the end: it may come again at once.
    --admitted_;
    if (--counted->second == 0) per_address_.erase(counted);
    co_await serving.finish();
    sessions_.erase(here);
    ended_.set();
}

void service::stop() {
    if (stopping_) {
        hurry_ = true;
        ended_.set();
        return;
    }
    stopping_ = true;
    for (auto* const one : listening_)
        one->close();
}

io::task<> service::drain() {
    if (!sessions_.empty()) tell("stopping, " + std::to_string(sessions_.size()) + " sessions");
    for (auto* const one : sessions_)
        one->stop();
    co_await wait_until_empty(options_->shutdown_grace);
    for (auto* const one : sessions_)
        one->abort_transfer();
    hurry_ = false;
    co_await wait_until_empty(last_words);
    for (auto* const one : sessions_)
        one->close();
    tasks_.cancel();
}

io::task<> service::wait_until_empty(io::milliseconds limit) {
    using clock = std::chrono::steady_clock;
    const auto give_up = clock::now() + limit;
    while (!sessions_.empty() && !hurry_) {
        const auto left = std::chrono::ceil<io::milliseconds>(give_up - clock::now());
        if (left.count() <= 0) co_return;
        const auto woken = co_await ended_.wait(left);
        if (!woken) co_return; // the time is over, or we are cancelled
    }
}

} // namespace ferry::server_side
