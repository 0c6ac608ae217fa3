#include "client/transfer.hpp"

#include "base/limits.hpp"
#include "base/units.hpp"
#include "client/data_connection.hpp"
#include "client/security.hpp"
#include "io/mailbox.hpp"
#include "io/task_group.hpp"
#include "plan/refusal.hpp"

#include <algorithm>
#include <array>

namespace ferry::client_side {

namespace {

using plan::transfer_action;
using plan::transfer_direction;
using plan::transfer_event;
using plan::transfer_outcome;

/// When a transfer has failed anyway, its last replies are only wanted to keep the connection.
constexpr io::milliseconds patience_after_failure{5'000};
/// When the user has had enough, they mean now.
constexpr io::milliseconds patience_after_cancel{2'000};

class happening {
public:
    explicit happening(transfer_event event) : what(event) {}

    happening(transfer_event event, error cause) : what(event), why(std::move(cause)) {}

    happening(transfer_event event, reply text) : what(event), said(std::move(text)) {}

    transfer_event what;
    std::optional<error> why;
    std::optional<reply> said;
};

/// A broken data connection leaves the control connection whole, which `connection_lost` denies.
error data_error(error why) {
    switch (why.code()) {
    case errc::data_stalled:
    case errc::data_connection_failed:
    case errc::truncated:
    case errc::tls_failed:
    case errc::untrusted:
        return why;
    default:
        return error(errc::transfer_aborted, why.detail());
    }
}

/// Feeds the machine with what happens on both connections, and does what it says.
class transfer_run {
public:
    transfer_run(session& with, const transfer_request& what, data_connection data)
        : with_(&with)
        , what_(&what)
        , data_(std::move(data))
        , machine_(what.direction(), data_.stream != nullptr)
        , box_(with.network().where())
        , tasks_(with.network().where())
        , shaken_(with.network().where())
        , progress_([this](std::uint64_t bytes) { moved(bytes); }) {}

    [[nodiscard]] task<transfer_result> run();

private:
    [[nodiscard]] task<> watch_replies();
    [[nodiscard]] task<> wait_for_server();
    void begin_tls();
    [[nodiscard]] task<> shake_hands();
    [[nodiscard]] task<bool> ready_to_move();
    [[nodiscard]] task<> move_data();
    [[nodiscard]] task<result<>> finish_upload();
    [[nodiscard]] task<> finish_download();
    [[nodiscard]] task<> drain();
    [[nodiscard]] task<> obey(plan::transfer_actions actions);
    [[nodiscard]] task<happening> next(bool reply_expected);
    [[nodiscard]] task<> end_tasks();
    void moved(std::uint64_t bytes);
    [[nodiscard]] std::string place() const;
    [[nodiscard]] error stall(const error& why) const;
    [[nodiscard]] io::milliseconds patience_with_last_reply() const noexcept;
    void remember(happening& what);
    [[nodiscard]] result<> conclude();

    session* with_;
    const transfer_request* what_;
    data_connection data_;
    plan::transfer_machine machine_;
    io::mailbox<happening> box_;
    io::task_group tasks_;
    io::tls_stream* tls_ = nullptr;   ///< the data connection, if it is protected
    std::optional<result<>> secured_; ///< once its handshake has ended
    io::wake_up shaken_;
    io::progress_function progress_;
    transfer_result result_;
    std::optional<error> why_; ///< the first thing that went wrong on this side
    bool in_step_ = true;
};

task<> transfer_run::watch_replies() {
    for (int preliminary = 0; preliminary <= limits::preliminary_replies;) {
        auto got = co_await with_->talk().receive(patience::unlimited);
        if (!got) {
            box_.push(happening(transfer_event::control_lost, std::move(got.error())));
            co_return;
        }
        auto what = transfer_event::refused;
        if (got->preliminary()) {
            what = transfer_event::preliminary;
            ++preliminary;
        } else if (got->completed()) {
            what = transfer_event::completed;
        }
        box_.push(happening(what, std::move(*got)));
    }
    box_.push(happening(transfer_event::control_lost,
                        error(errc::limit_exceeded, "preliminary replies without end")));
}

task<> transfer_run::wait_for_server() {
    auto came = co_await accept_server(*with_, *data_.listening);
    if (!came) {
        box_.push(happening(transfer_event::data_failed, std::move(came.error())));
        co_return;
    }
    data_.stream = std::move(*came);
    with_->data_ways().worked();
    begin_tls();
    box_.push(happening(transfer_event::data_opened));
}

/// At once, without waiting for the 150: some servers say it only when they have seen the client
/// begin. The client is TLS's client whoever has connected (RFC 4217, 7).
void transfer_run::begin_tls() {
    if (!protects_data(*with_)) return;
    auto wrapped = wrap_data(*with_, std::move(data_.stream));
    if (!wrapped) {
        box_.push(happening(transfer_event::data_failed, std::move(wrapped.error())));
        return;
    }
    tls_ = wrapped->get();
    data_.stream = std::move(*wrapped);
    tasks_.spawn(shake_hands());
}

task<> transfer_run::shake_hands() {
    secured_ = co_await secure_data(*with_, *tls_);
    if (!*secured_) box_.push(happening(transfer_event::data_failed, error(secured_->error())));
    shaken_.set();
}

task<bool> transfer_run::ready_to_move() {
    while (tls_ != nullptr && !secured_) {
        const auto woken = co_await shaken_.wait();
        if (!woken) co_return false;
    }
    co_return !secured_ || secured_->has_value();
}

task<> transfer_run::move_data() {
    const bool ready = co_await ready_to_move();
    if (!ready) co_return;
    auto& stream = *data_.stream;
    stream.set_limit(with_->options().data_timeout, errc::data_stalled);
    io::pump_report report;
    if (what_->direction() == transfer_direction::download)
        report = co_await io::receive(stream, *what_->to, progress_, what_->limits);
    else
        report = co_await io::send(stream, *what_->from, progress_, what_->limits);
    result_.bytes = report.bytes;
    if (!report.status && report.status.error().code() == errc::data_stalled)
        report.status = fail(stall(report.status.error()));
    if (report.status && what_->direction() == transfer_direction::upload)
        report.status = co_await finish_upload();
    // Some servers (proftpd) say 226 only when they have seen this side close, too.
    if (what_->direction() == transfer_direction::download) co_await finish_download();
    if (report.status) {
        result_.data_ended = true;
        box_.push(happening(transfer_event::data_ended));
        if (what_->direction() == transfer_direction::upload) co_await drain();
    } else {
        const auto what =
            report.failed_here ? transfer_event::local_failed : transfer_event::data_failed;
        box_.push(happening(what, std::move(report.status.error())));
    }
}

task<result<>> transfer_run::finish_upload() {
    if (tls_ != nullptr) co_return co_await tls_->finish_connection();
    co_return co_await data_.stream->finish_writing();
}

task<> transfer_run::finish_download() {
    // The server has said its goodbye, and nothing depends on ours.
    if (tls_ != nullptr) {
        const auto said = co_await tls_->finish_writing();
        static_cast<void>(said);
    }
    data_.stream->close();
}

/// Until the server closes, or has replied. Tickets of TLS 1.3 and its goodbye still come: closed
/// with bytes unread, the connection would be reset, and what is on its way to the server lost.
task<> transfer_run::drain() {
    std::array<char, 1024> unwanted;
    while (tls_ != nullptr) {
        const auto got = co_await tls_->read_some(unwanted);
        if (!got || *got == 0) co_return;
    }
}

void transfer_run::moved(std::uint64_t bytes) {
    const bool was_sane = !what_->at_most || result_.bytes <= *what_->at_most;
    result_.bytes = bytes;
    if (what_->progress) what_->progress(bytes);
    if (was_sane && what_->at_most && bytes > *what_->at_most)
        box_.push(happening(
            transfer_event::local_failed,
            error(errc::verification_failed, "the server sends more bytes than the file has")));
}

task<> transfer_run::obey(plan::transfer_actions actions) {
    if (includes(actions, transfer_action::move_data)) {
        result_.touched = true;
        tasks_.spawn(move_data());
    }
    if (includes(actions, transfer_action::send_abort)) {
        // If it cannot be sent, the task that reads the replies will say so.
        const auto ignored = co_await with_->talk().send_abort();
        static_cast<void>(ignored);
    }
    if (includes(actions, transfer_action::close_data)) {
        if (data_.listening) data_.listening->close();
        if (data_.stream) data_.stream->close();
    }
}

/// Where in the file the data is.
std::string transfer_run::place() const {
    if (tls_ != nullptr && (!secured_ || !*secured_)) return " for the data's TLS handshake too";
    const auto at = what_->offset + result_.bytes;
    if (!what_->size) return " at byte " + std::to_string(at);
    if (at == *what_->size) return " for the end, behind all " + counted(at, "byte");
    return " at byte " + std::to_string(at) + " of " + std::to_string(*what_->size);
}

error transfer_run::stall(const error& why) const {
    error made(errc::data_stalled, why.detail() + place());
    const bool is_file = what_->verb == "RETR" || what_->verb == "STOR" || what_->verb == "APPE";
    if (!is_file) made.advise("try again, or raise --timeout");
    return made;
}

/// Of a transfer that has failed or was cancelled.
io::milliseconds transfer_run::patience_with_last_reply() const noexcept {
    if (machine_.outcome() == transfer_outcome::cancelled) return patience_after_cancel;
    // One that stood still has had its time already.
    const bool waited_before = why_ && (why_->code() == errc::data_stalled ||
                                        why_->code() == errc::data_connection_failed);
    const auto usual = with_->options().data_timeout;
    if (!waited_before || usual.count() == 0) return patience_after_failure;
    return std::min(patience_after_failure, usual / 4);
}

task<happening> transfer_run::next(bool reply_expected) {
    std::optional<io::milliseconds> limit;
    const auto& usual = with_->options().reply_timeout;
    if (reply_expected && usual.count() != 0) limit = usual;
    if (machine_.outcome() != transfer_outcome::running) {
        const auto most = patience_with_last_reply();
        limit = std::min(limit.value_or(most), most);
    }
    auto item = co_await box_.pop(limit);
    if (item) co_return std::move(*item);
    const auto what = item.error().code() == errc::interrupted ? transfer_event::cancelled
                                                               : transfer_event::reply_overdue;
    co_return happening(what, std::move(item.error()));
}

void transfer_run::remember(happening& what) {
    if (what.said) {
        if (what.said->preliminary()) with_->memory().restart_is_set = false;
        if (!what.said->preliminary()) result_.said = std::move(*what.said);
    }
    // After that, errors are only echoes of our own closing.
    if (what.why && machine_.outcome() == transfer_outcome::running) why_ = std::move(what.why);
}

task<transfer_result> transfer_run::run() {
    tasks_.spawn(watch_replies());
    if (data_.listening) tasks_.spawn(wait_for_server());
    if (data_.stream) begin_tls();
    auto actions = machine_.start();
    co_await obey(actions);
    while (!includes(actions, transfer_action::finish)) {
        auto now = co_await next(includes(actions, transfer_action::expect_reply));
        remember(now);
        actions = machine_.on(now.what);
        co_await obey(actions);
    }
    co_await end_tasks();
    result_.status = conclude();
    co_return std::move(result_);
}

task<> transfer_run::end_tasks() {
    tasks_.cancel();
    co_await tasks_.join();
    in_step_ = machine_.in_step();
    // A reply that came behind the last one is one that nobody asked for.
    while (!box_.empty()) {
        auto left = co_await box_.pop();
        if (!left) break;
        const bool lost =
            left->what == transfer_event::control_lost && left->why->code() != errc::interrupted;
        if (left->said || lost) in_step_ = false;
    }
    if (!in_step_) with_->talk().close();
}

result<> transfer_run::conclude() {
    const auto step = plan::step_of(what_->verb, what_->path);
    std::optional<error> why;
    switch (machine_.outcome()) {
    case transfer_outcome::succeeded:
        return {};
    case transfer_outcome::refused:
        why = plan::refusal(result_.said, what_->verb, what_->path);
        // "426 connection closed" tells less than the reason for which we closed it.
        if (why->code() == errc::transfer_aborted && why_) why = data_error(std::move(*why_));
        break;
    case transfer_outcome::data_failed:
        why = why_ ? data_error(std::move(*why_))
                   : error(errc::transfer_aborted, "the server took no data");
        break;
    case transfer_outcome::cancelled:
        why = error(errc::interrupted);
        break;
    case transfer_outcome::reply_overdue:
        why = error(errc::reply_timeout, waited(with_->options().reply_timeout) + place());
        break;
    case transfer_outcome::local_failed:
    case transfer_outcome::control_lost:
    case transfer_outcome::running:
        why = std::move(why_);
        break;
    }
    if (!why) why = error(errc::unexpected);
    why->at(step);
    if (result_.said.code >= 400 && why->reply_code() == 0)
        why->said(result_.said.code, result_.said.text());
    if (!why->connection_usable()) with_->talk().close();
    return fail(std::move(*why));
}

task<transfer_result> transfer_once(session& with, const transfer_request& what) {
    transfer_result failed;
    failed.status = co_await choose_protection(with);
    if (!failed.status) co_return failed;
    auto data = co_await open_data_connection(with);
    if (!data) {
        failed.status = fail(std::move(data.error().at(plan::step_of(what.verb, what.path))));
        co_return failed;
    }
    failed.status = co_await set_restart(with, what.offset);
    if (!failed.status) co_return failed;
    failed.status = co_await with.talk().send(what.verb, what.path);
    if (!failed.status) {
        auto& why = failed.status.error();
        why.at(plan::step_of(what.verb, what.path));
        if (!why.connection_usable() || why.code() == errc::interrupted) with.talk().close();
        co_return failed;
    }
    transfer_run run(with, what, std::move(*data));
    co_return co_await run.run();
}

/// Whether another way to open the data connection may help, and nothing is spoilt yet.
bool may_try_another_way(const transfer_request& what, const transfer_result& done) {
    if (done.status || done.status.error().code() != errc::data_connection_failed) return false;
    return what.direction() == transfer_direction::download ? done.bytes == 0 : !done.touched;
}

} // namespace

task<result<>> set_restart(session& with, std::uint64_t offset) {
    if (offset == 0 && !with.memory().restart_is_set) co_return result<>();
    auto argument = std::to_string(offset);
    auto said = co_await exchange(with.talk(), "REST", argument);
    if (!said) co_return fail(std::move(said.error()));
    with.memory().restart_is_set = offset != 0 && said->code == 350;
    if (offset == 0 || said->code == 350) co_return result<>();
    error refused(errc::restart_refused);
    refused.at(plan::step_of("REST", argument)).said(said->code, said->text());
    co_return fail(std::move(refused));
}

task<transfer_result> transfer(session& with, transfer_request what) {
    with.data_ways().restart();
    while (true) {
        auto done = co_await transfer_once(with, what);
        // The set-up goes down the ladder by itself; here it worked, and the server's "425 can't
        // open data connection" came later.
        if (!may_try_another_way(what, done) || !with.talk().is_open()) co_return done;
        with.talk().note("no data connection: " + done.status.error().message());
        with.data_ways().failed(plan::data_setback::connect_failed);
        if (!with.data_ways().current()) co_return done;
    }
}

} // namespace ferry::client_side
