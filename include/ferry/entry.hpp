// One entry of a directory.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferry {

enum class entry_type : std::uint8_t { file, directory, symlink, other };

/// "file", "directory", "symlink", "other".
[[nodiscard]] std::string_view to_string(entry_type type) noexcept;

/// How exactly `entry::mtime` is known, and in whose clock.
enum class time_precision : std::uint8_t {
    unknown,
    utc_second,   ///< MLSD, MDTM
    local_minute, ///< LIST, in the server's time zone, which FTP does not tell
    local_day,    ///< LIST of an old file
};

/// What a listing says of one name. What it does not say is empty.
class entry {
public:
    entry() = default;

    std::string name; ///< bytes as the server sent them
    entry_type type = entry_type::other;
    std::optional<std::uint64_t> size; ///< bytes
    std::optional<std::chrono::sys_seconds> mtime;
    time_precision precision = time_precision::unknown;
    std::string permissions; ///< "rwxr-x---" where UNIX modes are known
    std::string owner;
    std::string group;
    std::string target;    ///< of a symlink
    std::string perm_fact; ///< RFC 3659, 7.5.5: "elcmp"
    std::string unique;    ///< RFC 3659, 7.5.2

    friend bool operator==(const entry&, const entry&) = default;
};

/// Whether `name` may stand for one entry of a directory: not empty, not "." or "..", no '/' and
/// no NUL. Names from a peer that fail this are never used as a path.
[[nodiscard]] bool is_safe_name(std::string_view name) noexcept;

} // namespace ferry
