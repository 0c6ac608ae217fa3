// ferry trust: look at a server's certificate, and say whether it is the right one.
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/terminal.hpp"

#include <boost/json/array.hpp>
#include <fmt/core.h>

namespace ferry::cli {

namespace {

constexpr int untrusted_status = 7;

result<int> list_known(const arguments& asked) {
    const auto lines = known_servers().all();
    if (!lines) return fail(lines.error());
    for (const auto& each : *lines)
        write_out(asked.json ? json_line({{"server", text_value(each.name)},
                                          {"known", text_value(each.fact)}})
                             : fmt::format("{} {}\n", printable(each.name), each.fact));
    return 0;
}

result<int> add(const arguments& asked, const url& where) {
    const auto name = known_name(where);
    known_servers store;
    auto added = store.add_fingerprint(name, *asked.added_fingerprint);
    if (!added) return fail(std::move(added.error()));
    if (!asked.quiet)
        write_out(fmt::format("{} is trusted with {}\n", printable(name),
                              format_fingerprint(*asked.added_fingerprint)));
    return 0;
}

result<int> forget(const arguments& asked, const url& where) {
    const auto name = known_name(where);
    known_servers store;
    const auto removed = store.remove(name);
    if (!removed) return fail(removed.error());
    if (!*removed) return fail(errc::usage, "nothing is known of " + name);
    if (!asked.quiet) write_out(fmt::format("{} is forgotten\n", printable(name)));
    return 0;
}

boost::json::object json_of(const certificate_facts& facts) {
    boost::json::array names;
    for (const auto& each : facts.names)
        names.push_back(text_value(each));
    return {{"subject", text_value(facts.subject)},
            {"issuer", text_value(facts.issuer)},
            {"names", std::move(names)},
            {"valid_from", text_value(format_iso8601(facts.valid_from))},
            {"valid_until", text_value(format_iso8601(facts.valid_until))},
            {"fingerprint", text_value(format_fingerprint(facts.fingerprint))},
            {"key_fingerprint", text_value(format_fingerprint(facts.key_fingerprint))}};
}

boost::json::array json_of(const tls_verdict& verdict) {
    boost::json::array problems;
    for (const auto& each : verdict.findings)
        problems.push_back(boost::json::object{{"problem", text_value(name_of(each.what))},
                                               {"detail", text_value(each.detail)}});
    return problems;
}

void show(const arguments& asked, const server_trust& trust) {
    const auto& peer = *trust.peer();
    const auto& judged = *trust.judgement();
    if (asked.json) {
        write_out(json_line({{"server", text_value(trust.basis().server)},
                             {"certificate", json_of(peer.certificate)},
                             {"problems", json_of(peer.verdict)},
                             {"trusted", judged.ground.has_value()},
                             {"ground", judged.ground ? text_value(name_of(*judged.ground))
                                                      : boost::json::value(nullptr)}}));
        return;
    }
    write_out(fmt::format("{}\n{}  trusted  {}\n", printable(trust.basis().server),
                          describe_certificate(peer.certificate),
                          judged.ground ? std::string(name_of(*judged.ground))
                                        : "no: " + printable(judged.refusal.detail())));
}

/// Only as far as the handshake.
result<int> look(const arguments& asked, const url& where) {
    server_trust trust(where, asked);
    auto tls = trust.prepare();
    if (!tls) return fail(std::move(tls.error()));
    auto options = client_options_of(asked);
    options.tls = *std::move(tls);
    options.tls.mode = tls_mode::required;
    client session(std::move(options));
    auto connected = session.connect(where.host, where.effective_port(), where.implicit_tls);
    if (trust.peer() == nullptr) return fail(std::move(connected.error()));
    show(asked, trust);
    if (connected) session.quit();
    if (trust.judgement()->ground) return 0;
    if (asked.json) return untrusted_status;
    const auto trusted = trust.ask();
    if (!trusted) return fail(trusted.error());
    if (*trusted) return 0;
    return fail(trust.judgement()->refusal);
}

} // namespace

result<int> run_trust(const arguments& asked, connections& open) {
    const bool changes = asked.added_fingerprint || asked.forget;
    if (asked.added_fingerprint && asked.forget)
        return fail(errc::usage, "either --add or --remove");
    if (asked.operands.empty()) {
        if (changes) return fail(errc::usage, "names no server: give its URL");
        return list_known(asked);
    }
    const auto where = open.locate(asked.operands.front());
    if (!where) return fail(where.error());
    if (asked.added_fingerprint) return add(asked, *where);
    if (asked.forget) return forget(asked, *where);
    const auto options = open.config().effective(asked, where->host, where->effective_port());
    if (!options) return fail(options.error());
    return look(*options, *where);
}

} // namespace ferry::cli
