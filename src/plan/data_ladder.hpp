// Which way to open a data connection: EPSV, PASV, EPRT, PORT, one after the other (RFC 959, 3.3;
// RFC 2428), and what to remember of the answers within a session.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ferry::plan {

enum class data_way : std::uint8_t { epsv, pasv, eprt, port };

/// "EPSV", "PASV", "EPRT", "PORT".
[[nodiscard]] std::string_view verb_of(data_way way) noexcept;

[[nodiscard]] constexpr bool is_passive(data_way way) noexcept {
    return way == data_way::epsv || way == data_way::pasv;
}

/// `automatic` begins passive and falls to active; the others never change sides.
enum class data_policy : std::uint8_t { automatic, passive_only, active_only };

/// Why a way did not lead to a data connection.
enum class data_setback : std::uint8_t {
    refused,        ///< 4xx or 5xx to the command: never tried again in this session
    malformed,      ///< the reply could not be read: never tried again either
    connect_failed, ///< no connection came about: tried again only when all others failed too
};

class data_ladder {
public:
    /// Over IPv6 only EPSV and EPRT exist.
    data_ladder(data_policy policy, bool over_ipv6) noexcept;

    /// The way to try now; nothing if every way has failed for this transfer. The way that worked
    /// last comes first.
    [[nodiscard]] std::optional<data_way> current() const noexcept;
    /// `current` led to a data connection: it stays the first choice.
    void worked() noexcept;
    /// `current` did not; the next `current` is another way or nothing.
    void failed(data_setback why) noexcept;
    /// A new transfer begins: ways that only failed to connect may be tried again, if none worked.
    void restart() noexcept;

private:
    static constexpr std::size_t way_count = 4;
    enum class standing : std::uint8_t { open, unreachable, barred };

    [[nodiscard]] bool usable(data_way way) const noexcept;

    standing standings_[way_count];
    std::optional<data_way> preferred_;
};

} // namespace ferry::plan
