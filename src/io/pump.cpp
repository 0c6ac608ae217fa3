#include "io/pump.hpp"

#include "io/asio.hpp"
#include "io/readiness.hpp"

#include <cerrno>
#include <memory>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

namespace ferry::io {

namespace {

/// What one pipe carries at once: the most an ordinary user may ask for.
constexpr std::size_t pipe_size = 1024 * 1024;
/// sendfile gives a look at the progress after so many bytes.
constexpr std::size_t sendfile_block = 8 * 1024 * 1024;
/// A pump that never has to wait lets others run after so many bytes. A turn costs a microsecond or
/// two; so few bytes, because a cancellation is one of the others.
constexpr std::uint64_t fair_share = 2 * 1024 * 1024;

bool would_block() noexcept {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

error stream_error() {
    const std::error_code os(errno, std::system_category());
    return error(errc::connection_lost, os.message());
}

error file_error(std::string_view what) {
    const std::error_code os(errno, std::system_category());
    return error::from_system(os, errc::local_file, what);
}

/// The state of one run: what moved, and what to do after each block.
class run {
public:
    explicit run(const progress_function& progress) : progress_(&progress) {}

    void moved(std::size_t count) {
        report.bytes += count;
        since_wait_ += count;
        if (*progress_) (*progress_)(report.bytes);
    }

    void stream_failed(error e) {
        if (report.status) report.status = fail(std::move(e));
    }

    void failed_here(error e) {
        report.failed_here = true;
        report.status = fail(std::move(e));
    }

    void waited() noexcept { since_wait_ = 0; }

    /// Gives others on this context a turn, if this pump has had its share. False if it was
    /// cancelled meanwhile.
    [[nodiscard]] task<bool> be_fair() {
        if (since_wait_ < fair_share) co_return true;
        since_wait_ = 0;
        co_await asio::post(asio::use_awaitable);
        const bool cancelled = co_await take_cancellation();
        if (!cancelled) co_return true;
        stream_failed(error(errc::interrupted));
        co_return false;
    }

    pump_report report;

private:
    const progress_function* progress_;
    std::uint64_t since_wait_ = 0;
};

class pipe_pair {
public:
    pipe_pair() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return;
        out_ = file(ends[0]);
        in_ = file(ends[1]);
        ::fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(pipe_size));
    }

    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(in_); }

    [[nodiscard]] int in() const noexcept { return in_.descriptor(); }

    [[nodiscard]] int out() const noexcept { return out_.descriptor(); }

private:
    file out_;
    file in_;
};

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

enum class splice_end : std::uint8_t { finished, failed, unsupported };

/// Moves `count` bytes that wait in the pipe to the file, by copying if the file cannot be spliced
/// to (a terminal, a file opened for appending).
bool drain_pipe(const pipe_pair& pipe, file& to, std::size_t count, run& now, bool& unsupported) {
    std::vector<char> copy;
    while (count > 0) {
        ssize_t got = -1;
        if (!unsupported) {
            got = ::splice(pipe.out(), nullptr, to.descriptor(), nullptr, count,
                           SPLICE_F_MOVE | SPLICE_F_MORE);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0 && errno != EINVAL) {
                now.failed_here(file_error("writing"));
                return false;
            }
            unsupported = got < 0;
        }
        if (unsupported) {
            copy.resize(count);
            got = ::read(pipe.out(), copy.data(), copy.size());
            if (got <= 0) continue;
            auto written = to.write(std::string_view(copy.data(), static_cast<std::size_t>(got)));
            if (!written) {
                now.failed_here(std::move(written.error()));
                return false;
            }
        }
        count -= static_cast<std::size_t>(got);
    }
    return true;
}

