#include "io/local_tree.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace ferry::io {

namespace {

/// The kernel gives up with EAGAIN when directories move while it looks.
constexpr int resolve_attempts = 16;

failure last_error(const std::string& path) {
    return fail(error::from_system(std::error_code(errno, std::generic_category()),
                                   errc::local_file, path.empty() ? "." : path));
}

result<> done_or_error(int outcome, const std::string& path) {
    if (outcome != 0) return last_error(path);
    return {};
}

std::string parent_path(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string last_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

entry_type type_of(mode_t mode) noexcept {
    if (S_ISREG(mode)) return entry_type::file;
    if (S_ISDIR(mode)) return entry_type::directory;
    return S_ISLNK(mode) ? entry_type::symlink : entry_type::other;
}

std::string permissions_of(mode_t mode) {
    constexpr std::string_view letters = "rwxrwxrwx";
    std::string text(letters);
    for (std::size_t i = 0; i < letters.size(); ++i)
        if ((mode >> (letters.size() - 1 - i) & 1U) == 0) text[i] = '-';
    return text;
}

entry entry_of(const struct stat& facts, std::string name) {
    entry what;
    what.name = std::move(name);
    what.type = type_of(facts.st_mode);
    if (S_ISREG(facts.st_mode)) what.size = static_cast<std::uint64_t>(facts.st_size);
    what.mtime = std::chrono::sys_seconds(std::chrono::seconds(facts.st_mtim.tv_sec));
    what.precision = time_precision::utc_second;
    what.permissions = permissions_of(facts.st_mode);
    return what;
}

std::string target_of(int directory, const char* name) {
    std::array<char, 4096> text{};
    const auto length = ::readlinkat(directory, name, text.data(), text.size());
    return {text.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

/// An entry of an open directory; nothing if it has gone meanwhile.
std::optional<entry> entry_at(int directory, const char* name) {
    struct stat facts{};
    if (::fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
    auto what = entry_of(facts, name);
    if (what.type == entry_type::symlink) what.target = target_of(directory, name);
    return what;
}

/// statfs(2) of file systems that do not tell case apart: FAT, exFAT, NTFS, ntfs3, SMB, CIFS.
constexpr std::array<std::uint32_t, 6> windows_like{0x00004d44, 0x2011bab0, 0x5346544e,
                                                    0x7366746e, 0xfe534d42, 0xff534d42};
constexpr std::array<std::uint32_t, 2> macos_like{0x0000482b, 0x00004244}; // HFS+, HFS

} // namespace

result<local_tree> local_tree::open(const std::string& directory) {
    auto root = file::open_at(current_directory, directory, O_RDONLY | O_DIRECTORY);
    if (!root) return fail(std::move(root.error()));
    return local_tree(std::move(*root));
}

result<file> local_tree::open_beneath(const std::string& path, int flags, bool follow_links) const {
    const std::string relative = path.empty() ? "." : path;
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    if (!follow_links) how.resolve |= RESOLVE_NO_SYMLINKS;
    for (int attempt = 1;; ++attempt) {
        const auto descriptor =
            ::syscall(SYS_openat2, root_.descriptor(), relative.c_str(), &how, sizeof how);
        if (descriptor >= 0) return file(static_cast<int>(descriptor));
        if (errno == ELOOP || errno == EXDEV)
            return fail(errc::unsafe_name, relative + ": a symbolic link stands in the way");
        if (errno != EINTR && (errno != EAGAIN || attempt >= resolve_attempts))
            return last_error(path);
    }
}

struct local_tree::listing::state {
    state(DIR* open, std::string where) : stream(open), path(std::move(where)) {}

    ~state() { ::closedir(stream); }

    state(const state&) = delete;
    state& operator=(const state&) = delete;

    DIR* stream;
    std::string path; ///< for messages
};

local_tree::listing::listing(std::unique_ptr<state> open) : state_(std::move(open)) {}

local_tree::listing::listing(listing&&) noexcept = default;
local_tree::listing& local_tree::listing::operator=(listing&&) noexcept = default;
local_tree::listing::~listing() = default;

result<std::optional<entry>> local_tree::listing::next() {
    while (true) {
        errno = 0;
        const dirent* const found = ::readdir(state_->stream);
        if (found == nullptr) {
            if (errno != 0) return last_error(state_->path);
            return std::nullopt;
        }
        if (!is_safe_name(found->d_name)) continue; // "." and ".."
        if (auto what = entry_at(::dirfd(state_->stream), found->d_name)) return what;
    }
}

result<local_tree::listing> local_tree::list(const std::string& path) const {
    auto opened = open_beneath(path, O_RDONLY | O_DIRECTORY, false);
    if (!opened) return fail(std::move(opened.error()));
    const int own = ::fcntl(opened->descriptor(), F_DUPFD_CLOEXEC, 0);
    if (own < 0) return last_error(path);
    DIR* const stream = ::fdopendir(own);
    if (stream == nullptr) {
        auto problem = last_error(path);
        ::close(own);
        return problem;
    }
    return listing(std::make_unique<listing::state>(stream, path));
}

name_family local_tree::names() const noexcept {
    struct statfs facts{};
    if (::fstatfs(root_.descriptor(), &facts) != 0) return name_family::unix_like;
    const auto kind = static_cast<std::uint32_t>(facts.f_type);
    if (std::ranges::find(windows_like, kind) != windows_like.end()) return name_family::windows;
    if (std::ranges::find(macos_like, kind) != macos_like.end()) return name_family::macos;
    return name_family::unix_like;
}

result<entry> local_tree::look_at(const std::string& path) const {
    if (path.empty()) return follow(path);
    const auto parent = parent_of(path);
    if (!parent) return fail(error(parent.error()));
    const auto what = entry_at(parent->descriptor(), last_name(path).c_str());
    if (!what) return last_error(path);
    return *what;
}

result<entry> local_tree::follow(const std::string& path) const {
    auto opened = open_beneath(path, O_PATH, true);
    if (!opened) return fail(std::move(opened.error()));
    struct stat facts{};
    if (::fstat(opened->descriptor(), &facts) != 0) return last_error(path);
    return entry_of(facts, last_name(path));
}

result<file_facts> local_tree::facts_of(const std::string& path) const {
    auto opened = open_beneath(path, O_PATH, true);
    if (!opened) return fail(std::move(opened.error()));
    struct stat facts{};
    if (::fstat(opened->descriptor(), &facts) != 0) return last_error(path);
    file_facts what;
    what.size = static_cast<std::uint64_t>(facts.st_size);
    what.modified += std::chrono::seconds(facts.st_mtim.tv_sec) +
                     std::chrono::nanoseconds(facts.st_mtim.tv_nsec);
    return what;
}

result<file> local_tree::open_to_read(const std::string& path, bool follow_links) const {
    // A pipe that has taken the place of a file must not block.
    return open_beneath(path, O_RDONLY | O_NONBLOCK, follow_links);
}

result<file> local_tree::parent_of(const std::string& path) const {
    return open_beneath(parent_path(path), O_RDONLY | O_DIRECTORY, false);
}

std::string local_tree::name_in(const file& parent, const std::string& path) {
    return "/proc/self/fd/" + std::to_string(parent.descriptor()) + '/' + last_name(path);
}

result<> local_tree::make_directory(const std::string& path) const {
    const auto parent = parent_of(path);
    if (!parent) return fail(error(parent.error()));
    if (::mkdirat(parent->descriptor(), last_name(path).c_str(), 0777) == 0) return {};
    if (errno != EEXIST) return last_error(path);
    const auto there = look_at(path);
    if (there && there->type == entry_type::directory) return {};
    return fail(errc::local_exists, path + " is no directory");
}

result<> local_tree::remove(const std::string& path, entry_type type) const {
    const auto parent = parent_of(path);
    if (!parent) return fail(error(parent.error()));
    const int how = type == entry_type::directory ? AT_REMOVEDIR : 0;
    return done_or_error(::unlinkat(parent->descriptor(), last_name(path).c_str(), how), path);
}

result<> local_tree::rename(const std::string& from, const std::string& to) const {
    const auto old_parent = parent_of(from);
    if (!old_parent) return fail(error(old_parent.error()));
    const auto new_parent = parent_of(to);
    if (!new_parent) return fail(error(new_parent.error()));
    return done_or_error(::renameat(old_parent->descriptor(), last_name(from).c_str(),
                                    new_parent->descriptor(), last_name(to).c_str()),
                         from);
}

result<> local_tree::set_time(const std::string& path, std::chrono::sys_seconds time) const {
    const auto parent = parent_of(path);
    if (!parent) return fail(error(parent.error()));
    const timespec when{time.time_since_epoch().count(), 0};
    const std::array<timespec, 2> times{timespec{0, UTIME_OMIT}, when};
    const auto name = path.empty() ? std::string(".") : last_name(path);
    return done_or_error(
        ::utimensat(parent->descriptor(), name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW), path);
}

result<> local_tree::set_mode(const std::string& path, unsigned mode) const {
    auto opened = open_beneath(path, O_RDONLY | O_NONBLOCK, false);
    if (!opened) return fail(std::move(opened.error()));
    return done_or_error(::fchmod(opened->descriptor(), mode & 0777U), path);
}

result<> local_tree::make_link(const std::string& path, const std::string& target) const {
    const auto parent = parent_of(path);
    if (!parent) return fail(error(parent.error()));
    return done_or_error(::symlinkat(target.c_str(), parent->descriptor(), last_name(path).c_str()),
                         path);
}

} // namespace ferry::io
