#include "plan/resume.hpp"

#include "base/text.hpp"
#include "base/units.hpp"

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

bool may_be_same(const file_facts& one, const file_facts& other) noexcept {
    const bool sizes_differ = one.size && other.size && *one.size != *other.size;
    const bool times_differ = one.time && other.time && *one.time != *other.time;
    return !sizes_differ && !times_differ;
}

std::string format_facts(const file_facts& facts) {
    return (facts.size ? std::to_string(*facts.size) : "-") + ' ' +
           (facts.time ? format_time_val(*facts.time) : "-");
}

std::optional<file_facts> parse_facts(std::string_view text) {
    file_facts facts;
    const auto size = take_until(text, ' ');
    facts.size = parse_number<std::uint64_t>(size);
    facts.time = parse_time_val(text);
    if ((!facts.size && size != "-") || (!facts.time && text != "-")) return std::nullopt;
    return facts;
}

} // namespace ferry::plan
