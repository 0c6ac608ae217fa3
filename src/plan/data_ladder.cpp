#include "plan/data_ladder.hpp"

#include <array>

namespace ferry::plan {

namespace {

constexpr std::array ways{data_way::epsv, data_way::pasv, data_way::eprt, data_way::port};

constexpr bool permits(data_policy policy, data_way way) noexcept {
    switch (policy) {
    case data_policy::passive_only:
        return is_passive(way);
    case data_policy::active_only:
        return !is_passive(way);
    case data_policy::automatic:
        break;
    }
    return true;
}

constexpr bool only_ipv4(data_way way) noexcept {
    return way == data_way::pasv || way == data_way::port;
}

constexpr std::size_t index(data_way way) noexcept {
    return static_cast<std::size_t>(way);
}

} // namespace

std::string_view verb_of(data_way way) noexcept {
    constexpr std::array<std::string_view, ways.size()> verbs{"EPSV", "PASV", "EPRT", "PORT"};
    return verbs[index(way)];
}

data_ladder::data_ladder(data_policy policy, bool over_ipv6) noexcept {
    for (const auto way : ways) {
        const bool possible = permits(policy, way) && !(over_ipv6 && only_ipv4(way));
        standings_[index(way)] = possible ? standing::open : standing::barred;
    }
}

bool data_ladder::usable(data_way way) const noexcept {
    return standings_[index(way)] == standing::open;
}

std::optional<data_way> data_ladder::current() const noexcept {
    if (preferred_) return preferred_;
    for (const auto way : ways)
        if (usable(way)) return way;
    return std::nullopt;
}

void data_ladder::worked() noexcept {
    preferred_ = current();
}

void data_ladder::failed(data_setback why) noexcept {
    const auto way = current();
    if (!way) return;
    preferred_.reset();
    standings_[index(*way)] =
        why == data_setback::connect_failed ? standing::unreachable : standing::barred;
}

void data_ladder::restart() noexcept {
    if (preferred_) return;
    for (auto& each : standings_)
        if (each == standing::unreachable) each = standing::open;
}

} // namespace ferry::plan
