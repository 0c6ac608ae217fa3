// Moves bytes between a stream and what is at the other side of it: a file, memory, a translator.
//
// Between a plain socket and a file the kernel moves them (sendfile, splice); elsewhere a buffer of
// `block_size` does. docs/decisions tells the measurements.
#pragma once

#include "io/file.hpp"
#include "io/stream.hpp"

#include <ferry/rate_limit.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace ferry::io {

inline constexpr std::size_t block_size = 256 * 1024;

/// Takes bytes. `write` may block on a disk, but not on a network or a program.
class sink {
public:
    virtual ~sink() = default;
    [[nodiscard]] virtual result<> write(std::string_view bytes) = 0;

    /// The end: what was held back is written.
    [[nodiscard]] virtual result<> finish() { return {}; }

    /// A file that may be written directly at its position, in place of `write`; or nullptr. Unless
    /// it is slow, at least the first `block_size` bytes go through `write` all the same.
    [[nodiscard]] virtual file* direct() noexcept { return nullptr; }

    /// What to wait for before `write`, where writing may block: a pipe, a terminal; or -1. It is
    /// then given small pieces, which it must pass on as they are, give or take some bytes.
    [[nodiscard]] virtual int slow_descriptor() const noexcept { return -1; }
};

/// Gives bytes.
class source {
public:
    virtual ~source() = default;
    /// At least one byte, or 0 at the end.
    [[nodiscard]] virtual result<std::size_t> read(std::span<char> into) = 0;

    /// A file that may be read directly at its position, in place of `read`; or nullptr.
    [[nodiscard]] virtual file* direct() noexcept { return nullptr; }

    /// What to wait for before `read`, where reading may block: a pipe, a terminal; or -1.
    [[nodiscard]] virtual int slow_descriptor() const noexcept { return -1; }
};

/// Told after each block how many bytes have moved over the stream since the start.
using progress_function = std::function<void(std::uint64_t)>;

/// What a pump keeps to, all of it. With none, or while none limits, it moves blocks as large as
/// ever. Waiting here is no stall of the stream.
using rate_limits = std::vector<std::shared_ptr<rate_limit>>;
inline const rate_limits no_limits;

/// What a pump moved, and on which side it ended when it failed.
class pump_report {
public:
    pump_report() = default;
    std::uint64_t bytes = 0;  ///< over the stream
    bool failed_here = false; ///< the sink or source failed, not the stream
    result<> status;
};

/// Until the orderly end of `from`. Then `to.finish()`.
[[nodiscard]] task<pump_report> receive(stream& from, sink& to, const progress_function& progress,
                                        const rate_limits& limits = no_limits);
/// Until the end of `from`. Does not finish the stream's writing.
[[nodiscard]] task<pump_report> send(stream& to, source& from, const progress_function& progress,
                                     const rate_limits& limits = no_limits);

/// A file as sink and source, from its present position.
class file_sink : public sink {
public:
    explicit file_sink(file& target) : file_(&target) {}

    [[nodiscard]] result<> write(std::string_view bytes) override { return file_->write(bytes); }

    [[nodiscard]] file* direct() noexcept override { return file_; }

private:
    file* file_;
};

/// The same for what is not known to be a regular file.
class slow_file_sink final : public file_sink {
public:
    explicit slow_file_sink(file& target) : file_sink(target), descriptor_(target.descriptor()) {}

    [[nodiscard]] int slow_descriptor() const noexcept override { return descriptor_; }

private:
    int descriptor_;
};

class file_source : public source {
public:
    explicit file_source(file& origin) : file_(&origin) {}

    [[nodiscard]] result<std::size_t> read(std::span<char> into) override {
        return file_->read(into);
    }

    [[nodiscard]] file* direct() noexcept override { return file_; }

    [[nodiscard]] int slow_descriptor() const noexcept override { return file_->descriptor(); }

private:
    file* file_;
};

} // namespace ferry::io
