#include "server/control.hpp"

#include "base/limits.hpp"
#include "wire/reply_parser.hpp"

namespace ferry::server_side {

control_connection::control_connection(std::unique_ptr<io::stream> stream)
    : plain_(std::move(stream))
    , local_(plain_->local())
    , remote_(plain_->remote())
    , lines_(limits::command_line) {}

io::stream& control_connection::stream() noexcept {
    if (secure_) return *tls_;
    return *plain_;
}

void control_connection::queue(const reply& what) {
    wire::format_reply(what, out_);
}

io::task<> control_connection::flush() {
    if (!leaving_.empty()) co_return; // the task that writes looks for more
    while (!out_.empty() && !lost_) {
        leaving_.swap(out_);
        const auto written = co_await stream().write(leaving_);
        leaving_.clear();
        if (!written) lost_ = true;
    }
}

io::task<> control_connection::send(reply what) {
    queue(what);
    return flush();
}

io::task<result<bool>> control_connection::read_more() {
    const auto got = co_await stream().read_some(buffer_);
    if (!got) co_return fail(got.error());
    lines_.feed(std::string_view(buffer_.data(), *got));
    co_return *got > 0;
}

bool control_connection::flooded() const noexcept {
    return lines_.pending() > limits::command_flood;
}

io::task<result<>> control_connection::begin_tls(const io::tls_server_context& context,
                                                 io::tls_server_handshake wanted) {
    // Also half a Telnet command: it would change the first byte that comes over TLS.
    lines_.clear();
    tls_ = std::make_unique<io::tls_stream>(context, std::move(plain_), wanted);
    secure_ = true;
    tls_->set_limit(limit_, errc::reply_timeout);
    auto shaken = co_await tls_->handshake();
    if (!shaken) lost_ = true;
    co_return shaken;
}

io::task<result<>> control_connection::end_tls() {
    auto rest = co_await tls_->leave();
    if (!rest) {
        lost_ = true;
        co_return fail(std::move(rest.error()));
    }
    plain_ = std::move(rest->connection);
    secure_ = false;
    plain_->set_limit(limit_, errc::reply_timeout);
    // The client may have gone on at once.
    lines_.feed(rest->early);
    co_return result<>();
}

io::task<> control_connection::finish() {
    co_await flush();
    const auto finished = co_await stream().finish_writing();
    if (!finished) lost_ = true;
    stream().close();
}

} // namespace ferry::server_side
