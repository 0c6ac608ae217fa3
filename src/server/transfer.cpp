#include "server/transfer.hpp"

#include "base/units.hpp"
#include "server/handlers.hpp"

namespace ferry::server_side {

namespace {

using namespace std::chrono_literals;

reply aborted() {
    return reply(426, "Transfer aborted");
}

/// The data connection. The reply why there is none, or nothing.
io::task<std::optional<reply>> connect_data(session& s) {
    if (s.transfer_unwanted()) co_return aborted();
    const auto limit = s.host.options().data_timeout;
    const auto opened = co_await s.data.open(limit);
    if (s.transfer_unwanted()) co_return aborted();
    if (!opened) co_return reply(425, "No data connection came about");
    if (s.protection.on) {
        auto refused = co_await secure_data(s);
        if (s.transfer_unwanted()) co_return aborted();
        if (refused) co_return refused;
    }
    s.data.stream().set_limit(limit, errc::data_stalled);
    co_return std::nullopt;
}

/// 150, and the data connection. False if there is none: the replies are sent then.
io::task<bool> open_data(session& s, const transfer_title& title, bool stores) {
    running_transfer now;
    now.what = title.what;
    now.stores = stores;
    now.total = title.total;
    now.since = std::chrono::steady_clock::now();
    std::optional<reply> refused;
    if (s.transfer_unwanted()) {
        refused = aborted(); // ABOR has come together with the command
    } else {
        s.running = std::move(now);
        s.control.queue(reply(150, title.opening));
        co_await s.control.flush();
        refused = co_await connect_data(s);
    }
    if (!refused) co_return true;
    s.running.reset();
    s.data.close();
    s.tell(title.what + ": " + refused->lines.front());
    s.control.queue(*refused);
    co_return false;
}

/// The reply for a pump that failed.
reply failed(session& s, const running_transfer& now, const error& why) {
    s.tell(now.what + " failed after " + std::to_string(now.bytes) + " bytes: " + why.message());
    if (s.transfer_unwanted()) return aborted();
    switch (why.code()) {
    case errc::data_stalled:
        return reply(426, "The data connection stands still, aborted");
    case errc::truncated:
        return reply(426, "The data connection ended without the end of TLS, aborted");
    case errc::connection_lost:
    case errc::interrupted:
    case errc::tls_failed:
        return reply(426, "The data connection broke");
    case errc::local_no_space:
    case errc::no_space_there:
        return reply(452, "No space left");
    default:
        return reply(451, "Reading or writing the file failed");
    }
}

} // namespace

bool data_announced(session& s) {
    if (s.data.announced()) return true;
    s.control.queue(reply(425, "Use EPSV, PASV, EPRT or PORT first"));
    return false;
}

void tell_transfer(const session& s, const running_transfer& done) {
    if (!s.host.options().on_event) return;
    const auto elapsed = std::chrono::steady_clock::now() - done.since;
    s.tell(done.what + ' ' + std::to_string(done.bytes) + " bytes, " +
           format_rate(done.bytes, elapsed));
}

io::task<> send_over_data(session& s, transfer_title title, io::source& from) {
    const bool opened = co_await open_data(s, title, false);
    if (!opened) co_return;
    const io::progress_function progress = [&s](std::uint64_t bytes) { s.running->bytes = bytes; };
    auto report = co_await io::send(s.data.stream(), from, progress);
    if (report.status) report.status = co_await s.data.stream().finish_writing();
    s.data.close();
    const auto done = std::move(*s.running);
    s.running.reset();
    if (report.status) {
        s.control.queue(reply(226, "Transfer complete"));
        tell_transfer(s, done);
    } else {
        s.control.queue(failed(s, done, report.status.error()));
    }
}

io::task<bool> receive_over_data(session& s, transfer_title title, io::sink& to) {
    const bool opened = co_await open_data(s, title, true);
    if (!opened) co_return false;
    const io::progress_function progress = [&s](std::uint64_t bytes) { s.running->bytes = bytes; };
    auto report = co_await io::receive(s.data.stream(), to, progress);
    // The end of the data looks the same whether the client has sent all or was killed. In the
    // second case its control connection has ended, too, or ABOR has come: let that be read.
    if (report.status) {
        const auto slept = co_await io::sleep_for(0ms);
        if (!slept) report.status = fail(errc::interrupted);
        if (s.transfer_unwanted()) report.status = fail(errc::transfer_aborted);
    }
    // A client that has said goodbye waits for ours; if it does not, no harm is done.
    if (report.status && s.data.tls() != nullptr) [[maybe_unused]]
        const auto said = co_await s.data.stream().finish_writing();
    s.data.close();
    const auto done = std::move(*s.running);
    s.running.reset();
    if (report.status) {
        tell_transfer(s, done);
        co_return true;
    }
    s.control.queue(failed(s, done, report.status.error()));
    co_return false;
}

} // namespace ferry::server_side
