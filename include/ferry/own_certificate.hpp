// A certificate for servers that nobody gave one: it signs itself, and clients know it again by its
// fingerprint.
#pragma once

#include <ferry/result.hpp>

#include <string>
#include <vector>

namespace ferry {

class own_certificate {
public:
    own_certificate() = default;
    std::string certificate; ///< PEM
    std::string key;         ///< PEM
    std::string problem;     ///< why it lies in no file, for people; empty if it does
};

/// The certificate in `directory`: server.crt, and server.key, which only its owner may read. Made
/// for these DNS names and addresses, and for ten years, if there is none or what is there has
/// expired, is damaged or has another's key; the directory too. Safe when several do it at once.
/// Where nothing can be written it is made all the same. `invalid_argument` if a name is none.
[[nodiscard]] result<own_certificate> keep_own_certificate(const std::string& directory,
                                                           const std::vector<std::string>& names);

} // namespace ferry
