// Names of one directory that would become one on the destination.
#pragma once

#include "base/keyed_hash.hpp"
#include "plan/name_key.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ferry::plan {

/// Takes the names of a directory as they are listed, and keeps a hash of each rather than the
/// name: a million take 32 MiB, and half as much again while the table grows.
class collision_finder {
public:
    /// `key`: random, since the names are a peer's.
    collision_finder(const name_rules& rules, const hash_key& key) : rules_(rules), key_(key) {}

    /// Counts the names from 0. The number of the first one that this is the same as on the
    /// destination; nothing if it is new. Names beyond `limits::compared_names` are not remembered.
    [[nodiscard]] std::optional<std::uint32_t> add(std::string_view name);

    /// False once names were not remembered: what came then was only compared with those before.
    [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }

    /// What is held.
    [[nodiscard]] std::size_t bytes() const noexcept { return slots_.capacity() * sizeof(slot); }

private:
    struct slot {
        std::uint64_t hash = 0;
        std::uint32_t number = 0;
        bool taken = false;
    };

    /// The slot of the hash, or the free one where it belongs.
    [[nodiscard]] slot& slot_of(std::uint64_t hash) noexcept;
    void make_room();

    name_rules rules_;
    hash_key key_;
    std::vector<slot> slots_; ///< a power of two, at most three quarters taken
    std::size_t taken_ = 0;
    std::uint32_t next_ = 0;
    bool is_complete_ = true;
};

} // namespace ferry::plan
