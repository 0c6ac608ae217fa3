// What a free connection does next, so that a mirror is fast and nothing starves.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ferry::plan {

enum class mirror_work : std::uint8_t { nothing, list_directory, smallest_file, largest_file };

/// What waits to be done.
class queue_summary {
public:
    constexpr queue_summary(std::size_t unlisted_directories, std::size_t waiting_files)
        : directories(unlisted_directories), files(waiting_files) {}

    std::size_t directories;
    std::size_t files;
};

/// What the connections are doing, the free one not counted among the busy.
class crew_summary {
public:
    constexpr crew_summary(int in_use, int busy_listing, int busy_with_largest)
        : connections(in_use), listing(busy_listing), with_largest(busy_with_largest) {}

    int connections; ///< all of them, the free one too; at least one
    int listing;
    int with_largest; ///< that took `largest_file`
};

/// Directories are listed while few files wait, so that no connection is idle and no more is kept
/// in memory than is needed soon. Of the files, one connection in four takes the largest first:
/// begun last, it would be what all the others wait for at the end. The others take the smallest
/// first. A single connection takes turns.
class work_mix {
public:
    work_mix() = default;

    /// Files waiting for each connection before directories are left alone.
    static constexpr std::size_t files_ahead = 8;
    /// What a single connection does of one kind before it is the turn of another.
    static constexpr int turn = 8;

    [[nodiscard]] mirror_work next(const queue_summary& queue, const crew_summary& crew) noexcept;

private:
    [[nodiscard]] bool should_list(const queue_summary& queue,
                                   const crew_summary& crew) const noexcept;
    [[nodiscard]] bool should_take_largest(const crew_summary& crew) const noexcept;

    int lists_in_a_row_ = 0;
    int small_since_large_ = 0;
};

} // namespace ferry::plan
