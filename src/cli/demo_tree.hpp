// The files of ferry demo: made from a fixed seed, and compared afterwards.
#pragma once

#include <ferry/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ferry::cli {

/// One file of the tree.
struct demo_file {
    std::string path; ///< below the tree, with '/'
    std::uint64_t size = 0;
};

/// What the tree holds: some hundred files, one of `large` bytes, which comes first; names with
/// spaces, quotes and other scripts; an empty file.
class demo_tree {
public:
    explicit demo_tree(std::uint64_t large);

    [[nodiscard]] const std::vector<std::string>& directories() const noexcept {
        return directories_;
    }

    [[nodiscard]] const std::vector<demo_file>& files() const noexcept { return files_; }

    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

private:
    std::vector<std::string> directories_; ///< parents first
    std::vector<demo_file> files_;
    std::uint64_t bytes_ = 0;
};

/// Writes the tree below `root`, which is made.
[[nodiscard]] result<> write_tree(const demo_tree& tree, const std::filesystem::path& root);

/// Whether both files hold the same bytes.
[[nodiscard]] result<bool> same_content(const std::filesystem::path& a,
                                        const std::filesystem::path& b);

/// A directory of its own for temporary files, removed at the end unless it is kept.
class scratch_directory {
public:
    [[nodiscard]] static result<scratch_directory> make(std::uint64_t bytes_needed);
    ~scratch_directory();
    scratch_directory(scratch_directory&& other) noexcept;
    scratch_directory& operator=(scratch_directory&&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    void keep() noexcept { kept_ = true; }

private:
    explicit scratch_directory(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;
    bool kept_ = false;
};

} // namespace ferry::cli
