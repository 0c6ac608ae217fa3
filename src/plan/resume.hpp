// Where a transfer begins: at zero, behind what is there, or not at all.
//
// Sizes are in bytes; nothing means unknown, or for a file that it is not there.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

/// What tells one state of a file from another.
class file_facts {
public:
    file_facts() = default;
    std::optional<std::uint64_t> size;
    std::optional<std::chrono::sys_seconds> time;
};

/// False if the two cannot be of one and the same file. What is not known speaks for nothing.
[[nodiscard]] bool may_be_same(const file_facts& one, const file_facts& other) noexcept;

/// As they are kept beside a part: "1048576 20260301123456", "-" for what is not known.
[[nodiscard]] std::string format_facts(const file_facts& facts);
/// Nothing for what `format_facts` does not make.
[[nodiscard]] std::optional<file_facts> parse_facts(std::string_view text);

inline constexpr std::uint64_t longest_overlap = 64 * 1024;

/// How many bytes before `offset` are compared before a transfer goes on there: two versions of a
/// file may have one size and one time, but seldom the same bytes. No more than half of what is
/// there, which would make resuming a small part pointless.
[[nodiscard]] constexpr std::uint64_t overlap_before(std::uint64_t offset) noexcept {
    const auto half = offset / 2 + offset % 2;
    return half < longest_overlap ? half : longest_overlap;
}

} // namespace ferry::plan
