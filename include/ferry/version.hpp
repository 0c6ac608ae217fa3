// The version of ferry, as in CMakeLists.txt and CHANGELOG.md.
#pragma once

#include <string_view>

namespace ferry {

inline constexpr std::string_view version = "0.1.0";

} // namespace ferry
