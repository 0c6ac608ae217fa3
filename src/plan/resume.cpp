#include "plan/resume.hpp"

namespace ferry::plan {

download_start plan_download(std::uint64_t part, std::optional<std::uint64_t> final_file,
                             std::optional<std::uint64_t> remote) noexcept {
    if (part > 0) {
        if (!remote || part < *remote) return download_start::behind_part;
        // A part longer than the file belongs to another file.
        return part == *remote ? download_start::part_is_complete : download_start::from_zero;
    }
    if (!remote || !final_file) return download_start::from_zero;
    if (*final_file == *remote) return download_start::final_is_complete;
    return *final_file > 0 && *final_file < *remote ? download_start::behind_final
                                                    : download_start::from_zero;
}

upload_start plan_upload(std::optional<std::uint64_t> local, std::optional<std::uint64_t> part,
                         std::optional<std::uint64_t> final_file) noexcept {
    if (!local) return upload_start::from_zero;
    if (part.value_or(0) > 0) {
        if (*part == *local) return upload_start::part_is_complete;
        return *part < *local ? upload_start::behind_part : upload_start::from_zero;
    }
    if (!final_file) return upload_start::from_zero;
    if (*final_file == *local) return upload_start::final_is_complete;
    return *final_file > 0 && *final_file < *local ? upload_start::behind_final
                                                   : upload_start::from_zero;
}

} // namespace ferry::plan
