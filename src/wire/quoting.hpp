// Paths inside replies: 257 (RFC 959, 4.2 and appendix II).
#pragma once

#include <ferry/result.hpp>

#include <string>
#include <string_view>

namespace ferry::wire {

/// The path of a 257 reply: between the first quote and the last one that stands alone, doubled
/// quotes being one. A reply without quotes gives its first word, as some servers write it; one
/// whose inner quotes are not doubled is understood where it is not ambiguous.
[[nodiscard]] result<std::string> parse_quoted_path(std::string_view text);
/// `"/a ""b"""` followed by a space and `comment`, if any.
[[nodiscard]] std::string format_quoted_path(std::string_view path, std::string_view comment = {});

} // namespace ferry::wire
