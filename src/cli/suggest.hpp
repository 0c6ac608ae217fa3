// The nearest of some names to one that was mistyped.
#pragma once

#include <span>
#include <string_view>

namespace ferry::cli {

/// At most two letters away (one for short words); empty if none is.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> names);

} // namespace ferry::cli
