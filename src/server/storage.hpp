// Where a server's files are: an interface, and its kinds.
//
// Paths are those of `wire::normalize_path`: absolute within the storage ("/" is its root), without
// "." and "..". An implementation never leads out of its root, whatever links lie in it. What fails
// is said with the causes of the error table that a server has replies for: `not_found`,
// `permission_denied`, `already_exists`, `no_space_there`, `refused`, `restart_refused`,
// `try_later`. The detail of an error names no path of this machine.
#pragma once

#include "io/pump.hpp"

#include <ferry/entry.hpp>
#include <ferry/result.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace ferry::server_side {

/// A file being written. Nothing is visible under its final name before `commit`, except where the
/// bytes continue a file that is there already (`append`, `restart`), and where the name is a
/// temporary one of ferry's own (".NAME.ferry-part"), which its client renames itself.
class upload {
public:
    virtual ~upload() = default; ///< without `commit`: as `discard`
    [[nodiscard]] virtual io::sink& content() noexcept = 0;
    [[nodiscard]] virtual result<> commit() = 0;
    /// Drops what came for a new file; an existing one stays as it was. A continued file keeps what
    /// came, so that it can be continued again.
    virtual void discard() noexcept = 0;
};

/// A file being read, at the offset it was opened with.
class readable {
public:
    virtual ~readable() = default;
    [[nodiscard]] virtual io::source& content() noexcept = 0;
    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
};

/// How much a listing asks of each entry: looking at the file is most of its cost.
enum class listing_detail : std::uint8_t { names, facts };

/// The entries of one directory, one after the other: memory does not grow with their number.
class directory {
public:
    virtual ~directory() = default;
    /// Puts the next entry into `into`, whose strings are used again; false at the end. In no
    /// order, "." and ".." left out, and names with CR or LF, which would forge lines (threats
    /// S10).
    [[nodiscard]] virtual result<bool> next(entry& into) = 0;
};

enum class store_mode : std::uint8_t {
    replace, ///< STOR: a new file
    append,  ///< APPE: behind the present one, or a new one
    restart, ///< REST and STOR: from `offset`, which must not be beyond the end
};

class storage {
public:
    virtual ~storage() = default;

    /// What `path` is, links followed. The entry's name is the last component.
    [[nodiscard]] virtual result<entry> stat(const std::string& path) = 0;
    /// Whether there is anything of this name, a link that leads nowhere included.
    [[nodiscard]] virtual result<> exists(const std::string& path) = 0;
    [[nodiscard]] virtual result<std::unique_ptr<directory>> list(const std::string& path,
                                                                  listing_detail detail) = 0;
    [[nodiscard]] virtual result<std::unique_ptr<readable>> open_read(const std::string& path,
                                                                      std::uint64_t offset) = 0;
    [[nodiscard]] virtual result<std::unique_ptr<upload>>
    open_write(const std::string& path, store_mode mode, std::uint64_t offset) = 0;
    [[nodiscard]] virtual result<> make_directory(const std::string& path) = 0;
    [[nodiscard]] virtual result<> remove_directory(const std::string& path) = 0;
    [[nodiscard]] virtual result<> remove_file(const std::string& path) = 0;
    [[nodiscard]] virtual result<> rename(const std::string& from, const std::string& to) = 0;
    /// `mode`: 0 to 0777.
    [[nodiscard]] virtual result<> change_mode(const std::string& path, unsigned mode) = 0;
    [[nodiscard]] virtual result<> set_time(const std::string& path,
                                            std::chrono::sys_seconds time) = 0;
    /// Bytes that can still be stored.
    [[nodiscard]] virtual result<std::uint64_t> free_space() = 0;
};

/// A directory of this machine, held by descriptor: paths are resolved beneath it by the kernel
/// (openat2, RESOLVE_BENEATH and RESOLVE_NO_MAGICLINKS). Errors as `server::start`, and
/// `local_file` on a kernel before Linux 5.6, which has no openat2.
[[nodiscard]] result<std::unique_ptr<storage>> open_directory_storage(const std::string& directory);

} // namespace ferry::server_side
