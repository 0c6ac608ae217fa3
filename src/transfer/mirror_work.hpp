// Work on single paths.
#pragma once

#include "transfer/mirror_state.hpp"
#include "transfer/site_pair.hpp"

namespace ferry::transfer {

/// Does it, counts it and tells of it. An error means that it is not done, and was not told of.
[[nodiscard]] task<result<>> do_work(mirror_state& of, site_pair& with, const work_item& what);

/// What comes when all files have arrived, over one connection: what is to go, what had something
/// in its way (which then waits in `of.waiting`).
[[nodiscard]] task<> remove_extras(mirror_state& of, site_pair& with);
/// At the very end, the deepest first: each change in a directory changes its time.
[[nodiscard]] task<> end_directories(mirror_state& of, site_pair& with);
/// Removes the parts of copies that an earlier run began and that are not wanted any more.
[[nodiscard]] task<> remove_old_parts(mirror_state& of, site_pair& with);

} // namespace ferry::transfer
