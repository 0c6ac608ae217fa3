// Names of application protocols as they travel (RFC 7301, 3.1): each behind its length. For the
// .cpp files of TLS only.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace ferry::io {

using protocol_list = std::span<const unsigned char>;

/// Names that are empty or longer than 255 bytes are left out.
[[nodiscard]] std::string format_protocols(const std::vector<std::string>& names);

/// The first of `ours` that is in `offered`: a part of `offered`, empty if there is none.
[[nodiscard]] protocol_list choose_protocol(protocol_list ours, protocol_list offered);

} // namespace ferry::io
