// Both trees of a mirror, as one worker reaches them.
#pragma once

#include "transfer/site.hpp"

namespace ferry::transfer {

class site_pair {
public:
    site_pair(std::unique_ptr<site> source, std::unique_ptr<site> destination)
        : from(std::move(source)), to(std::move(destination)) {}

    [[nodiscard]] task<result<>> connect() {
        auto connected = co_await from->connect();
        if (!connected) co_return connected;
        co_return co_await to->connect();
    }

    [[nodiscard]] task<> leave() {
        co_await from->leave();
        co_await to->leave();
    }

    /// Whether both connections stand, as far as is known.
    [[nodiscard]] bool stands() const noexcept { return stands_at(*from) && stands_at(*to); }

    std::unique_ptr<site> from;
    std::unique_ptr<site> to;

private:
    [[nodiscard]] static bool stands_at(site& one) noexcept {
        return one.session() == nullptr || one.session()->talk().is_open();
    }
};

} // namespace ferry::transfer
