// A network inside the process, for tests: deterministic, and it can be made to fail.
#pragma once

#include "io/stream.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace ferry::io {

/// What goes wrong on a memory network. Bytes and connections are counted over the whole network.
class memory_faults {
public:
    memory_faults() = default;
    /// No read gives more than this at once; 0: no cap.
    std::size_t largest_read = 0;
    /// After so many bytes in all, every connection breaks (`connection_lost`).
    std::uint64_t break_after_bytes = UINT64_MAX;
    /// After so many operations (reads and writes) in all, every connection breaks.
    std::uint64_t break_after_operations = UINT64_MAX;
};

/// A network whose dial finds what its listen offers. Addresses are as given; port 0 gets one.
class memory_network final : public network {
public:
    explicit memory_network(context& where, memory_faults faults = memory_faults());
    ~memory_network() override;

    [[nodiscard]] task<result<std::unique_ptr<stream>>> dial(std::string host, std::uint16_t port,
                                                             dial_options options) override;
    [[nodiscard]] result<std::unique_ptr<acceptor>> listen(const endpoint& at,
                                                           int backlog) override;

    [[nodiscard]] std::uint64_t operations() const noexcept;
    [[nodiscard]] std::uint64_t bytes() const noexcept;

    struct state;

private:
    std::shared_ptr<state> state_;
};

/// Two ends of one connection.
[[nodiscard]] std::pair<std::unique_ptr<stream>, std::unique_ptr<stream>>
make_memory_pair(context& where);

} // namespace ferry::io
