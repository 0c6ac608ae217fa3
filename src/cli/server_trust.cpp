#include "cli/server_trust.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/local.hpp"
#include "cli/terminal.hpp"

#include <fmt/core.h>

namespace ferry::cli {

namespace {

/// The certificate that this user's `ferry serve` made for itself: nobody else has its key.
std::string own_fingerprint() {
    const auto read = read_small_file(data_directory() + "/server.crt");
    if (!read) return {};
    const auto facts = read_certificate(read->text);
    return facts ? facts->fingerprint : std::string();
}

std::string joined(const std::vector<std::string>& names) {
    constexpr std::size_t most = 8; // a certificate may carry thousands
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < most; ++i)
        text += (i > 0 ? ", " : "") + names[i];
    if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
    return text.empty() ? "no host" : text;
}

} // namespace

std::string describe_certificate(const certificate_facts& facts) {
    return fmt::format("  subject  {}\n  issuer   {}\n  for      {}\n  valid    {} to {}\n"
                       "  sha256   {}\n  key      {}\n",
                       printable(facts.subject), printable(facts.issuer),
                       printable(joined(facts.names)), format_iso8601(facts.valid_from),
                       format_iso8601(facts.valid_until), format_fingerprint(facts.fingerprint),
                       format_fingerprint(facts.key_fingerprint));
}

server_trust::server_trust(const url& where, const arguments& options)
    : tls_(options.tls), name_(known_name(where)), quiet_(options.quiet) {
    url bare;
    bare.implicit_tls = where.implicit_tls;
    bare.host = where.host;
    bare.port = where.port;
    basis_.server = name_;
    basis_.url = format_url(bare);
    basis_.pins = options.pins;
    basis_.insecure = options.insecure;
}

result<tls_options> server_trust::prepare() {
    peer_.reset();
    judgement_.reset();
    auto known = store_.find(name_);
    if (!known) return fail(std::move(known.error()));
    speaks_tls_ = known->speaks_tls;
    basis_.was_verified = known->was_verified;
    basis_.known = std::move(known->fingerprints);
    tls_options told = tls_;
    told.known = speaks_tls_;
    // Who pins a certificate wants to see it.
    if (!basis_.pins.empty() && told.mode == tls_mode::automatic) told.mode = tls_mode::required;
    told.decide = [this](const tls_peer& peer) -> result<> {
        // Only now: most servers need it not.
        if (!peer.verdict.verified()) basis_.own = own_fingerprint();
        peer_ = peer;
        judgement_ = judge(peer, basis_);
        if (judgement_->ground) return {};
        return fail(judgement_->refusal);
    };
    return told;
}

result<bool> server_trust::ask() {
    if (!judgement_ || judgement_->ground || !judgement_->may_be_asked || !can_ask()) return false;
    messages().line(fmt::format("{} cannot be verified: {}", printable(name_),
                                printable(peer_->verdict.describe())));
    auto lines = describe_certificate(peer_->certificate);
    lines.pop_back();
    messages().line(lines);
    const auto answer = ask_choice("Trust this certificate from now on? [y/N] ", "yn", 'n');
    if (!answer) return fail(answer.error());
    if (*answer != 'y') return false;
    auto added = store_.add_fingerprint(name_, peer_->certificate.fingerprint);
    if (!added) return fail(std::move(added.error()));
    basis_.known.push_back(peer_->certificate.fingerprint);
    speaks_tls_ = true;
    return true;
}

void server_trust::remember(bool has_tls) {
    const bool is_verified = judgement_ && judgement_->ground == trust_ground::verified;
    if (!has_tls || (is_verified ? basis_.was_verified : speaks_tls_)) return;
    speaks_tls_ = true;
    basis_.was_verified = is_verified;
    const auto added = is_verified ? store_.add_verified(name_) : store_.add_tls(name_);
    if (!added && !quiet_)
        messages().line("ferry: not remembered that this server speaks TLS: " +
                        added.error().message());
}

} // namespace ferry::cli
