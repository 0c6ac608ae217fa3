// A directory of this machine as a storage. Every path is resolved by the kernel beneath the
// directory's descriptor; what changes a directory works on its descriptor and one name in it.
#include "io/replacement_file.hpp"
#include "server/storage.hpp"
#include "server/storage_beneath.hpp"
#include "server/storage_entries.hpp"
#include "server/storage_upload.hpp"
#include "wire/path.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace ferry::server_side {

namespace {

class open_file final : public readable {
public:
    open_file(io::file opened, std::uint64_t size)
        : file_(std::move(opened)), source_(file_), size_(size) {}

    [[nodiscard]] io::source& content() noexcept override { return source_; }

    [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }

private:
    io::file file_;
    io::file_source source_;
    std::uint64_t size_;
};

/// The size of what is open; `refused` if it is not a plain file.
result<std::uint64_t> plain_size(const io::file& opened) {
    struct stat facts{};
    if (::fstat(opened.descriptor(), &facts) != 0) return last_storage_error();
    if (S_ISDIR(facts.st_mode)) return fail(errc::refused, "Is a directory");
    if (!S_ISREG(facts.st_mode)) return fail(errc::refused, "Not a plain file");
    return static_cast<std::uint64_t>(facts.st_size);
}

/// The name by which system calls that want a path reach what a descriptor of O_PATH names.
std::string path_of(const io::file& opened) {
    return "/proc/self/fd/" + std::to_string(opened.descriptor());
}

result<> done(int system_result) {
    if (system_result != 0) return last_storage_error();
    return {};
}

class directory_storage final : public storage {
public:
    explicit directory_storage(tree root) : tree_(std::move(root)) {}

    [[nodiscard]] result<entry> stat(const std::string& path) override {
        auto opened = tree_.open(path, O_PATH);
        if (!opened) return fail(std::move(opened.error()));
        struct stat facts{};
        if (::fstat(opened->descriptor(), &facts) != 0) return last_storage_error();
        entry found;
        describe_entry(facts, parent_changeable(path), names_, found);
        found.name = wire::split_path(path).second;
        return found;
    }

    [[nodiscard]] result<> exists(const std::string& path) override {
        const auto where = tree_.locate(path);
        if (!where) return fail(where.error());
        struct stat facts{};
        return done(::fstatat(where->directory.descriptor(), where->name.c_str(), &facts,
                              AT_SYMLINK_NOFOLLOW));
    }

    [[nodiscard]] result<std::unique_ptr<directory>> list(const std::string& path,
                                                          listing_detail detail) override {
        auto opened = tree_.open(path, O_RDONLY | O_DIRECTORY);
        if (!opened) return fail(std::move(opened.error()));
        return read_directory(std::move(*opened), detail, names_);
    }

    [[nodiscard]] result<std::unique_ptr<readable>> open_read(const std::string& path,
                                                              std::uint64_t offset) override {
        auto opened = tree_.open(path, O_RDONLY);
        if (!opened) return fail(std::move(opened.error()));
        const auto size = plain_size(*opened);
        if (!size) return fail(size.error());
        if (offset > *size) return fail(errc::restart_refused, "Beyond the end of the file");
        if (offset > 0) {
            const auto placed = opened->seek(offset);
            if (!placed) return fail(storage_error(placed.error()));
        }
        std::unique_ptr<readable> made = std::make_unique<open_file>(std::move(*opened), *size);
        return made;
    }

    [[nodiscard]] result<std::unique_ptr<upload>>
    open_write(const std::string& path, store_mode mode, std::uint64_t offset) override {
        if (mode != store_mode::replace) {
            auto opened = tree_.open(path, O_WRONLY);
            if (opened) return resume(std::move(*opened), mode, offset);
            if (opened.error().code() != errc::not_found || offset > 0)
                return fail(std::move(opened.error()));
        }
        auto where = tree_.locate(path);
        if (!where) return fail(std::move(where.error()));
        if (!io::replacement_file::is_part_name(where->name))
            return open_new_file(std::move(*where));
        // The client gives the final name itself, when all is there; until then it may want to go
        // on with what came.
        auto part = tree_.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0666);
        if (!part) return fail(std::move(part.error()));
        return resume(std::move(*part), store_mode::restart, 0);
    }

