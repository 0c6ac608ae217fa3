// Files by descriptor.
#pragma once

#include <ferry/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace ferry::io {

/// In place of a directory's descriptor: names are as the program sees them (AT_FDCWD).
inline constexpr int current_directory = -100;

class special_file;

/// Owns a descriptor. Calls are retried when a signal interrupts them. Errors are the local ones of
/// the error table (`local_no_space`, `local_not_found`, ...), with the system's words.
class file {
public:
    file() = default;

    explicit file(int descriptor) noexcept : descriptor_(descriptor) {}

    ~file();

    file(file&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

    file& operator=(file&& other) noexcept;
    file(const file&) = delete;
    file& operator=(const file&) = delete;

    /// `flags` as of open(2); O_CLOEXEC is added. `directory` may be AT_FDCWD.
    [[nodiscard]] static result<file> open_at(int directory, const std::string& name, int flags,
                                              unsigned mode = 0666);

    /// A file, pipe or device to read; a directory is `local_file`. A pipe that nobody has opened
    /// to write yet is one that has nothing to read yet.
    [[nodiscard]] static result<file> open_to_read(const std::string& name);
    /// A device or a pipe of that name, to write. Never waits.
    [[nodiscard]] static result<special_file> open_special(const std::string& name);
    /// Another descriptor of what `descriptor` is open on.
    [[nodiscard]] static result<file> duplicate(int descriptor);

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

    [[nodiscard]] explicit operator bool() const noexcept { return descriptor_ >= 0; }

    [[nodiscard]] result<std::size_t> read(std::span<char> into);
    [[nodiscard]] result<> write(std::string_view bytes);
    /// To `offset` bytes from the start. Gives the new position.
    [[nodiscard]] result<std::uint64_t> seek(std::uint64_t offset);
    [[nodiscard]] result<std::uint64_t> size() const;
    [[nodiscard]] result<bool> is_regular() const;
    [[nodiscard]] bool is_pipe() const noexcept;
    [[nodiscard]] result<std::chrono::sys_seconds> modification_time() const;
    [[nodiscard]] result<> set_modification_time(std::chrono::sys_seconds time);
    [[nodiscard]] result<> truncate(std::uint64_t size);
    /// Room for the bytes from `begin` to `end`, the file's length unchanged: holes before `begin`
    /// stay holes. `local_no_space` if there is none; success where the file system cannot reserve.
    [[nodiscard]] result<> reserve(std::uint64_t begin, std::uint64_t end);
    [[nodiscard]] result<> sync();
    /// Closes and says whether the system kept everything written.
    [[nodiscard]] result<> close();

private:
    int descriptor_ = -1;
};

/// What `file::open_special` found.
class special_file {
public:
    special_file() = default;
    std::optional<file> opened; ///< nothing if it is another kind of file or none
    bool wants_reader = false;  ///< a pipe that nobody has opened to read: try again later
};

} // namespace ferry::io
