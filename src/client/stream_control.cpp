#include "client/stream_control.hpp"

#include "plan/refusal.hpp"
#include "wire/command.hpp"

#include <algorithm>
#include <array>

namespace ferry::client_side {

namespace {

/// What one read takes: replies are short.
constexpr std::size_t read_size = 4096;
constexpr io::milliseconds brief_patience{5'000};

} // namespace

stream_control::stream_control(std::unique_ptr<io::stream> connection,
                               io::milliseconds reply_timeout, conversation_function log)
    : stream_(std::move(connection)), reply_timeout_(reply_timeout), log_(std::move(log)) {}

task<result<>> stream_control::send(std::string verb, std::string argument) {
    if (!open_) co_return fail(errc::connection_lost, "not connected");
    auto line = wire::format_command(verb, argument);
    if (!line) co_return fail(std::move(line.error()));
    auto in_step = check_in_step();
    if (!in_step) co_return in_step;
    log_command(verb, argument);
    stream_->set_limit(reply_timeout_, errc::reply_timeout);
    co_return co_await stream_->write(*line);
}

task<result<reply>> stream_control::receive(patience how) {
    if (!open_) co_return fail(errc::connection_lost, "not connected");
    stream_->set_limit(limit_of(how), errc::reply_timeout);
    std::array<char, read_size> buffer;
    while (true) {
        auto next = next_reply();
        if (!next) co_return fail(std::move(next.error()));
        if (*next) co_return std::move(**next);
        auto count = co_await stream_->read_some(buffer);
        // Replies tell where they end: there is nothing to cut off (RFC 959, 4.2).
        if (!count && count.error().code() == errc::truncated)
            co_return fail(errc::connection_lost, count.error().detail());
        if (!count) co_return fail(std::move(count.error()));
        if (*count == 0) co_return fail(errc::connection_lost, "closed by the server");
        replies_.feed(std::string_view(buffer.data(), *count));
    }
}

io::milliseconds stream_control::limit_of(patience how) const noexcept {
    switch (how) {
    case patience::unlimited:
        return io::milliseconds(0);
    case patience::brief:
        return reply_timeout_.count() == 0 ? brief_patience
                                           : std::min(reply_timeout_, brief_patience);
    case patience::long_work:
        return 10 * reply_timeout_;
    case patience::limited:
        break;
    }
    return reply_timeout_;
}

task<result<>> stream_control::send_abort() {
    if (!open_) co_return fail(errc::connection_lost, "not connected");
    // The Data Mark is the urgent byte: it makes a server that is busy with the data look here.
    constexpr std::array interrupt_and_synch{wire::telnet_iac, wire::telnet_interrupt_process,
                                             wire::telnet_iac, wire::telnet_data_mark};
    const std::string_view signal(interrupt_and_synch.data(), interrupt_and_synch.size());
    log_command("ABOR", {});
    auto sent = co_await stream_->write_urgent(signal);
    if (!sent) co_return sent;
    co_return co_await stream_->write("ABOR\r\n");
}

void stream_control::close() noexcept {
    open_ = false;
    stream_->close();
}

result<std::unique_ptr<io::stream>> stream_control::detach() {
    if (!replies_.has_pending()) return std::move(stream_);
    close();
    error problem(errc::tls_failed, "bytes came before TLS began");
    problem.advise("somebody between here and the server may be forging its replies");
    return fail(std::move(problem));
}

/// A reply that lies here before a command is sent is nobody's answer. Taken for the answer to that
/// command, it would put all that follows out of step.
result<> stream_control::check_in_step() {
    if (!replies_.has_pending()) return {};
    auto unasked = next_reply();
    if (!unasked) return fail(std::move(unasked.error()));
    error problem(errc::protocol_error, "a reply that nobody asked for");
    if (*unasked) problem.said((*unasked)->code, (*unasked)->text());
    return fail(std::move(problem));
}

result<std::optional<reply>> stream_control::next_reply() {
    auto next = replies_.next();
    if (!next || !*next) return next;
    const auto& got = **next;
    log_reply(got);
    if (got.code != 421) return next;
    error leaving(errc::service_unavailable);
    leaving.said(got.code, got.text());
    return fail(std::move(leaving));
}

void stream_control::note(std::string_view what) {
    if (log_) log_(conversation::note, what);
}

void stream_control::log_command(std::string_view verb, std::string_view argument) {
    if (log_) log_(conversation::sent, plan::step_of(verb, argument));
}

void stream_control::log_reply(const reply& what) {
    if (!log_) return;
    const auto code = std::to_string(what.code);
    for (std::size_t i = 0; i < what.lines.size(); ++i)
        log_(conversation::received,
             code + (i + 1 < what.lines.size() ? '-' : ' ') + what.lines[i]);
}

} // namespace ferry::client_side
