#include "io/copy.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace ferry::io {

namespace {

constexpr std::size_t piece = 8 * 1024 * 1024;
constexpr int pipe_size = 1024 * 1024;

failure system_failure(std::string_view what) {
    return fail(error::from_system(std::error_code(errno, std::generic_category()),
                                   errc::local_file, what));
}

/// Bytes moved, 0 at the end; nothing where the kernel cannot copy between these two.
result<std::optional<std::size_t>> copy_in_kernel(const file& from, const file& to) {
    while (true) {
        const auto moved =
            ::copy_file_range(from.descriptor(), nullptr, to.descriptor(), nullptr, piece, 0);
        if (moved >= 0) return static_cast<std::size_t>(moved);
        if (errno == EINTR) continue;
        if (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)
            return std::nullopt;
        return system_failure("copying");
    }
}

result<std::size_t> copy_through(file& from, file& to, std::span<char> buffer) {
    auto got = from.read(buffer);
    if (!got || *got == 0) return got;
    auto written = to.write(std::string_view(buffer.data(), *got));
    if (!written) return fail(std::move(written.error()));
    return got;
}

} // namespace

task<result<std::uint64_t>> copy_contents(file& from, file& to, const progress_function& progress) {
    std::uint64_t total = 0;
    std::unique_ptr<char[]> buffer;
    while (true) {
        result<std::size_t> moved = 0;
        if (!buffer) {
            auto by_kernel = copy_in_kernel(from, to);
            if (!by_kernel) co_return fail(std::move(by_kernel.error()));
            if (*by_kernel)
                moved = **by_kernel;
            else
                buffer = std::make_unique_for_overwrite<char[]>(block_size);
        }
        if (buffer) moved = copy_through(from, to, std::span(buffer.get(), block_size));
        if (!moved) co_return fail(std::move(moved.error()));
        if (*moved == 0) co_return total;
        total += *moved;
        if (progress) progress(total);
        auto rested = co_await sleep_for(milliseconds(0));
        if (!rested) co_return fail(std::move(rested.error()));
    }
}

task<result<std::string>> digest_of(file& from, digest_kind kind) {
    digest sum(kind);
    const auto buffer = std::make_unique_for_overwrite<char[]>(block_size);
    while (true) {
        auto got = from.read(std::span(buffer.get(), block_size));
        if (!got) co_return fail(std::move(got.error()));
        if (*got == 0) co_return sum.finish();
        sum.add(std::string_view(buffer.get(), *got));
        auto rested = co_await sleep_for(milliseconds(0));
        if (!rested) co_return fail(std::move(rested.error()));
    }
}

result<pipe_ends> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_failure("a pipe");
    ::fcntl(ends[1], F_SETPIPE_SZ, pipe_size);
    return pipe_ends(file(ends[0]), file(ends[1]));
}

result<file> make_temporary_file() {
    std::error_code problem;
    const auto directory = std::filesystem::temp_directory_path(problem);
    return file::open_at(current_directory, problem ? "/tmp" : directory.string(),
                         O_TMPFILE | O_RDWR, 0600);
}

void remove_if_there(const std::string& path) noexcept {
    ::unlink(path.c_str());
}

result<> make_directories(const std::string& path) {
    std::error_code problem;
    std::filesystem::create_directories(path, problem);
    if (problem) return fail(error::from_system(problem, errc::local_file, path));
    return {};
}

} // namespace ferry::io
