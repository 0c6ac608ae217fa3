#include "base/rate_rule.hpp"

#include <algorithm>
#include <limits>

namespace ferry {

std::uint64_t rate_rule::piece() const noexcept {
    if (!is_limit()) return std::numeric_limits<std::uint64_t>::max();
    return std::max<std::uint64_t>(rate_ / pieces_a_second, 1);
}

rate_rule::moment rate_rule::busy_after(moment busy, std::uint64_t count,
                                        moment now) const noexcept {
    if (!is_limit()) return moment(0);
    const std::chrono::duration<double> cost(static_cast<double>(std::min(count, piece())) /
                                             static_cast<double>(rate_));
    return std::max(busy, now - moment(credit)) + std::chrono::round<moment>(cost);
}

} // namespace ferry
