// Paths inside replies: 257 (RFC 959, 4.2 and appendix II).
#pragma once

#include <ferry/result.hpp>

#include <string>
#include <string_view>

namespace ferry::wire {

/// The path of a 257 reply: from the first quote to the one that is not doubled and stands before a
/// space or the end; doubled quotes are one. Where a server does not double the quotes of a name,
/// they are understood unless a space follows them. A reply without quotes gives its first word, as
/// some servers write it. `protocol_error` if there is no path.
[[nodiscard]] result<std::string> parse_quoted_path(std::string_view text);
/// `"/a ""b"""` followed by a space and `comment`, if any.
[[nodiscard]] std::string format_quoted_path(std::string_view path, std::string_view comment = {});

} // namespace ferry::wire
