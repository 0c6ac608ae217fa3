#include "io/pump.hpp"

#include "io/pump_run.hpp"
#include "io/readiness.hpp"
#include "io/splice.hpp"

#include <memory>
#include <optional>

#include <sys/sendfile.h>

namespace ferry::io {

namespace {

/// sendfile gives a look at the progress after so many bytes.
constexpr std::size_t sendfile_block = 8 * 1024 * 1024;

/// Room for a block, not filled with zeros first: that would cost a small file more than all else.
class block_buffer {
public:
    block_buffer() : bytes_(std::make_unique_for_overwrite<char[]>(block_size)) {}

    [[nodiscard]] std::span<char> room() const noexcept { return {bytes_.get(), block_size}; }

    [[nodiscard]] std::string_view first(std::size_t count) const noexcept {
        return {bytes_.get(), count};
    }

private:
    std::unique_ptr<char[]> bytes_;
};

/// Writes in pieces so small that what is ready takes them whole, whatever room it has.
task<result<>> write_slowly(sink& to, std::string_view bytes, const readiness& slow) {
    while (!bytes.empty()) {
        auto ready = co_await slow.wait();
        if (!ready) co_return ready;
        const auto piece = bytes.substr(0, slow_piece);
        auto written = to.write(piece);
        if (!written) co_return written;
        bytes.remove_prefix(piece.size());
    }
    co_return result<>();
}

/// Reads blocks until the end, a failure, or (if not 0) until `enough` bytes have moved.
/// True at the end.
task<bool> copy_blocks(stream& from, sink& to, const readiness* slow, pump_run& now,
                       std::uint64_t enough) {
    const block_buffer buffer;
    while (enough == 0 || now.report.bytes < enough) {
        const auto room = buffer.room().first(now.piece(block_size));
        auto got = co_await from.read_some(room);
        if (!got) {
            now.stream_failed(std::move(got.error()));
            co_return false;
        }
        if (*got == 0) co_return true;
        const auto block = buffer.first(*got);
        result<> written;
        if (slow != nullptr)
            written = co_await write_slowly(to, block, *slow);
        else
            written = to.write(block);
        if (!written) {
            now.failed_here(std::move(written.error()));
            co_return false;
        }
        now.moved(*got);
        const bool goes_on = co_await now.go_on();
        if (!goes_on) co_return false;
    }
    co_return false;
}

/// sendfile until the end of the file. False if the file or stream cannot, with nothing moved.
task<bool> send_whole_file(stream& to, file& from, pump_run& now) {
    while (true) {
        // Not kept: see splice_to_file.
        const auto sent =
            ::sendfile(to.plain_socket(), from.descriptor(), nullptr, now.piece(sendfile_block));
        if (sent == 0) co_return true;
        if (sent > 0) {
            now.moved(static_cast<std::size_t>(sent));
            const bool goes_on = co_await now.go_on();
            if (!goes_on) co_return true;
            continue;
        }
        if (errno == EINTR) continue;
        if ((errno == EINVAL || errno == ENOSYS) && now.report.bytes == 0) co_return false;
        if (!would_block()) {
            const bool read_failed = errno == EIO;
            if (read_failed)
                now.failed_here(file_error("reading"));
            else
                now.stream_failed(stream_error());
            co_return true;
        }
        auto ready = co_await to.wait_writable();
        now.waited();
        if (!ready) {
            now.stream_failed(std::move(ready.error()));
            co_return true;
        }
    }
}

task<> send_blocks(stream& to, source& from, pump_run& now) {
    const block_buffer buffer;
    std::optional<readiness> slow;
    if (from.slow_descriptor() >= 0) slow.emplace(from.slow_descriptor(), readiness_to::read);
    while (true) {
        // A translator may still hold what it has read.
        if (slow && from.slow_descriptor() >= 0) {
            auto ready = co_await slow->wait();
            if (!ready) {
                now.failed_here(std::move(ready.error()));
                co_return;
            }
        }
        auto got = from.read(buffer.room().first(now.piece(block_size)));
        if (!got) {
            now.failed_here(std::move(got.error()));
            co_return;
        }
        if (*got == 0) co_return;
        auto sent = co_await to.write(buffer.first(*got));
        if (!sent) {
            now.stream_failed(std::move(sent.error()));
            co_return;
        }
        now.moved(*got);
        const bool goes_on = co_await now.go_on();
        if (!goes_on) co_return;
    }
}

} // namespace

task<pump_report> receive(stream& from, sink& to, const progress_function& progress,
                          const rate_limits& limits) {
    pump_run now(progress, limits);
    std::optional<readiness> slow;
    if (to.slow_descriptor() >= 0) slow.emplace(to.slow_descriptor(), readiness_to::write);
    if (slow && !slow->may_block()) slow.reset();
    readiness* const wait_for = slow ? &*slow : nullptr;
    file* direct = from.plain_socket() >= 0 ? to.direct() : nullptr;
    if (direct != nullptr && slow && !direct->is_pipe()) direct = nullptr;

    // A small file is done within the first block: a pipe of ours would cost it more than it saves.
    // A pipe of others takes a block only in many small pieces.
    bool ended = false;
    if (direct == nullptr || !slow)
        ended = co_await copy_blocks(from, to, wait_for, now, direct != nullptr ? block_size : 0);
    if (!ended && now.report.status && direct != nullptr) {
        const auto how = co_await splice_to_file(from, *direct, wait_for, now);
        ended = how == splice_end::finished;
        if (how == splice_end::unsupported)
            ended = co_await copy_blocks(from, to, wait_for, now, 0);
    }
    if (ended && slow && to.direct() == nullptr) {
        auto ready = co_await slow->wait();
        if (!ready) now.failed_here(std::move(ready.error()));
        ended = ready.has_value();
    }
    if (ended) {
        auto finished = to.finish();
        if (!finished) now.failed_here(std::move(finished.error()));
    }
    co_return std::move(now.report);
}

task<pump_report> send(stream& to, source& from, const progress_function& progress,
                       const rate_limits& limits) {
    pump_run now(progress, limits);
    file* const direct = to.plain_socket() >= 0 ? from.direct() : nullptr;
    bool done = false;
    if (direct != nullptr) done = co_await send_whole_file(to, *direct, now);
    if (!done) co_await send_blocks(to, from, now);
    co_return std::move(now.report);
}

} // namespace ferry::io
