// A hash of bytes for tables whose keys a peer chooses.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ferry {

/// A secret, so that nobody can choose names that fall into one place: random, once a table.
using hash_key = std::array<std::uint64_t, 2>;

/// SipHash-2-4 (Aumasson and Bernstein, 2012).
[[nodiscard]] std::uint64_t keyed_hash(std::string_view bytes, const hash_key& key) noexcept;

} // namespace ferry
