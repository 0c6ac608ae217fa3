#include "io/splice.hpp"

#include <algorithm>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace ferry::io {

namespace {

/// What one pipe carries at once: the most an ordinary user may ask for.
constexpr std::size_t pipe_size = 1024 * 1024;

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

/// The way from our pipe to the file: by splice, or by copying if the file cannot be spliced to (a
/// terminal, a file opened for appending).
class pipe_drain {
public:
    pipe_drain(const pipe_pair& pipe, file& to, readiness* slow, pump_run& now)
        : pipe_(&pipe), to_(&to), slow_(slow), now_(&now) {}

    /// Moves `count` bytes, which lie in the pipe. False if it failed.
    [[nodiscard]] task<bool> drain(std::size_t count);

    [[nodiscard]] bool copies() const noexcept { return copies_; }

private:
    [[nodiscard]] ssize_t splice(std::size_t count) const noexcept;
    [[nodiscard]] result<std::size_t> copy(std::size_t count) const;

    const pipe_pair* pipe_;
    file* to_;
    readiness* slow_;
    pump_run* now_;
    bool copies_ = false;
};

ssize_t pipe_drain::splice(std::size_t count) const noexcept {
    // Between pipes, this flag is all that is needed to fail in place of waiting.
    const unsigned patience = slow_ != nullptr ? SPLICE_F_NONBLOCK : 0;
    return ::splice(pipe_->out(), nullptr, to_->descriptor(), nullptr, count,
                    SPLICE_F_MOVE | SPLICE_F_MORE | patience);
}

result<std::size_t> pipe_drain::copy(std::size_t count) const {
    std::vector<char> bytes(slow_ != nullptr ? std::min(count, slow_piece) : count);
    const auto got = ::read(pipe_->out(), bytes.data(), bytes.size());
    if (got <= 0) return std::size_t{0};
    const auto size = static_cast<std::size_t>(got);
    auto written = to_->write(std::string_view(bytes.data(), size));
    if (!written) return fail(std::move(written.error()));
    return size;
}

task<bool> pipe_drain::drain(std::size_t count) {
    while (count > 0) {
        if (!copies_) {
            const auto got = splice(count);
            if (got >= 0) {
                count -= static_cast<std::size_t>(got);
                continue;
            }
            if (errno == EINTR) continue;
            copies_ = errno == EINVAL;
            if (!copies_ && (slow_ == nullptr || !would_block())) {
                now_->failed_here(file_error("writing"));
                co_return false;
            }
        }
        if (slow_ != nullptr) {
            auto ready = co_await slow_->wait();
            if (!ready) {
                now_->failed_here(std::move(ready.error()));
                co_return false;
            }
        }
        if (!copies_) continue;
        auto copied = copy(count);
        if (!copied) {
            now_->failed_here(std::move(copied.error()));
            co_return false;
        }
        count -= *copied;
    }
    co_return true;
}

} // namespace

task<splice_end> splice_to_file(stream& from, file& to, readiness* slow, pump_run& now) {
    const pipe_pair pipe;
    if (!pipe) co_return splice_end::unsupported;
    pipe_drain rest(pipe, to, slow, now);
    while (true) {
        // Asked for anew each time: another task may have closed the stream while this one waited,
        // and the number may be somebody else's by now.
        const auto got =
            ::splice(from.plain_socket(), nullptr, pipe.in(), nullptr, now.piece(pipe_size),
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
        const bool drained = co_await rest.drain(count);
        if (!drained) co_return splice_end::failed;
        now.moved(count);
        if (rest.copies()) co_return splice_end::unsupported;
        const bool goes_on = co_await now.go_on();
        if (!goes_on) co_return splice_end::failed;
    }
}

} // namespace ferry::io