    [[nodiscard]] result<> make_directory(const std::string& path) override {
        const auto where = tree_.locate(path);
        if (!where) return fail(where.error());
        return done(::mkdirat(where->directory.descriptor(), where->name.c_str(), 0777));
    }

    [[nodiscard]] result<> remove_directory(const std::string& path) override {
        return remove(path, AT_REMOVEDIR);
    }

    [[nodiscard]] result<> remove_file(const std::string& path) override { return remove(path, 0); }

    [[nodiscard]] result<> rename(const std::string& from, const std::string& to) override {
        const auto source = tree_.locate(from);
        if (!source) return fail(source.error());
        const auto target = tree_.locate(to);
        if (!target) return fail(target.error());
        return done(::renameat(source->directory.descriptor(), source->name.c_str(),
                               target->directory.descriptor(), target->name.c_str()));
    }

    [[nodiscard]] result<> change_mode(const std::string& path, unsigned mode) override {
        const auto opened = tree_.open(path, O_PATH);
        if (!opened) return fail(opened.error());
        return done(::fchmodat(AT_FDCWD, path_of(*opened).c_str(), mode & 0777U, 0));
    }

    [[nodiscard]] result<> set_time(const std::string& path,
                                    std::chrono::sys_seconds time) override {
        const auto opened = tree_.open(path, O_PATH);
        if (!opened) return fail(opened.error());
        const timespec unchanged{0, UTIME_OMIT};
        const timespec stamp{static_cast<time_t>(time.time_since_epoch().count()), 0};
        const timespec times[2] = {unchanged, stamp};
        return done(::utimensat(AT_FDCWD, path_of(*opened).c_str(), times, 0));
    }

    [[nodiscard]] result<std::uint64_t> free_space() override {
        struct statvfs facts{};
        if (::fstatvfs(tree_.root(), &facts) != 0) return last_storage_error();
        return static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
    }

private:
    /// Continues a file that is there.
    static result<std::unique_ptr<upload>> resume(io::file opened, store_mode mode,
                                                  std::uint64_t offset) {
        const auto size = plain_size(opened);
        if (!size) return fail(size.error());
        if (mode == store_mode::append) offset = *size;
        if (offset > *size) return fail(errc::restart_refused, "Beyond the end of the file");
        return continue_file(std::move(opened), offset);
    }

    [[nodiscard]] result<> remove(const std::string& path, int flags) {
        const auto where = tree_.locate(path);
        if (!where) return fail(where.error());
        return done(::unlinkat(where->directory.descriptor(), where->name.c_str(), flags));
    }

    [[nodiscard]] bool parent_changeable(const std::string& path) const {
        const auto where = tree_.locate(path);
        struct stat facts{};
        return where && ::fstat(where->directory.descriptor(), &facts) == 0 &&
               may_change_entries(facts);
    }

    tree tree_;
    name_cache names_;
};

} // namespace

result<std::unique_ptr<storage>> open_directory_storage(const std::string& directory_name) {
    auto root = io::file::open_at(AT_FDCWD, directory_name, O_PATH | O_DIRECTORY);
    if (!root) return fail(std::move(root.error()));
    tree opened(std::move(*root));
    const auto probe = opened.open("/", O_RDONLY | O_DIRECTORY);
    if (!probe && errno == ENOSYS)
        return fail(errc::local_file, "serving a directory needs Linux 5.6 or newer (openat2)");
    if (!probe) return fail(errc::local_file, directory_name + ": " + probe.error().detail());
    std::unique_ptr<storage> made = std::make_unique<directory_storage>(std::move(opened));
    return made;
}

} // namespace ferry::server_side
