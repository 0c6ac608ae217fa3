// What the pumps share: the state of one run, and errors in the system's words. For the io layer's
// .cpp files only.
#pragma once

#include "io/asio.hpp"
#include "io/pump.hpp"

#include <cerrno>

namespace ferry::io {

/// A pump that never has to wait lets others run after so many bytes. A turn costs a microsecond or
/// two; so few bytes, because a cancellation is one of the others.
inline constexpr std::uint64_t fair_share = 2 * 1024 * 1024;

inline bool would_block() noexcept {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

inline error stream_error() {
    const std::error_code os(errno, std::system_category());
    return error(errc::connection_lost, os.message());
}

inline error file_error(std::string_view what) {
    const std::error_code os(errno, std::system_category());
    return error::from_system(os, errc::local_file, what);
}

/// The state of one run: what moved, and what to do after each block.
class pump_run {
public:
    explicit pump_run(const progress_function& progress) : progress_(&progress) {}

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

} // namespace ferry::io
