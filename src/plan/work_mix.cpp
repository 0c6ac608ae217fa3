#include "plan/work_mix.hpp"

#include <algorithm>

namespace ferry::plan {

bool work_mix::should_list(const queue_summary& queue, const crew_summary& crew) const noexcept {
    if (queue.directories == 0) return false;
    if (queue.files == 0) return true;
    const auto enough = files_ahead * static_cast<std::size_t>(std::max(crew.connections, 1));
    if (queue.files >= enough) return false;
    if (crew.connections <= 1) return lists_in_a_row_ < turn;
    return crew.listing < crew.connections / 2;
}

bool work_mix::should_take_largest(const crew_summary& crew) const noexcept {
    if (crew.connections <= 1) return small_since_large_ >= turn;
    return crew.with_largest < std::max(crew.connections / 4, 1);
}

mirror_work work_mix::next(const queue_summary& queue, const crew_summary& crew) noexcept {
    if (should_list(queue, crew)) {
        ++lists_in_a_row_;
        return mirror_work::list_directory;
    }
    if (queue.files == 0) return mirror_work::nothing;
    lists_in_a_row_ = 0;
    if (should_take_largest(crew)) {
        small_since_large_ = 0;
        return mirror_work::largest_file;
    }
    ++small_since_large_;
    return mirror_work::smallest_file;
}

} // namespace ferry::plan
