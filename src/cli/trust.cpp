#include "cli/trust.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace ferry::cli {

namespace {

constexpr std::string_view prefix = "sha256:";
constexpr std::size_t digit_count = 64;

bool has(const std::vector<std::string>& list, const std::string& one) {
    return std::ranges::find(list, one) != list.end();
}

trust_judgement pinned_otherwise(const certificate_facts& shown, const trust_basis& basis) {
    error why(errc::untrusted, basis.server + " shows another certificate than the pinned one: " +
                                   format_fingerprint(shown.fingerprint) + ", its key " +
                                   format_fingerprint(shown.key_fingerprint));
    why.advise("if its owner says that this one is right, pin it");
    return {std::move(why), false};
}

trust_judgement revoked(const tls_peer& peer) {
    error why(errc::untrusted, peer.verdict.describe());
    why.advise("its owner must get a new one");
    return {std::move(why), false};
}

trust_judgement changed(const tls_peer& peer, const trust_basis& basis) {
    error why(errc::untrusted, "the certificate of " + basis.server + " has changed to " +
                                   format_fingerprint(peer.certificate.fingerprint) + " (" +
                                   peer.verdict.describe() + "), and somebody may be listening");
    why.advise("if its owner says that this one is right: ferry trust --remove " + basis.url +
               " and connect again");
    return {std::move(why), false};
}

/// An authority vouched for it once: one that shows something else now may be another.
trust_judgement no_longer_verified(const tls_peer& peer, const trust_basis& basis) {
    error why(errc::untrusted, basis.server + " was verified before, and now " +
                                   peer.verdict.describe() + "; somebody may be listening");
    why.advise("if its owner says that this is right: ferry trust --add " +
               format_fingerprint(peer.certificate.fingerprint) + ' ' + basis.url);
    return {std::move(why), false};
}

trust_judgement unknown(const tls_peer& peer, const trust_basis& basis) {
    error why(errc::untrusted, peer.verdict.describe());
    why.advise("if it is the right one: ferry trust --add " +
               format_fingerprint(peer.certificate.fingerprint) + ' ' + basis.url);
    return {std::move(why), true};
}

} // namespace

std::optional<std::string> parse_fingerprint(std::string_view text) {
    if (!equal_ignoring_case(text.substr(0, prefix.size()), prefix)) return std::nullopt;
    std::string digits;
    for (const char each : text.substr(prefix.size()))
        if (each != ':') digits += to_lower(each);
    const bool is_hex = std::ranges::all_of(digits, [](char each) {
        return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f');
    });
    if (digits.size() != digit_count || !is_hex) return std::nullopt;
    return digits;
}

std::string format_fingerprint(std::string_view digits) {
    return std::string(prefix) + std::string(digits);
}

std::string_view name_of(trust_ground ground) noexcept {
    constexpr std::array<std::string_view, 5> names{"verified", "pinned", "known", "own",
                                                    "insecure"};
    return names[static_cast<std::size_t>(ground)];
}

trust_judgement judge(const tls_peer& peer, const trust_basis& basis) {
    const auto& shown = peer.certificate;
    if (!basis.pins.empty()) {
        if (has(basis.pins, shown.fingerprint) || has(basis.pins, shown.key_fingerprint))
            return trust_ground::pinned;
        return pinned_otherwise(shown, basis);
    }
    if (basis.insecure) return trust_ground::insecure;
    if (peer.verdict.verified()) return trust_ground::verified;
    if (peer.verdict.has(tls_problem::revoked)) return revoked(peer);
    // What somebody has looked at and trusted stays trusted as it is, expired or for another host.
    if (has(basis.known, shown.fingerprint)) return trust_ground::known;
    if (!basis.known.empty()) return changed(peer, basis);
    if (basis.was_verified) return no_longer_verified(peer, basis);
    if (!basis.own.empty() && basis.own == shown.fingerprint) return trust_ground::own;
    return unknown(peer, basis);
}

} // namespace ferry::cli
