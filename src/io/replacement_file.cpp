#include "io/replacement_file.hpp"

#include <cerrno>
#include <functional>
#include <random>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace ferry::io {

namespace {

constexpr std::string_view suffix = ".ferry-part";
constexpr const char* origin_attribute = "user.ferry.origin";
constexpr std::size_t longest_name = 255; // NAME_MAX of Linux file systems

std::string hex(std::uint64_t value) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4)
        text += digits[(value >> static_cast<unsigned>(shift)) & 0xFU];
    return text;
}

/// Directory (with its slash) and last component.
std::pair<std::string, std::string> split(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return {"", path};
    return {path.substr(0, slash + 1), path.substr(slash + 1)};
}

std::string hidden_name(const std::string& path, const std::string& tag) {
    const auto [directory, last] = split(path);
    const auto tail = tag + std::string(suffix);
    if (last.size() + tail.size() + 1 <= longest_name) return directory + '.' + last + tail;
    // Too long: its beginning, and a hash that tells it from others.
    const auto mark = '~' + hex(std::hash<std::string>()(last));
    return directory + '.' + last.substr(0, longest_name - 1 - mark.size() - tail.size()) + mark +
           tail;
}

failure local_failure(std::string_view what) {
    const std::error_code os(errno, std::system_category());
    return fail(error::from_system(os, errc::local_file, what));
}

/// That a file that is to be written is one of ours and nobody else's.
result<> check_own(const struct stat& facts, const std::string& name) {
    if (!S_ISREG(facts.st_mode) || facts.st_nlink != 1)
        return fail(errc::local_exists, name + " is not a plain file of its own; remove it");
    if (facts.st_uid != ::geteuid())
        return fail(errc::local_exists, name + " belongs to another user");
    return {};
}

/// Two names may be given to one file between opening and locking: that the locked file is still
/// the one of that name.
bool still_named(int directory, const std::string& name, int descriptor) {
    struct stat held{};
    struct stat named{};
    return ::fstat(descriptor, &held) == 0 &&
           ::fstatat(directory, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

} // namespace

std::string replacement_file::part_name(const std::string& name) {
    return hidden_name(name, "");
}

bool replacement_file::is_part_name(std::string_view name) noexcept {
    return name.starts_with('.') && name.ends_with(suffix) && !is_unique_name(name);
}

bool replacement_file::is_unique_name(std::string_view name) noexcept {
    constexpr std::size_t digits = 16;
    if (!name.starts_with('.') || !name.ends_with(suffix)) return false;
    name.remove_suffix(suffix.size());
    if (name.size() < digits + 2 || name[name.size() - digits - 1] != '.') return false;
    return name.substr(name.size() - digits).find_first_not_of("0123456789abcdef") ==
           std::string_view::npos;
}

result<replacement_file> replacement_file::open(int directory, const std::string& name,
                                                replacement_options options) {
    struct stat final_facts{};
    if (::fstatat(directory, name.c_str(), &final_facts, 0) == 0 && S_ISDIR(final_facts.st_mode))
        return fail(errc::local_exists, name + " is a directory");

    replacement_file made;
    made.directory_ = directory;
    made.name_ = name;
    made.remove_if_left_ = options.unique_name;
    if (options.unique_name) {
        thread_local std::random_device random; // making one is slow in a virtual machine
        made.temporary_ = hidden_name(name, '.' + hex(random() ^ (std::uint64_t(random()) << 32U)));
    } else {
        made.temporary_ = part_name(name);
    }

    const int flags =
        O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | (options.unique_name ? O_EXCL : 0);
    auto opened = file::open_at(directory, made.temporary_, flags, options.mode);
    if (!opened) return fail(std::move(opened.error()));
    struct stat facts{};
    if (::fstat(opened->descriptor(), &facts) != 0) return local_failure(made.temporary_);
    auto own = check_own(facts, made.temporary_);
    if (!own) return fail(std::move(own.error()));
    if (::flock(opened->descriptor(), LOCK_EX | LOCK_NB) != 0 ||
        !still_named(directory, made.temporary_, opened->descriptor()))
        return fail(errc::local_exists, "another transfer is writing " + made.temporary_);
    if (!options.keep_part) {
        auto emptied = opened->truncate(0);
        if (!emptied) return fail(std::move(emptied.error()));
    }
    made.file_ = std::move(*opened);
    return made;
}

result<> replacement_file::adopt(int directory, const std::string& name) {
    struct stat facts{};
    if (::fstatat(directory, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0)
        return local_failure(name);
    // Before it loses its name: as a part it would be refused.
    auto own = check_own(facts, name);
    if (!own) return own;
    const auto temporary = part_name(name);
    if (::renameat2(directory, name.c_str(), directory, temporary.c_str(), RENAME_NOREPLACE) != 0)
        return local_failure(temporary);
    return {};
}

replacement_file::~replacement_file() {
    if (file_ && remove_if_left_) discard();
}

std::string replacement_file::origin() const {
    std::string line(256, '\0');
    const auto size = ::fgetxattr(file_.descriptor(), origin_attribute, line.data(), line.size());
    line.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return line;
}

void replacement_file::set_origin(const std::string& line) noexcept {
    ::fsetxattr(file_.descriptor(), origin_attribute, line.data(), line.size(), 0);
    has_origin_ = true;
}

result<> replacement_file::commit(std::optional<std::chrono::sys_seconds> mtime) {
    // A file that replaces one keeps its permissions.
    struct stat old{};
    if (::fstatat(directory_, name_.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(old.st_mode))
        ::fchmod(file_.descriptor(), old.st_mode & 0777U);
    if (has_origin_) ::fremovexattr(file_.descriptor(), origin_attribute);
    if (mtime) {
        const timespec stamp{static_cast<time_t>(mtime->time_since_epoch().count()), 0};
        const timespec times[2] = {stamp, stamp};
        ::futimens(file_.descriptor(), times);
    }
    if (::renameat(directory_, temporary_.c_str(), directory_, name_.c_str()) != 0)
        return local_failure(name_);
    remove_if_left_ = false;
    return file_.close();
}

void replacement_file::discard() noexcept {
    ::unlinkat(directory_, temporary_.c_str(), 0);
    remove_if_left_ = false;
    file_ = file();
}

} // namespace ferry::io
