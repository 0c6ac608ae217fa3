#include "plan/collisions.hpp"

#include "base/limits.hpp"

#include <utility>

namespace ferry::plan {

namespace {
constexpr std::size_t fewest_slots = 64;
}

collision_finder::slot& collision_finder::slot_of(std::uint64_t hash) noexcept {
    const auto last = slots_.size() - 1;
    auto i = static_cast<std::size_t>(hash) & last;
    while (slots_[i].taken && slots_[i].hash != hash)
        i = (i + 1) & last;
    return slots_[i];
}

void collision_finder::make_room() {
    if (!slots_.empty() && (taken_ + 1) * 4 <= slots_.size() * 3) return;
    const auto bigger = slots_.empty() ? fewest_slots : slots_.size() * 2;
    const auto old = std::exchange(slots_, std::vector<slot>(bigger));
    for (const auto& each : old)
        if (each.taken) slot_of(each.hash) = each;
}

std::optional<std::uint32_t> collision_finder::add(std::string_view name) {
    const auto number = next_++;
    const bool is_full = taken_ >= limits::compared_names;
    if (!is_full) make_room();
    const auto hash = keyed_hash(name_key(name, rules_), key_);
    auto& place = slot_of(hash);
    if (place.taken) return place.number;
    if (is_full) {
        is_complete_ = false;
        return std::nullopt;
    }
    place = {hash, number, true};
    ++taken_;
    return std::nullopt;
}

} // namespace ferry::plan
