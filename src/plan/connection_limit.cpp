#include "plan/connection_limit.hpp"

#include <algorithm>
#include <array>

namespace ferry::plan {

namespace {

/// How servers and firewalls say that there are too many: 421 or 530, a closed port, silence, a
/// connection that ends before its greeting.
constexpr std::array says_too_many{errc::service_unavailable, errc::login_refused,
                                   errc::try_later,           errc::connect_failed,
                                   errc::connect_timeout,     errc::connection_lost};

} // namespace

connection_limit::connection_limit(int wanted) noexcept
    : wanted_(std::max(wanted, 1)), learnt_(wanted_) {}

int connection_limit::allowed(time now) const noexcept {
    if (!was_refused_ || now <= changed_at_) return learnt_;
    const auto pauses = (now - changed_at_) / pause_;
    return pauses >= wanted_ - learnt_ ? wanted_ : learnt_ + static_cast<int>(pauses);
}

void connection_limit::opened(int open, time now) noexcept {
    if (open <= learnt_) return;
    learnt_ = std::min(open, wanted_);
    changed_at_ = now;
}

bool connection_limit::refused(errc cause, int established, time now) noexcept {
    if (established < 1 || std::ranges::find(says_too_many, cause) == says_too_many.end())
        return false;
    // Several refused at once are one refusal; one behind a pause says that it was too short.
    if (was_refused_ && now - changed_at_ >= pause_) pause_ = std::min(2 * pause_, longest_pause);
    was_refused_ = true;
    changed_at_ = now;
    learnt_ = std::min(established, wanted_);
    return true;
}

connection_grant connection_limit::grant(const connection_count& count, bool holds_one,
                                         time now) const noexcept {
    if (count.idle > 0) return connection_grant::use_idle;
    if (count.open < allowed(now)) return connection_grant::open;
    return holds_one ? connection_grant::do_without : connection_grant::wait;
}

} // namespace ferry::plan
