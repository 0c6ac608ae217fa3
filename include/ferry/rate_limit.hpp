// A limit on how fast transfers go together, which may be changed while they run.
//
// It counts the bytes of files over data connections, in both directions. What waits moves bytes
// in pieces of about a sixteenth of a second, in turn; after a pause an eighth of a second's worth
// goes at once, so that short files hardly notice.
#pragma once

#include <ferry/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace ferry {

struct rate_state;

/// Shared by all clients whose options hold it. Every member may be called from any thread.
class rate_limit {
public:
    /// Bytes a second; 0: no limit.
    explicit rate_limit(std::uint64_t bytes_per_second = 0);

    /// The limit that lies in the file open as `descriptor`, common to all the processes that have
    /// it open; the descriptor may be closed then. The file holds at least `file_size` bytes, zeros
    /// at first: no limit. `invalid_argument` for what cannot be one.
    [[nodiscard]] static result<std::shared_ptr<rate_limit>> in_file(int descriptor);

    static constexpr std::size_t file_size = 64;

    /// Holds at once, also for what is waiting.
    void set(std::uint64_t bytes_per_second) noexcept;
    /// Bytes a second; 0: no limit.
    [[nodiscard]] std::uint64_t get() const noexcept;

    /// What those who move the bytes share.
    [[nodiscard]] rate_state& state() const noexcept { return *state_; }

private:
    explicit rate_limit(std::shared_ptr<rate_state> state) noexcept;

    std::shared_ptr<rate_state> state_;
};

} // namespace ferry
