// Sizes, rates, durations and times as people read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferry {

/// "0 B", "999 B", "1.0 KiB", "256 MiB", "1.5 GiB".
[[nodiscard]] std::string format_size(std::uint64_t bytes);
/// Bytes in a time, as "12.3 MiB/s".
[[nodiscard]] std::string format_rate(std::uint64_t bytes, std::chrono::nanoseconds elapsed);
/// Bytes a second: "500000", "500k", "2M", "1G" (of 1024), or "none", which is 0.
[[nodiscard]] std::optional<std::uint64_t> parse_rate(std::string_view text);
/// "2.0 MiB/s", and "none" for 0.
[[nodiscard]] std::string format_limit(std::uint64_t bytes_per_second);
/// "0.4s", "12s", "3m 05s", "2h 03m".
[[nodiscard]] std::string format_duration(std::chrono::nanoseconds time);
/// How long something was waited for, as the options take it: "waited 60 s", "waited 0.5 s".
[[nodiscard]] std::string waited(std::chrono::milliseconds time);
/// "2026-03-01T12:34:56Z" (ISO 8601, UTC).
[[nodiscard]] std::string format_iso8601(std::chrono::sys_seconds time);
/// RFC 3659, 2.3: "20260301123456" (UTC).
[[nodiscard]] std::string format_time_val(std::chrono::sys_seconds time);
/// RFC 3659, 2.3, fractions of a second dropped. Repairs the "191xx" years of old servers.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_time_val(std::string_view text);
/// Seconds with an optional fraction: "30", "0.5". Not negative.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_seconds(std::string_view text);

/// Bytes, with k, M, G or T behind them for powers of 1024, in either case: "512", "64k", "1.5G".
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);
/// A moment in UTC: "2026-03-01", "2026-03-01T12:34:56Z", or an age before `now`: "30m", "12h",
/// "7d", "2w".
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_moment(std::string_view text,
                                                                   std::chrono::sys_seconds now);

/// "1 file", "2 files". `thing` must be a word that takes an s, or one that ends in y.
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view thing);

} // namespace ferry
