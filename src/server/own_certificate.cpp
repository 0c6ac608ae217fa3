#include "io/tls_kept_certificate.hpp"

#include <ferry/own_certificate.hpp>

#include <chrono>

namespace ferry {

result<own_certificate> keep_own_certificate(const std::string& directory,
                                             const std::vector<std::string>& names) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    auto kept = io::keep_certificate(directory, names, now);
    if (!kept) return fail(std::move(kept.error()));
    own_certificate made;
    made.certificate = std::move(kept->pem.certificate);
    made.key = std::move(kept->pem.key);
    if (kept->not_kept) made.problem = kept->not_kept->detail();
    return made;
}

} // namespace ferry
