#include "plan/clock.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <ratio>

namespace ferry::plan {

namespace {

using namespace std::chrono;

/// From Baker Island to the Line Islands.
constexpr minutes westmost = -hours(12);
constexpr minutes eastmost = hours(14);
using quarters = duration<std::int64_t, std::ratio<900>>;
/// What a server may be wrong about a time it shows: caches, and clocks that round up.
constexpr minutes sloppiness{1};

constexpr minutes summer_shift = hours(1);
/// How far from a sample the clocks are believed not to have changed.
constexpr days near_by{14};
/// Between two samples of one offset that are no further apart there is no whole season.
constexpr days within_season{90};
/// More teach nothing: two a season, over some decades.
constexpr std::size_t most_samples = 64;

/// A year that was not written is uncertain from here on: six months, and some days of doubt.
constexpr days longest_without_year{192};

enum class season : unsigned char { none, december, june };

/// Of the months in which hardly a zone changes its clocks.
season season_of(sys_seconds time) noexcept {
    const auto month = static_cast<unsigned>(year_month_day(floor<days>(time)).month());
    if (month == 12 || month <= 1) return season::december;
    return month == 6 || month == 7 ? season::june : season::none;
}

/// The zone that makes `local` of `utc`, if there is one.
std::optional<minutes> zone_between(sys_seconds local, sys_seconds utc) noexcept {
    const auto difference = local - floor<minutes>(utc);
    const auto zone = round<quarters>(difference);
    if (abs(difference - zone) > sloppiness || zone < westmost || zone > eastmost)
        return std::nullopt;
    return duration_cast<minutes>(zone);
}

bool is_local_minute(const entry& listed) noexcept {
    return listed.mtime && listed.precision == time_precision::local_minute;
}

} // namespace

std::partial_ordering compare_times(const std::optional<time_span>& a,
                                    const std::optional<time_span>& b, seconds slack) noexcept {
    if (!a || !b) return std::partial_ordering::unordered;
    if (a->last + slack < b->first) return std::partial_ordering::less;
    if (b->last + slack < a->first) return std::partial_ordering::greater;
    return std::partial_ordering::equivalent;
}

seconds rounding_of(time_precision precision) noexcept {
    switch (precision) {
    case time_precision::local_minute:
        return minutes(1) - seconds(1);
    case time_precision::local_day:
        return days(1) - seconds(1);
    case time_precision::unknown:
    case time_precision::utc_second:
        break;
    }
    return seconds(0);
}

bool server_clock::learn(const entry& listed, sys_seconds utc) {
    if (kind_ == listing_kind::mlsd || !is_local_minute(listed)) return false;
    auto zone = zone_between(*listed.mtime, utc);
    auto local = *listed.mtime;
    // A guessed year may be wrong, and MDTM knows it: years are 365 or 366 days apart.
    for (const days year : {days(-366), days(-365), days(365), days(366)}) {
        if (zone || kind_ != listing_kind::unix_list) break;
        local = *listed.mtime + year;
        zone = zone_between(local, utc);
    }
    if (!zone) return false;
    const auto at = std::ranges::lower_bound(samples_, local, {}, &sample::local);
    if (at != samples_.end() && at->local == local)
        *at = {local, *zone};
    else if (samples_.size() < most_samples)
        samples_.insert(at, {local, *zone});
    return true;
}

std::optional<minutes> server_clock::offset() const noexcept {
    if (kind_ == listing_kind::mlsd) return minutes(0);
    if (samples_.empty()) return std::nullopt;
    return samples_.back().offset;
}

bool server_clock::has_no_summer_time() const noexcept {
    const auto seen_in = [&](season one) {
        return std::ranges::any_of(
            samples_, [&](const sample& each) { return season_of(each.local) == one; });
    };
    const auto differ = [](const sample& a, const sample& b) { return a.offset != b.offset; };
    return std::ranges::adjacent_find(samples_, differ) == samples_.end() &&
           seen_in(season::december) && seen_in(season::june);
}

bool server_clock::is_utc() const noexcept {
    return kind_ == listing_kind::mlsd || (offset() == minutes(0) && has_no_summer_time());
}

server_clock::offsets server_clock::offsets_at(sys_seconds local) const noexcept {
    if (samples_.empty()) return {westmost, eastmost};
    const auto above = std::ranges::lower_bound(samples_, local, {}, &sample::local);
    const auto& after = above == samples_.end() ? samples_.back() : *above;
    const auto& before = above == samples_.begin() ? samples_.front() : *std::prev(above);
    const bool changes_between = before.offset != after.offset;
    const bool is_surrounded = before.local <= local && local <= after.local &&
                               after.local - before.local <= within_season;
    const bool is_near = std::min(abs(after.local - local), abs(local - before.local)) <= near_by;
    if (has_no_summer_time() || (!changes_between && (is_surrounded || is_near)))
        return {before.offset, before.offset};
    if (!changes_between) return {before.offset - summer_shift, before.offset + summer_shift};
    return {std::min(before.offset, after.offset), std::max(before.offset, after.offset)};
}

bool server_clock::year_is_uncertain(const entry& listed, sys_seconds now) const noexcept {
    return kind_ == listing_kind::unix_list && is_local_minute(listed) &&
           *listed.mtime < now - longest_without_year;
}

bool server_clock::wants_sample(const entry& listed, sys_seconds now) const {
    if (kind_ == listing_kind::mlsd || !is_local_minute(listed)) return false;
    if (year_is_uncertain(listed, now)) return true;
    const auto possible = offsets_at(*listed.mtime);
    return possible.least != possible.most && samples_.size() < most_samples;
}

std::optional<time_span> server_clock::span_of(const entry& listed, sys_seconds now) const {
    if (!listed.mtime || listed.precision == time_precision::unknown) return std::nullopt;
    if (listed.precision == time_precision::utc_second) return time_span(*listed.mtime);
    if (year_is_uncertain(listed, now)) return std::nullopt;
    const auto possible = offsets_at(*listed.mtime);
    return time_span(*listed.mtime - possible.most,
                     *listed.mtime + rounding_of(listed.precision) - possible.least);
}

} // namespace ferry::plan
