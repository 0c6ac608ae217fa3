// Trees: ferry mirror, and what get -r and put -r have in common with it.
#pragma once

#include "cli/arguments.hpp"
#include "cli/connections.hpp"

#include <ferry/mirror.hpp>

namespace ferry::cli {

/// Makes `to` like `from`, as the options say, and tells of it as it goes. The exit status: 0; 9 if
/// some paths failed; what ended it otherwise.
[[nodiscard]] result<int> mirror_trees(const arguments& asked, connections& open,
                                       const mirror_place& from, const mirror_place& to);

} // namespace ferry::cli
