// What the times of a listing mean in UTC, and how far to trust them.
//
// MLSD and MDTM speak UTC to the second (RFC 3659, 2.3). LIST speaks the server's local time, to
// the minute or to the day, and FTP tells neither the zone nor whether it is summer there. A few
// files of which MDTM is asked too tell both.
#pragma once

#include <ferry/entry.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

namespace ferry::plan {

/// When a file was last changed, as far as it is known: not before `first`, not after `last`.
class time_span {
public:
    constexpr time_span(std::chrono::sys_seconds from, std::chrono::sys_seconds until)
        : first(from), last(until) {}

    explicit constexpr time_span(std::chrono::sys_seconds exact) : time_span(exact, exact) {}

    std::chrono::sys_seconds first;
    std::chrono::sys_seconds last;

    friend bool operator==(const time_span&, const time_span&) = default;
};

/// Which is later. Equivalent if the two can be the same moment, give or take `slack`: what a file
/// system or a server rounds times to. Unordered if one is not known.
[[nodiscard]] std::partial_ordering compare_times(const std::optional<time_span>& a,
                                                  const std::optional<time_span>& b,
                                                  std::chrono::seconds slack) noexcept;

/// How much later than listed the true time can be.
[[nodiscard]] std::chrono::seconds rounding_of(time_precision precision) noexcept;

enum class listing_kind : std::uint8_t {
    mlsd,
    unix_list, ///< minutes without a year in the last six months, else days
    dos_list,  ///< minutes, and the year
};

/// The clock of a server, learnt from files whose time is known both from LIST and from MDTM.
///
/// Zones differ from UTC by multiples of 15 minutes, and by another hour in summer. An offset is
/// believed for times near those it was learnt from, between two such times of one season, and
/// always once winter and summer have shown the same. Elsewhere the hour of summer time is left
/// open, so that a mirror copies nothing again because the clocks have changed.
class server_clock {
public:
    explicit server_clock(listing_kind kind) : kind_(kind) {}

    /// `listed`: as LIST has it. `utc`: what MDTM says of the same file. False if that teaches
    /// nothing: a time without a clock, or two times that no zone brings together.
    bool learn(const entry& listed, std::chrono::sys_seconds utc);

    /// Whether MDTM of this file would make its time better known, and those of its neighbours.
    /// `now` is the server's local time, or UTC while that is not known.
    [[nodiscard]] bool wants_sample(const entry& listed, std::chrono::sys_seconds now) const;

    /// Local time minus UTC, as the newest file showed it; nothing before one did.
    [[nodiscard]] std::optional<std::chrono::minutes> offset() const noexcept;

    /// Whether LIST is known to show UTC, in summer as in winter.
    [[nodiscard]] bool is_utc() const noexcept;

    /// The time of an entry in UTC. Nothing if it has none, or its year is a guess: see
    /// `year_is_uncertain`. While no zone is known, any is possible.
    [[nodiscard]] std::optional<time_span> span_of(const entry& listed,
                                                   std::chrono::sys_seconds now) const;

    /// Whether the year of this time is likely wrong. UNIX shows minutes, and no year, for half a
    /// year; what was read as older than that lies ahead of our clock, and in another year.
    [[nodiscard]] bool year_is_uncertain(const entry& listed,
                                         std::chrono::sys_seconds now) const noexcept;

private:
    struct sample {
        std::chrono::sys_seconds local;
        std::chrono::minutes offset;
    };

    /// The offsets that are possible for a local time: local minus UTC, the least and the most.
    struct offsets {
        std::chrono::minutes least;
        std::chrono::minutes most;
    };

    [[nodiscard]] offsets offsets_at(std::chrono::sys_seconds local) const noexcept;
    [[nodiscard]] bool has_no_summer_time() const noexcept;

    listing_kind kind_;
    std::vector<sample> samples_; ///< in the order of their local time
};

} // namespace ferry::plan
