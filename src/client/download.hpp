// RETR into a file or a descriptor.
#pragma once

#include "client/transfer_memory.hpp"

namespace ferry::client_side {

/// A file gets its name only when it is complete; until then, and after a failure, its part lies
/// beside it and `resume` goes on behind it. Errors: those of `transfer`, local ones, `truncated`
/// (fewer bytes than SIZE said; the part is kept), `verification_failed` (more, or twice another
/// hash than the server's; it is not).
[[nodiscard]] task<result<transfer_report>> download(session& with, std::string remote,
                                                     local_end to, transfer_options options);
/// One try of several, which share `memory`: it goes on behind what those before it have brought.
[[nodiscard]] task<result<transfer_report>> download(session& with, std::string remote,
                                                     local_end to, transfer_options options,
                                                     transfer_memory& memory);

} // namespace ferry::client_side
