#include "io/file.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ferry::io {

static_assert(current_directory == AT_FDCWD);

namespace {

failure system_failure(std::string_view what) {
    const std::error_code os(errno, std::system_category());
    return fail(error::from_system(os, errc::local_file, what));
}

/// Repeats a call that a signal interrupted.
template<class Call>
auto retried(Call call) {
    auto got = call();
    while (got < 0 && errno == EINTR)
        got = call();
    return got;
}

/// What was opened without waiting for the other end is read and written as other files are.
result<> make_blocking(int descriptor) {
    const int mode = ::fcntl(descriptor, F_GETFL);
    if (mode < 0 || ::fcntl(descriptor, F_SETFL, mode & ~O_NONBLOCK) != 0)
        return system_failure("opening");
    return {};
}

} // namespace

file::~file() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

file& file::operator=(file&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

result<file> file::open_at(int directory, const std::string& name, int flags, unsigned mode) {
    const int descriptor =
        retried([&] { return ::openat(directory, name.c_str(), flags | O_CLOEXEC, mode); });
    if (descriptor < 0) return system_failure(name);
    return file(descriptor);
}

result<file> file::open_to_read(const std::string& name) {
    auto opened = open_at(current_directory, name, O_RDONLY | O_NONBLOCK);
    if (!opened) return opened;
    struct stat facts{};
    if (::fstat(opened->descriptor(), &facts) != 0) return system_failure(name);
    if (S_ISDIR(facts.st_mode)) return fail(errc::local_file, name + " is a directory");
    if (S_ISREG(facts.st_mode)) return opened;
    auto blocking = make_blocking(opened->descriptor());
    if (!blocking) return fail(std::move(blocking.error()));
    return opened;
}

result<special_file> file::open_special(const std::string& name) {
    special_file found;
    struct stat facts{};
    if (::stat(name.c_str(), &facts) != 0 || S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode))
        return found;
    const int descriptor =
        retried([&] { return ::open(name.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC); });
    found.wants_reader = descriptor < 0 && errno == ENXIO && S_ISFIFO(facts.st_mode);
    if (found.wants_reader) return found;
    if (descriptor < 0) return system_failure(name);
    found.opened = file(descriptor);
    auto blocking = make_blocking(descriptor);
    if (!blocking) return fail(std::move(blocking.error()));
    return found;
}

result<file> file::duplicate(int descriptor) {
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return system_failure("descriptor " + std::to_string(descriptor));
    return file(copy);
}

result<std::size_t> file::read(std::span<char> into) {
    const auto count = retried([&] { return ::read(descriptor_, into.data(), into.size()); });
    if (count < 0) return system_failure("reading");
    return static_cast<std::size_t>(count);
}

result<> file::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count =
            retried([&] { return ::write(descriptor_, bytes.data(), bytes.size()); });
        if (count < 0) return system_failure("writing");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

result<std::uint64_t> file::seek(std::uint64_t offset) {
    const auto at = ::lseek(descriptor_, static_cast<off_t>(offset), SEEK_SET);
    if (at < 0) return system_failure("seeking");
    return static_cast<std::uint64_t>(at);
}

result<std::uint64_t> file::size() const {
    struct stat facts{};
    if (::fstat(descriptor_, &facts) != 0) return system_failure("looking at the file");
    return static_cast<std::uint64_t>(facts.st_size);
}

result<bool> file::is_regular() const {
    struct stat facts{};
    if (::fstat(descriptor_, &facts) != 0) return system_failure("looking at the file");
    return S_ISREG(facts.st_mode);
}

bool file::is_pipe() const noexcept {
    struct stat facts{};
    return ::fstat(descriptor_, &facts) == 0 && S_ISFIFO(facts.st_mode);
}

result<std::chrono::sys_seconds> file::modification_time() const {
    struct stat facts{};
    if (::fstat(descriptor_, &facts) != 0) return system_failure("looking at the file");
    return std::chrono::sys_seconds(std::chrono::seconds(facts.st_mtim.tv_sec));
}

result<> file::set_modification_time(std::chrono::sys_seconds time) {
    const timespec stamp{static_cast<time_t>(time.time_since_epoch().count()), 0};
    const timespec times[2] = {stamp, stamp};
    if (::futimens(descriptor_, times) != 0) return system_failure("setting the time");
    return {};
}

result<> file::truncate(std::uint64_t size) {
    if (retried([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); }) != 0)
        return system_failure("setting the size");
    return {};
}

result<> file::reserve(std::uint64_t begin, std::uint64_t end) {
    if (begin >= end) return {};
    const int got = retried([&] {
        return ::fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(begin),
                           static_cast<off_t>(end - begin));
    });
    if (got != 0 && (errno == ENOSPC || errno == EDQUOT))
        return system_failure("making room for " + std::to_string(end - begin) + " bytes");
    return {};
}

result<> file::sync() {
    if (retried([&] { return ::fsync(descriptor_); }) != 0 && errno != EINVAL)
        return system_failure("writing to the disk");
    return {};
}

result<> file::close() {
    // Not retried: on Linux the descriptor is gone even when close is interrupted.
    const int descriptor = std::exchange(descriptor_, -1);
    if (::close(descriptor) != 0 && errno != EINTR) return system_failure("closing");
    return {};
}

} // namespace ferry::io
