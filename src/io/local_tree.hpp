// A tree of files of this machine, below one directory that is held by descriptor.
//
// Paths are relative ("a/b", "" for the directory itself). The kernel resolves them beneath the
// directory and follows no symbolic link on the way (openat2), so that no link planted in the tree
// leads a copy out of it (threats C2, C3).
#pragma once

#include "io/file.hpp"

#include <ferry/entry.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace ferry::io {

/// What a file system makes of names.
enum class name_family : std::uint8_t { unix_like, windows, macos };

class file_facts {
public:
    file_facts() = default;

    std::uint64_t size = 0;
    std::chrono::sys_time<std::chrono::nanoseconds> modified;
};

class local_tree {
public:
    /// The directory must be there. Links in `directory` itself are followed: the user named it.
    [[nodiscard]] static result<local_tree> open(const std::string& directory);

    /// The entries of a directory in no order, without "." and "..", links not followed.
    class listing {
    public:
        listing(listing&&) noexcept;
        listing& operator=(listing&&) noexcept;
        ~listing();

        /// Nothing behind the last.
        [[nodiscard]] result<std::optional<entry>> next();

    private:
        friend class local_tree;
        struct state;
        explicit listing(std::unique_ptr<state> open);
        std::unique_ptr<state> state_;
    };

    [[nodiscard]] result<listing> list(const std::string& path) const;
    /// As the file system of the root has it.
    [[nodiscard]] name_family names() const noexcept;

    /// What `path` is, links not followed. `local_not_found`.
    [[nodiscard]] result<entry> look_at(const std::string& path) const;
    /// What a link leads to, followed as long as it stays in the tree.
    [[nodiscard]] result<entry> follow(const std::string& path) const;

    /// Of a file, or of what a link leads to within the tree.
    [[nodiscard]] result<file_facts> facts_of(const std::string& path) const;

    /// A file to read. A link is followed only on request, and never out of the tree.
    [[nodiscard]] result<file> open_to_read(const std::string& path, bool follow_links) const;

    /// The directory that `path` lies in. Names in it are reached by `name_in`.
    [[nodiscard]] result<file> parent_of(const std::string& path) const;
    /// A name for calls that take a path: the last component of `path`, in the open directory.
    [[nodiscard]] static std::string name_in(const file& parent, const std::string& path);

    /// No error if it is there already.
    [[nodiscard]] result<> make_directory(const std::string& path) const;
    [[nodiscard]] result<> remove(const std::string& path, entry_type type) const;
    [[nodiscard]] result<> rename(const std::string& from, const std::string& to) const;
    [[nodiscard]] result<> set_time(const std::string& path, std::chrono::sys_seconds time) const;
    /// Only the nine permission bits: never setuid and the like (threats C5).
    [[nodiscard]] result<> set_mode(const std::string& path, unsigned mode) const;
    [[nodiscard]] result<> make_link(const std::string& path, const std::string& target) const;

private:
    explicit local_tree(file root) : root_(std::move(root)) {}

    [[nodiscard]] result<file> open_beneath(const std::string& path, int flags,
                                            bool follow_links) const;

    file root_;
};

} // namespace ferry::io
