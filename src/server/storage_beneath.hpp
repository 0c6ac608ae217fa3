// Paths beneath a directory descriptor, resolved by the kernel in one step, so that there is no
// time between check and use (threats S3, S4). Private to the directory storage.
#pragma once

#include "io/file.hpp"

#include <ferry/result.hpp>

#include <string>
#include <string_view>

namespace ferry::server_side {

/// `errno` as a cause that a server has a reply for, with the system's words.
[[nodiscard]] error storage_error(int system_error);
/// As `storage_error(errno)`.
[[nodiscard]] failure last_storage_error();
/// A failure of the io layer's files in the causes of a storage.
[[nodiscard]] error storage_error(const error& local);

/// A directory and a name in it. Calls that take both never follow a link that bears the name.
class place {
public:
    place(io::file parent_directory, std::string last)
        : directory(std::move(parent_directory)), name(std::move(last)) {}

    io::file directory;
    std::string name;
};

/// The tree of files below one directory.
class tree {
public:
    /// `root`: a descriptor of the directory.
    explicit tree(io::file root) noexcept : root_(std::move(root)) {}

    /// Opens a path of the storage, links followed as long as they stay in the tree. `flags` as of
    /// open(2); O_CLOEXEC, O_NOCTTY and O_NONBLOCK are added, so that no terminal and no pipe in
    /// the tree can hold the server up.
    [[nodiscard]] result<io::file> open(std::string_view path, int flags, unsigned mode = 0) const;
    /// Opens the directory in which `path` is. The root itself is in none: `refused`.
    [[nodiscard]] result<place> locate(const std::string& path) const;

    [[nodiscard]] int root() const noexcept { return root_.descriptor(); }

private:
    io::file root_;
};

} // namespace ferry::server_side
