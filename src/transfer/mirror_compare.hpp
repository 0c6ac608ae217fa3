// Directories: what is in them at both ends, and what follows from it.
#pragma once

#include "transfer/mirror_state.hpp"
#include "transfer/site_pair.hpp"

namespace ferry::transfer {

/// Lists `where` at both ends and decides about each name in it. What is to be done waits in
/// `of.waiting` then; missing directories are made at once. An error means that nothing is known of
/// the directory, or not everything.
[[nodiscard]] task<result<>> compare_directory(mirror_state& of, site_pair& with,
                                               const waiting_directory& where);

} // namespace ferry::transfer
