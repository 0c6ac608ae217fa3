// Where a transfer begins: at zero, behind what is there, or not at all.
//
// Sizes are in bytes; nothing means unknown, or for a file that it is not there.
#pragma once

#include <cstdint>
#include <optional>

namespace ferry::plan {

enum class download_start : std::uint8_t {
    from_zero,
    behind_part,  ///< REST with the size of the part
    behind_final, ///< an interrupted download of another program: the final file becomes the part
    part_is_complete,
    final_is_complete,
};

/// `part`: what an earlier run left under the temporary name.
[[nodiscard]] download_start plan_download(std::uint64_t part,
                                           std::optional<std::uint64_t> final_file,
                                           std::optional<std::uint64_t> remote) noexcept;

enum class upload_start : std::uint8_t {
    from_zero,
    behind_part,
    behind_final, ///< the final file is shorter than ours and there is no part
    part_is_complete,
    final_is_complete,
};

/// `part` and `final_file` are on the server.
[[nodiscard]] upload_start plan_upload(std::optional<std::uint64_t> local,
                                       std::optional<std::uint64_t> part,
                                       std::optional<std::uint64_t> final_file) noexcept;

} // namespace ferry::plan
