#include "server/control.hpp"

#include "base/limits.hpp"
#include "wire/reply_parser.hpp"

namespace ferry::server_side {

control_connection::control_connection(std::unique_ptr<io::stream> stream)
    : stream_(std::move(stream))
    , local_(stream_->local())
    , remote_(stream_->remote())
    , lines_(limits::command_line) {}

void control_connection::queue(const reply& what) {
    wire::format_reply(what, out_);
}

io::task<> control_connection::flush() {
    if (!leaving_.empty()) co_return; // the task that writes looks for more
    while (!out_.empty() && !lost_) {
        leaving_.swap(out_);
        const auto written = co_await stream_->write(leaving_);
        leaving_.clear();
        if (!written) lost_ = true;
    }
}

io::task<> control_connection::send(reply what) {
    queue(what);
    return flush();
}

io::task<result<bool>> control_connection::read_more() {
    const auto got = co_await stream_->read_some(buffer_);
    if (!got) co_return fail(got.error());
    lines_.feed(std::string_view(buffer_.data(), *got));
    co_return *got > 0;
}

bool control_connection::flooded() const noexcept {
    return lines_.pending() > limits::command_flood;
}

io::task<> control_connection::finish() {
    co_await flush();
    const auto finished = co_await stream_->finish_writing();
    if (!finished) lost_ = true;
    stream_->close();
}

} // namespace ferry::server_side
