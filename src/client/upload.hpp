// STOR and APPE from a file or a descriptor.
#pragma once

#include "client/transfer_memory.hpp"

namespace ferry::client_side {

/// The file is sent under a temporary name, ".NAME.ferry-part", and renamed when it is proved,
/// so that the final name never holds a part; where the server refuses that, under the final name
/// at once. After a failure or an interruption the part stays if `resume` can go on behind it: not
/// what came from a pipe, which gives its bytes once, or in TYPE A. Errors: those of
/// `transfer`, local ones, `truncated` by SIZE, and `verification_failed` by SIZE or, twice,
/// by the server's hash.
[[nodiscard]] task<result<transfer_report>> upload(session& with, local_end from,
                                                   std::string remote, transfer_options options);
/// One try of several, which share `memory`: it goes on behind what those before it have sent.
[[nodiscard]] task<result<transfer_report>> upload(session& with, local_end from,
                                                   std::string remote, transfer_options options,
                                                   transfer_memory& memory);

} // namespace ferry::client_side
