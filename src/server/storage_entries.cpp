#include "server/storage_entries.hpp"

#include "io/replacement_file.hpp"
#include "server/storage_beneath.hpp"
#include "wire/facts.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace ferry::server_side {

namespace {

constexpr std::size_t name_buffer_size = 16 * 1024;

/// Which of read (4), write (2) and execute (1) this process has, by the permission bits. Who it
/// is, and its groups, do not change while it runs.
unsigned own_access(const struct stat& facts) {
    static const std::vector<gid_t> groups = [] {
        std::vector<gid_t> list(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
        const int count = ::getgroups(static_cast<int>(list.size()), list.data());
        list.resize(static_cast<std::size_t>(std::max(count, 0)));
        list.push_back(::getegid());
        return list;
    }();
    static const uid_t self = ::geteuid();
    if (self == 0) return S_ISDIR(facts.st_mode) ? 7U : 6U;
    if (self == facts.st_uid) return (facts.st_mode >> 6U) & 7U;
    if (std::ranges::find(groups, facts.st_gid) != groups.end()) return (facts.st_mode >> 3U) & 7U;
    return facts.st_mode & 7U;
}

/// RFC 3659, 7.5.5.
void set_perm_fact(const struct stat& facts, bool parent_changeable, std::string& perm) {
    const auto access = own_access(facts);
    const bool readable = (access & 4U) != 0;
    const bool writable = (access & 2U) != 0;
    perm.clear();
    if (S_ISREG(facts.st_mode)) {
        if (writable) perm += 'a';
        if (parent_changeable) perm += "df";
        if (readable) perm += 'r';
        if (writable || parent_changeable) perm += 'w';
    } else if (S_ISDIR(facts.st_mode)) {
        const bool enterable = (access & 1U) != 0;
        const bool changeable = writable && enterable;
        if (changeable) perm += 'c';
        if (parent_changeable) perm += 'd';
        if (enterable) perm += 'e';
        if (parent_changeable) perm += 'f';
        if (readable) perm += 'l';
        if (changeable) perm += "mp";
    } else if (parent_changeable) {
        perm += "df";
    }
}

void set_unique(const struct stat& facts, std::string& unique) {
    std::array<char, 40> text{};
    auto* const end = text.data() + text.size();
    auto* at = std::to_chars(text.data(), end, facts.st_dev, 16).ptr;
    *at++ = 'g';
    at = std::to_chars(at, end, facts.st_ino, 16).ptr;
    unique.assign(text.data(), at);
}

entry_type type_of(mode_t mode) noexcept {
    if (S_ISREG(mode)) return entry_type::file;
    if (S_ISDIR(mode)) return entry_type::directory;
    return S_ISLNK(mode) ? entry_type::symlink : entry_type::other;
}

bool forges_lines(std::string_view name) noexcept {
    return name.find_first_of("\r\n") != std::string_view::npos;
}

class open_directory final : public directory {
public:
    open_directory(DIR* stream, listing_detail detail, bool changeable, name_cache& names)
        : stream_(stream), detail_(detail), changeable_(changeable), names_(&names) {}

    ~open_directory() override { ::closedir(stream_); }

    open_directory(const open_directory&) = delete;
    open_directory& operator=(const open_directory&) = delete;

    [[nodiscard]] result<bool> next(entry& into) override {
        while (true) {
            errno = 0;
            const dirent* const found = ::readdir(stream_);
            if (found == nullptr && errno != 0) return last_storage_error();
            if (found == nullptr) return false;
            const std::string_view name(found->d_name);
            if (name == "." || name == ".." || forges_lines(name) ||
                io::replacement_file::is_unique_name(name))
                continue;
            into.name = name;
            if (detail_ == listing_detail::names) return true;
            struct stat facts{};
            // It may have gone since the directory was read.
            if (::fstatat(::dirfd(stream_), found->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0)
                continue;
            describe_entry(facts, changeable_, *names_, into);
            if (into.type == entry_type::symlink) read_target(found->d_name, into.target);
            return true;
        }
    }

private:
    void read_target(const char* name, std::string& target) {
        std::array<char, 4096> text{};
        const auto length = ::readlinkat(::dirfd(stream_), name, text.data(), text.size());
        target.assign(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
        if (forges_lines(target)) target.clear();
    }

    DIR* stream_;
    listing_detail detail_;
    bool changeable_;
    name_cache* names_;
};

} // namespace

const std::string& name_cache::user(uid_t id) {
    const auto [at, is_new] = users_.try_emplace(id);
    if (!is_new) return at->second;
    std::vector<char> buffer(name_buffer_size);
    passwd row{};
    passwd* found = nullptr;
    ::getpwuid_r(id, &row, buffer.data(), buffer.size(), &found);
    at->second = found != nullptr ? std::string(found->pw_name) : std::to_string(id);
    return at->second;
}

const std::string& name_cache::group(gid_t id) {
    const auto [at, is_new] = groups_.try_emplace(id);
    if (!is_new) return at->second;
    std::vector<char> buffer(name_buffer_size);
    struct group row{};
    struct group* found = nullptr;
    ::getgrgid_r(id, &row, buffer.data(), buffer.size(), &found);
    at->second = found != nullptr ? std::string(found->gr_name) : std::to_string(id);
    return at->second;
}

bool may_change_entries(const struct stat& parent) {
    return (own_access(parent) & 3U) == 3U;
}

void describe_entry(const struct stat& facts, bool parent_changeable, name_cache& names,
                    entry& into) {
    into.type = type_of(facts.st_mode);
    into.size.reset();
    if (!S_ISDIR(facts.st_mode)) into.size = static_cast<std::uint64_t>(facts.st_size);
    into.mtime = std::chrono::sys_seconds(std::chrono::seconds(facts.st_mtim.tv_sec));
    into.precision = time_precision::utc_second;
    into.permissions = wire::format_permissions(facts.st_mode & 07777U);
    into.owner = names.user(facts.st_uid);
    into.group = names.group(facts.st_gid);
    into.target.clear();
    set_perm_fact(facts, parent_changeable, into.perm_fact);
    set_unique(facts, into.unique);
}

result<std::unique_ptr<directory>> read_directory(io::file opened, listing_detail detail,
                                                  name_cache& names) {
    struct stat facts{};
    if (::fstat(opened.descriptor(), &facts) != 0) return last_storage_error();
    // fdopendir takes a descriptor over: it gets one of its own.
    const int own = ::fcntl(opened.descriptor(), F_DUPFD_CLOEXEC, 0);
    if (own < 0) return last_storage_error();
    DIR* const stream = ::fdopendir(own);
    if (stream == nullptr) {
        const auto problem = last_storage_error();
        ::close(own);
        return problem;
    }
    std::unique_ptr<directory> made =
        std::make_unique<open_directory>(stream, detail, may_change_entries(facts), names);
    return made;
}

} // namespace ferry::server_side