/// The bytes never come to user space: socket, pipe, file.
task<splice_end> splice_to_file(stream& from, file& to, run& now) {
    const pipe_pair pipe;
    if (!pipe) co_return splice_end::unsupported;
    bool file_unsupported = false;
    while (true) {
        // Asked for anew each time: another task may have closed the stream while this one waited,
        // and the number may be somebody else's by now.
        const auto got = ::splice(from.plain_socket(), nullptr, pipe.in(), nullptr, pipe_size,
                                  SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE);
        if (got == 0) co_return splice_end::finished;
        if (got < 0) {
            if (errno == EINTR) continue;
            if (errno == EINVAL) co_return splice_end::unsupported;
            if (!would_block()) {
                now.stream_failed(stream_error());
                co_return splice_end::failed;
            }
            auto ready = co_await from.wait_readable();
            now.waited();
            if (!ready) {
                now.stream_failed(std::move(ready.error()));
                co_return splice_end::failed;
            }
            continue;
        }
        const auto count = static_cast<std::size_t>(got);
        if (!drain_pipe(pipe, to, count, now, file_unsupported)) co_return splice_end::failed;
        now.moved(count);
        if (file_unsupported) co_return splice_end::unsupported;
        const bool goes_on = co_await now.be_fair();
        if (!goes_on) co_return splice_end::failed;
    }
}

/// Reads blocks until the end, a failure, or (if not 0) until `enough` bytes have moved.
/// True at the end.
task<bool> copy_blocks(stream& from, sink& to, run& now, std::uint64_t enough) {
    const block_buffer buffer;
    while (enough == 0 || now.report.bytes < enough) {
        auto got = co_await from.read_some(buffer.room());
        if (!got) {
            now.stream_failed(std::move(got.error()));
            co_return false;
        }
        if (*got == 0) co_return true;
        auto written = to.write(buffer.first(*got));
        if (!written) {
            now.failed_here(std::move(written.error()));
            co_return false;
        }
        now.moved(*got);
        const bool goes_on = co_await now.be_fair();
        if (!goes_on) co_return false;
    }
    co_return false;
}

/// sendfile until the end of the file. False if the file or stream cannot, with nothing moved.
task<bool> send_whole_file(stream& to, file& from, run& now) {
    while (true) {
        // Not kept: see splice_to_file.
        const auto sent = ::sendfile(to.plain_socket(), from.descriptor(), nullptr, sendfile_block);
        if (sent == 0) co_return true;
        if (sent > 0) {
            now.moved(static_cast<std::size_t>(sent));
            const bool goes_on = co_await now.be_fair();
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

task<> send_blocks(stream& to, source& from, run& now) {
    const block_buffer buffer;
    std::optional<readiness> slow;
    if (from.slow_descriptor() >= 0) slow.emplace(from.slow_descriptor());
    while (true) {
        if (slow) {
            auto ready = co_await slow->wait();
            if (!ready) {
                now.failed_here(std::move(ready.error()));
                co_return;
            }
        }
        auto got = from.read(buffer.room());
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
        const bool goes_on = co_await now.be_fair();
        if (!goes_on) co_return;
    }
}

} // namespace

task<pump_report> receive(stream& from, sink& to, const progress_function& progress) {
    run now(progress);
    file* const direct = from.plain_socket() >= 0 ? to.direct() : nullptr;
    // A small file is done within the first block: a pipe would cost it more than it saves.
    bool ended = co_await copy_blocks(from, to, now, direct != nullptr ? block_size : 0);
    if (!ended && now.report.status && direct != nullptr) {
        const auto how = co_await splice_to_file(from, *direct, now);
        ended = how == splice_end::finished;
        if (how == splice_end::unsupported) ended = co_await copy_blocks(from, to, now, 0);
    }
    if (ended) {
        auto finished = to.finish();
        if (!finished) now.failed_here(std::move(finished.error()));
    }
    co_return std::move(now.report);
}

task<pump_report> send(stream& to, source& from, const progress_function& progress) {
    run now(progress);
    file* const direct = to.plain_socket() >= 0 ? from.direct() : nullptr;
    bool done = false;
    if (direct != nullptr) done = co_await send_whole_file(to, *direct, now);
    if (!done) co_await send_blocks(to, from, now);
    co_return std::move(now.report);
}

} // namespace ferry::io
