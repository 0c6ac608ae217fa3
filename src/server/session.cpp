#include "server/session.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "server/handlers.hpp"
#include "server/verbs.hpp"
#include "wire/path.hpp"

#include <algorithm>
#include <array>
#include <exception>

namespace ferry::server_side {

namespace {

using namespace std::chrono_literals;

/// Replies to pipelined commands are kept together up to this size.
constexpr std::size_t replies_together = 16 * 1024;
/// Unknown commands before login, after which the other side is no FTP client (threats S14).
constexpr int unknown_commands = 4;
/// A queued command costs memory beyond its bytes.
constexpr std::size_t command_overhead = 64;

/// How a request of HTTP begins, when a browser was sent to this port (ALPACA, threats S14).
bool is_http(std::string_view verb) noexcept {
    constexpr std::array<std::string_view, 9> methods{
        "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"};
    return std::ranges::find(methods, verb) != methods.end();
}

/// Whether the bytes behind a command may be of another kind than those before (RFC 4217).
bool may_switch_stream(std::string_view verb) noexcept {
    return verb == "AUTH" || verb == "CCC" || verb == "REIN";
}

} // namespace

session::session(service& home, std::unique_ptr<io::stream> connection, session_start start)
    : host(home)
    , control(std::move(connection))
    , data(home.network(), control.local(), control.remote())
    , inbox_(home.network().where())
    , room_(home.network().where())
    , switched_(home.network().where())
    , readers_(home.network().where())
    , start_(start)
    , started_(clock::now())
    , last_active_(started_) {}

std::string session::resolve(std::string_view argument) const {
    return wire::normalize_path(directory, argument);
}

void session::tell(std::string_view event) const {
    if (!host.options().on_event) return;
    std::string line = to_string(control.remote());
    if (login.done) (line += ' ') += login.user;
    (line += ' ') += event;
    host.tell(line);
}

plan::session_standing session::standing() const noexcept {
    plan::session_standing now;
    now.user_given = login.user_given;
    now.logged_in = login.done;
    now.read_only = login.read_only;
    now.rename_begun = !rename_from.empty();
    now.secure = control.secure();
    now.data_secure = protection.on;
    now.buffer_given = protection.buffer_given;
    now.tls_offered = host.tls() != nullptr;
    if (const auto& wanted = host.options().tls) {
        now.login_needs_tls = wanted->required_login;
        now.data_needs_tls = wanted->required_data;
    }
    return now;
}

void session::show_own_rights(entry& item) const {
    if (!login.read_only) return;
    // RFC 3659, 7.5.5: what is left is e, l and r.
    std::erase_if(item.perm_fact,
                  [](char right) { return right != 'e' && right != 'l' && right != 'r'; });
}

void session::log_out() {
    if (login.done) started_ = clock::now();
    login = login_state();
    parameters = transfer_parameters();
    directory = "/";
    data.close();
}

io::task<> session::run() {
    std::string problem;
    try {
        co_await serve();
    } catch (const std::exception& thrown) {
        problem = thrown.what(); // of this session only; the others go on
    }
    if (!problem.empty()) tell("session failed: " + problem);
}

io::task<> session::finish() {
    data.close();
    co_await control.finish();
    readers_.cancel();
    co_await readers_.join();
}

void session::stop() {
    stopping_ = true;
    inbox_.push(incoming(arrival::stop));
    // There is nobody yet to be told, and nothing that could be lost.
    if (shaking_hands_) control.close();
}

io::task<> session::serve() {
    control.set_limit(host.options().login_timeout);
    if (start_ == session_start::tls) {
        const bool begun = co_await begin_tls();
        if (!begun) co_return;
    }
    control.queue(reply(220, host.options().greeting));
    co_await control.flush();
    readers_.spawn(read_commands());
    while (!ending_ && !control.lost()) {
        if (inbox_.empty() || control.queued() > replies_together) co_await control.flush();
        auto next = co_await inbox_.pop();
        if (!next) co_return;
        if (stopping_) {
            control.queue(reply(421, "The server is stopping"));
            co_return;
        }
        queued_bytes_ -= next->cost;
        room_.set();
        busy_ = true;
        co_await handle(std::move(*next));
        busy_ = false;
        last_active_ = clock::now();
    }
}

io::task<> session::handle(incoming next) {
    switch (next.kind) {
    case arrival::command: {
        const bool may_switch = may_switch_stream(next.command.verb);
        co_await execute(std::move(next.command));
        if (may_switch) switched_.set();
        break;
    }
    case arrival::overlong:
        control.queue(reply(500, "Line too long"));
        break;
    case arrival::malformed:
        control.queue(reply(500, "Not a command"));
        break;
    case arrival::flood:
        tell("refused: a line without end");
        control.queue(reply(421, "Line too long, closing"));
        end();
        break;
    case arrival::timeout:
        tell(login.done ? "timed out" : "timed out before login");
        control.queue(
            reply(421, login.done ? "Idle for too long, closing" : "No login in time, closing"));
        end();
        break;
    case arrival::end:
    case arrival::stop:
        end();
        break;
    }
}

io::task<> session::execute(wire::command command) {
    if (command.verb == "ABOR" && aborts_waiting_ > 0) --aborts_waiting_;
    const verb* const known = find_verb(command.verb);
    if (known == nullptr) {
        refuse_unknown(command);
        co_return;
    }
    const auto refusal = plan::gate(known->rule, standing(), !command.argument.empty());
    if (refusal) {
        if (plan::changes_files(known->rule.access) && login.done)
            tell("refused: " + command.verb + ' ' + command.argument);
        control.queue(reply(refusal->code, std::string(refusal->text)));
        co_return;
    }
    // RNTO must follow its RNFR at once (RFC 959, 4.1.3).
    if (known->rule.stage != plan::verb_stage::rename_begun) rename_from.clear();
    if (known->run.answer != nullptr) {
        control.queue(known->run.answer(*this, command.argument));
        co_return;
    }
    co_await control.flush();
    co_await known->run.perform(*this, std::move(command.argument));
}

void session::refuse_unknown(const wire::command& command) {
    const bool foreign = is_http(command.verb);
    if (!login.done && (foreign || ++unknown_before_login_ >= unknown_commands)) {
        tell(foreign ? "refused: HTTP" : "refused: no FTP client");
        control.queue(reply(421, "This is an FTP server, closing"));
        end();
        return;
    }
    control.queue(reply(500, "Unknown command " + command.verb));
}

std::optional<io::milliseconds> session::patience() const noexcept {
    const auto& options = host.options();
    const auto limit = login.done ? options.idle_timeout : options.login_timeout;
    if (limit.count() == 0) return std::nullopt;
    if (busy_ && login.done) return limit; // a running transfer has limits of its own
    const auto since = login.done ? last_active_ : started_;
    return std::chrono::ceil<io::milliseconds>(since + limit - clock::now());
}

io::task<> session::read_commands() {
    while (true) {
        auto left = patience();
        // Login may be over before the next line comes, and then another limit holds.
        const auto idle = host.options().idle_timeout;
        if (left && !login.done && idle.count() != 0) left = std::min(*left, idle);
        control.set_limit(left ? std::max(*left, io::milliseconds(1)) : 0ms);
        const auto more = co_await control.read_more();
        if (!more && more.error().code() == errc::reply_timeout) {
            const auto now_left = patience();
            if (!now_left || *now_left > 0ms) continue;
            inbox_.push(incoming(arrival::timeout));
            co_return;
        }
        if (!more || !*more) break;
        last_active_ = clock::now();
        const bool goes_on = co_await take_lines();
        if (!goes_on) co_return;
        if (control.flooded()) {
            inbox_.push(incoming(arrival::flood));
            co_return;
        }
        while (queued_bytes_ > limits::command_queue) {
            const auto woken = co_await room_.wait();
            if (!woken) co_return;
        }
    }
    control_ended_ = true;
    // What was sent so far may be a part of the file: nobody said that it is whole.
    if (running && running->stores && transfer_unwanted()) data.abort();
    inbox_.push(incoming(arrival::end));
}

io::task<bool> session::take_lines() {
    while (true) {
        const auto line = control.next_line();
        if (line && !*line) co_return true;
        incoming next(line ? arrival::command : arrival::overlong);
        next.cost = command_overhead + (line ? (*line)->size() : 0);
        if (line) {
            auto parsed = wire::parse_command(**line);
            if (parsed)
                next.command = std::move(*parsed);
            else
                next.kind = arrival::malformed;
        }
        const auto& command = next.command;
        if (running && inbox_.empty() && command.verb == "STAT" && command.argument.empty()) {
            control.queue(session_status(*this));
            co_await control.flush();
            continue;
        }
        look_ahead(command);
        const bool may_switch = may_switch_stream(command.verb);
        queued_bytes_ += next.cost;
        inbox_.push(std::move(next));
        if (!may_switch) continue;
        const auto switched = co_await switched_.wait();
        if (!switched || ending_ || control.lost()) co_return false;
    }
}

void session::look_ahead(const wire::command& command) {
    if (command.verb == "QUIT") quit_seen_ = true;
    if (command.verb != "ABOR") return;
    // It ends the transfer now, and is answered in its turn, behind the transfer's own reply.
    ++aborts_waiting_;
    if (running) data.abort();
}

} // namespace ferry::server_side
