// A file from one server to another: straight, where that is wanted and they let it, or through
// here.
#pragma once

#include "client/site_to_site.hpp"
#include "transfer/site.hpp"

namespace ferry::transfer {

/// How files go from one server to the other; what one worker learns of it holds for all.
class server_route {
public:
    explicit server_route(bool direct_if_possible) : direct(direct_if_possible) {}

    bool direct; ///< asked for, and not refused so far
    client_side::direct_way way;
};

/// Under a temporary name there: only when all of it has come does it get its own.
[[nodiscard]] task<result<transfer_report>> copy_between_servers(site& from, site& to,
                                                                 std::string path,
                                                                 transfer_options options,
                                                                 server_route& route);

} // namespace ferry::transfer
