// Whom ferry trusts when it meets a server over TLS: the decision alone, without files or
// questions.
#pragma once

#include <ferry/tls.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

/// "sha256:" and 64 hex digits, in any case, with or without colons between the bytes: the digits,
/// lower-case. Nothing if it is none.
[[nodiscard]] std::optional<std::string> parse_fingerprint(std::string_view text);
/// "sha256:" and the digits.
[[nodiscard]] std::string format_fingerprint(std::string_view digits);

/// What is known of a server before it is met.
class trust_basis {
public:
    trust_basis() = default;
    std::string server;            ///< "host:port"
    std::string url;               ///< of it, for the commands that are advised
    std::vector<std::string> pins; ///< of certificates or of their keys; empty: any
    bool insecure = false;
    std::vector<std::string> known; ///< fingerprints that were trusted before
    bool was_verified = false;      ///< an authority vouched for it before
    std::string own; ///< the fingerprint of this user's own `ferry serve`; empty: there is none
};

/// Why a server is trusted.
enum class trust_ground : std::uint8_t { verified, pinned, known, own, insecure };

/// In words: "verified", "known".
[[nodiscard]] std::string_view name_of(trust_ground ground) noexcept;

class trust_judgement {
public:
    trust_judgement(trust_ground why) : ground(why) {}

    trust_judgement(error why, bool ask) : refusal(std::move(why)), may_be_asked(ask) {}

    std::optional<trust_ground> ground; ///< nothing: not trusted
    error refusal{errc::untrusted};     ///< why not
    /// Somebody may be asked whether to trust it from now on: nothing speaks against it, only
    /// nothing for it.
    bool may_be_asked = false;
};

[[nodiscard]] trust_judgement judge(const tls_peer& peer, const trust_basis& basis);

} // namespace ferry::cli
