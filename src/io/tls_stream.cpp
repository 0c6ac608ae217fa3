#include "io/tls_stream.hpp"

#include "base/units.hpp"
#include "io/asio.hpp"
#include "io/tls_engine.hpp"

#include <array>

namespace ferry::io {

namespace {

/// What is sealed and sent at once: four full records. Fewer cost more system calls, more leave the
/// processor's cache.
constexpr std::size_t piece_size = 64 * 1024;
/// Tickets, key updates and the like that a peer may send without a byte of data between them.
constexpr std::size_t most_silent = 64 * 1024;
/// Answers to those that wait behind a slow writer.
constexpr std::size_t most_unsent = 64 * 1024;

/// Whether this begins no record of TLS: content types are 20 to 24 (RFC 8446, B.1; RFC 6520).
bool is_clear(std::string_view bytes) noexcept {
    return !bytes.empty() && (bytes.front() < 20 || bytes.front() > 24);
}

} // namespace

/// Who is writing to the stream below: one at a time, whoever seals.
class tls_stream::sending {
public:
    bool now = false;
    asio::steady_timer* waiting = nullptr; ///< of the one who wants to be next
    std::optional<error> failed;           ///< part of a record may be lost: nothing can follow
};

tls_stream::tls_stream(const tls_client_context& context, std::unique_ptr<stream> below,
                       tls_client_handshake wanted)
    : below_(std::move(below))
    , engine_(std::make_unique<tls_engine>(context, std::move(wanted), below_->plain_socket()))
    , sending_(std::make_unique<sending>()) {}

tls_stream::tls_stream(const tls_server_context& context, std::unique_ptr<stream> below,
                       const tls_server_handshake& wanted)
    : below_(std::move(below))
    , engine_(std::make_unique<tls_engine>(context, wanted, below_->plain_socket()))
    , sending_(std::make_unique<sending>()) {}

tls_stream::~tls_stream() = default;

task<result<>> tls_stream::handshake() {
    using clock = std::chrono::steady_clock;
    give_up_ = limit_.count() == 0 ? clock::time_point::max() : clock::now() + limit_;
    auto done = co_await shake_hands();
    below_->set_limit(limit_, cause_);
    // Below it was waited for what was left of the time.
    if (!done && limit_.count() != 0 && done.error().code() == cause_)
        done = fail(cause_, waited(limit_));
    if (!done) done.error().at("TLS handshake");
    co_return done;
}

/// The time left for the handshake becomes the limit below.
result<> tls_stream::limit_below() {
    using clock = std::chrono::steady_clock;
    if (give_up_ == clock::time_point::max()) return {};
    const auto left = std::chrono::ceil<milliseconds>(give_up_ - clock::now());
    if (left.count() <= 0) return fail(cause_);
    below_->set_limit(left, cause_);
    return {};
}

task<result<>> tls_stream::shake_hands() {
    while (true) {
        const auto step = engine_->shake_hands();
        auto in_time = limit_below();
        if (!in_time) co_return in_time;
        // The alert that tells the peer what is wrong may not get through.
        auto sent = co_await flush();
        if (step == tls_step::failed) co_return fail(error(*engine_->failure()));
        if (!sent || step == tls_step::done) co_return sent;
        if (step == tls_step::wants_room)
            sent = co_await below_->wait_writable();
        else
            sent = co_await fill();
        if (!sent) co_return sent;
    }
}

task<result<>> tls_stream::fill() {
    auto got = co_await below_->read_some(engine_->wire().room());
    if (!got) co_return fail(std::move(got.error()));
    engine_->wire().arrived(*got);
    co_return result<>();
}

task<result<>> tls_stream::await_turn() {
    while (sending_->now) {
        bool cancelled = co_await take_cancellation();
        if (cancelled) co_return fail(errc::interrupted);
        asio::steady_timer turn(co_await asio::this_coro::executor,
                                asio::steady_timer::time_point::max());
        sending_->waiting = &turn;
        [[maybe_unused]] const auto woken = co_await turn.async_wait(use_task);
        sending_->waiting = nullptr;
        cancelled = co_await take_cancellation();
        if (cancelled) co_return fail(errc::interrupted);
    }
    co_return result<>();
}

task<result<>> tls_stream::flush() {
    if (!engine_->wire().has_output()) co_return result<>();
    auto turn = co_await await_turn();
    if (!turn) co_return turn;
    if (sending_->failed) co_return fail(error(*sending_->failed));
    sending_->now = true;
    result<> sent;
    while (sent && engine_->wire().has_output()) {
        auto bytes = engine_->wire().take_output();
        sent = co_await below_->write(bytes);
        engine_->wire().reuse(std::move(bytes));
    }
    sending_->now = false;
    if (!sent) sending_->failed = sent.error();
    if (sending_->waiting != nullptr) sending_->waiting->cancel();
    co_return sent;
}

/// Sends what reading has made: answers to key updates, alerts. A writer on its way takes them
/// along. A failure is the next writer's: there may still be something to read.
task<result<>> tls_stream::answer() {
    if (engine_->wire().output_size() > most_unsent)
        co_return fail(errc::limit_exceeded, "the peer changes keys without end");
    if (sending_->now) co_return result<>();
    auto sent = co_await flush();
    if (!sent && sent.error().code() == errc::interrupted) co_return sent;
    co_return result<>();
}

task<result<std::size_t>> tls_stream::read_some(std::span<char> into) {
    if (!engine_->ready()) co_return fail(errc::unexpected, "TLS has not shaken hands");
    std::size_t silent = 0;
    while (true) {
        std::size_t count = 0;
        const auto step = engine_->open(into, count);
        if (count > 0 || step == tls_step::done || step == tls_step::ended) co_return count;
        auto done = co_await answer();
        if (step == tls_step::failed) co_return fail(error(*engine_->failure()));
        if (!done) co_return fail(std::move(done.error()));
        if (silent > most_silent)
            co_return fail(errc::limit_exceeded, "TLS without data, without end");
        if (step == tls_step::wants_room)
            done = co_await below_->wait_writable();
        else
            done = co_await fill();
        if (!done) co_return fail(std::move(done.error()));
        silent += engine_->wire().unread().size();
    }
}

result<> tls_stream::may_write() const {
    if (sending_->failed) return fail(error(*sending_->failed));
    if (engine_->failure()) return fail(error(*engine_->failure()));
    if (!engine_->ready()) return fail(errc::unexpected, "TLS has not shaken hands");
    if (finished_) return fail(errc::unexpected, "writing behind the end");
    return {};
}

task<result<>> tls_stream::write(std::string_view bytes) {
    auto may = may_write();
    if (!may) co_return may;
    if (engine_->kernel_seals()) co_return co_await below_->write(bytes);
    while (!bytes.empty()) {
        const auto piece = bytes.substr(0, piece_size);
        const auto step = engine_->seal(piece);
        if (step != tls_step::done) co_return fail(error(*engine_->failure()));
        auto sent = co_await flush();
        if (!sent) co_return sent;
        bytes.remove_prefix(piece.size());
    }
    co_return result<>();
}

task<result<>> tls_stream::finish_writing() {
    if (finished_) co_return result<>();
    auto may = may_write();
    if (!may) co_return may;
    while (true) {
        const auto step = engine_->say_goodbye();
        if (step == tls_step::failed) co_return fail(error(*engine_->failure()));
        if (step != tls_step::wants_room) break;
        auto ready = co_await below_->wait_writable();
        if (!ready) co_return ready;
    }
    finished_ = true;
    co_return co_await flush();
}

task<result<>> tls_stream::finish_connection() {
    auto said = co_await finish_writing();
    if (!said) co_return said;
    co_return co_await below_->finish_writing();
}

void tls_stream::close() noexcept {
    if (!below_) return;
    engine_->abandon();
    below_->close();
}

bool tls_stream::is_quiet() const noexcept {
    return below_ && engine_->is_quiet() && below_->is_quiet();
}

void tls_stream::set_limit(milliseconds limit, errc cause) noexcept {
    limit_ = limit;
    cause_ = cause;
    if (below_) below_->set_limit(limit, cause);
}

endpoint tls_stream::local() const {
    return below_ ? below_->local() : endpoint();
}

endpoint tls_stream::remote() const {
    return below_ ? below_->remote() : endpoint();
}

task<result<>> tls_stream::await_goodbye() {
    if (engine_->is_quiet()) {
        auto arrived = co_await fill();
        if (!arrived) co_return arrived;
    }
    if (is_clear(engine_->wire().unread())) co_return result<>();
    std::array<char, 1> more{};
    auto got = co_await read_some(more);
    if (!got) co_return fail(std::move(got.error()));
    if (*got > 0) co_return fail(errc::protocol_error, "data came in place of the end of TLS");
    co_return result<>();
}

task<result<plain_rest>> tls_stream::leave() {
    auto parted = co_await finish_writing();
    if (parted) parted = co_await await_goodbye();
    if (!parted) co_return fail(std::move(parted.error()));
    std::string early(engine_->wire().unread());
    engine_->abandon();
    co_return plain_rest(std::move(below_), std::move(early));
}

const tls_facts& tls_stream::facts() const noexcept {
    return engine_->facts();
}

const tls_peer& tls_stream::peer() const noexcept {
    return engine_->peer();
}

bool tls_stream::resumes(const tls_stream& control) const noexcept {
    const auto& family = engine_->family();
    return facts().resumed && !family.empty() && family == control.engine_->family();
}

} // namespace ferry::io
