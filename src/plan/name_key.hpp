// When two names are one to a file system, and which names it cannot have at all.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::plan {

/// What the destination makes of names. As constructed: Linux, which takes them as bytes.
class name_rules {
public:
    name_rules() = default;

    [[nodiscard]] static name_rules windows();
    [[nodiscard]] static name_rules macos();

    bool ignores_case = false;
    bool ignores_form = false; ///< an accent composed with its letter or behind it (NFC, NFD)
    bool needs_utf8 = false;
    bool is_windows = false;   ///< reserved names and characters
    bool is_ftp = false;       ///< a name goes into a line of the control connection
    std::size_t longest = 255; ///< bytes
};

/// Equal for names that are one under `rules`. Case is ignored by Unicode's full case folding
/// (a sharp s is "ss"), as ext4 and APFS do it; NTFS tells some of these apart, but two names
/// too many told of are better than one file written over another. Names that are not UTF-8 are
/// equal when their bytes are, apart from the case of ASCII letters.
[[nodiscard]] std::string name_key(std::string_view name, const name_rules& rules);

/// Why there cannot be a file of this name: "is longer than 255 bytes". Nothing if there can.
[[nodiscard]] std::optional<std::string> why_illegal(std::string_view name,
                                                     const name_rules& rules);

} // namespace ferry::plan
