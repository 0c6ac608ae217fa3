// Changes that must not be made twice. A try whose reply was lost may have been carried out: then
// what is there is looked at first, and what is as it was wished to be is done.
//
// Errors as of `client/operations.hpp` and `stat`.
#pragma once

#include "client/recovery.hpp"

namespace ferry::client_side {

[[nodiscard]] task<result<>> make_directory(session& with, std::string path,
                                            const try_memory& memory);
[[nodiscard]] task<result<>> remove_directory(session& with, std::string path,
                                              const try_memory& memory);
[[nodiscard]] task<result<>> remove_file(session& with, std::string path, const try_memory& memory);
[[nodiscard]] task<result<>> rename(session& with, std::string from, std::string to,
                                    const try_memory& memory);

} // namespace ferry::client_side
