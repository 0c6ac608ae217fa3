// Host names as the DNS and certificates have them.
#pragma once

#include <ferry/result.hpp>

#include <string>

namespace ferry::io {

/// `host` with each label in ASCII (A-labels, IDNA2008 with the mapping of UTS 46):
/// "bücher.example" becomes "xn--bcher-kva.example". ASCII names and addresses stay as they are.
/// `resolve_failed` for what is no host name.
[[nodiscard]] result<std::string> ascii_host(const std::string& host);

} // namespace ferry::io
