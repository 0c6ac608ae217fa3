// A file that takes its final name only when it is complete.
//
// Bytes go to a sibling with a temporary name; `commit` renames it over the final one. A reader of
// the final name sees the old file or the new one, whole, and never a part (threats S19, C17).
#pragma once

#include "io/file.hpp"

#include <chrono>
#include <optional>

namespace ferry::io {

class replacement_options {
public:
    replacement_options() = default;
    /// Keep what the temporary file holds and go on behind it: for resumable downloads.
    bool keep_part = false;
    /// A new name for each run (uploads to our server), or one name for all runs, so that a part
    /// can be found again (downloads).
    bool unique_name = false;
    unsigned mode = 0666; ///< of a new file, before the umask
};

class replacement_file {
public:
    /// Opens the temporary sibling of `name` in `directory` (a descriptor, or AT_FDCWD with `name`
    /// a path). It is never a link, and is locked: a second run is told `local_exists`. If the
    /// final name is a directory: `local_exists`.
    [[nodiscard]] static result<replacement_file> open(int directory, const std::string& name,
                                                       replacement_options options);
    /// The temporary name of `name`: ".NAME.ferry-part", in the same directory, shortened so that
    /// it fits.
    [[nodiscard]] static std::string part_name(const std::string& name);
    /// Whether `part_name` gives such names. Nobody takes what bears one for a whole file.
    [[nodiscard]] static bool is_part_name(std::string_view name) noexcept;
    /// Whether this is the temporary name of a run with `unique_name`: a server hides those.
    [[nodiscard]] static bool is_unique_name(std::string_view name) noexcept;

    /// Makes a plain file that stands under the final name the temporary one, if there is none yet,
    /// so that `open` with `keep_part` goes on behind it.
    [[nodiscard]] static result<> adopt(int directory, const std::string& name);

    replacement_file(replacement_file&&) noexcept = default;
    replacement_file& operator=(replacement_file&&) noexcept = default;
    /// Neither committed nor discarded: a unique temporary file is removed, another is kept.
    ~replacement_file();

    [[nodiscard]] file& content() noexcept { return file_; }

    [[nodiscard]] const std::string& temporary_name() const noexcept { return temporary_; }

    /// A line kept with the temporary file, that says what it is the beginning of. In an extended
    /// attribute: it needs no name, and goes where the file goes. Empty if there is none, or where
    /// the file system has none.
    [[nodiscard]] std::string origin() const;
    void set_origin(const std::string& line) noexcept;

    /// Gives the file its final name, with this modification time if given.
    [[nodiscard]] result<> commit(std::optional<std::chrono::sys_seconds> mtime = std::nullopt);
    /// Removes the temporary file.
    void discard() noexcept;

private:
    replacement_file() = default;

    int directory_ = -1;
    std::string name_;
    std::string temporary_;
    file file_;
    bool remove_if_left_ = false;
    bool has_origin_ = false;
};

} // namespace ferry::io
