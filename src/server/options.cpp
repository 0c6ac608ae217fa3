// Parameters of transfers, and what the server says of itself (RFC 959, 4.1.2 and 4.1.3; RFC 2389;
// RFC 2640).
#include "base/text.hpp"
#include "base/units.hpp"
#include "server/handlers.hpp"
#include "server/verbs.hpp"

#include <ferry/version.hpp>

#include <algorithm>

namespace ferry::server_side {

namespace {

reply without_parameter() {
    return reply(504, "Not implemented for that parameter");
}

reply set_type(session& s, bool ascii) {
    s.parameters.ascii = ascii;
    return reply(200, ascii ? "TYPE is A" : "TYPE is I");
}

/// What TLS protects, for STAT.
std::string protection_line(const session& s) {
    std::string line = s.control.secure() ? ' ' + s.control.tls()->facts().version + ' ' +
                                                s.control.tls()->facts().cipher
                                          : std::string(" The control connection is clear");
    return line + (s.protection.on ? ", data is protected" : ", data is clear");
}

} // namespace

reply refusal(const error& why, std::string_view about) {
    const auto& row = describe(why.code());
    std::string text(about);
    if (!text.empty()) text += ": ";
    text += why.detail().empty() ? std::string(row.message) : why.detail();
    return reply(row.reply_code, std::move(text));
}

reply type(session& s, const std::string& argument) {
    const auto wanted = to_upper(argument);
    if (wanted == "A" || wanted == "A N") return set_type(s, true);
    if (wanted == "I" || wanted == "L 8" || wanted == "L8") return set_type(s, false);
    return without_parameter();
}

reply mode(session&, const std::string& argument) {
    if (equal_ignoring_case(argument, "S")) return reply(200, "MODE is S");
    return without_parameter();
}

reply stru(session&, const std::string& argument) {
    if (equal_ignoring_case(argument, "F")) return reply(200, "STRU is F");
    return without_parameter();
}

reply syst(session&, const std::string&) {
    return reply(215, "UNIX Type: L8");
}

reply feat(session& s, const std::string&) {
    reply shown(211, "Extensions:");
    const auto now = s.standing();
    for (const auto& one : verbs())
        if (!one.feature.empty() && plan::is_offered(one.rule.stage, now))
            shown.lines.push_back(' ' + std::string(one.feature));
    shown.lines.push_back(" MLST " + wire::format_fact_feature(s.parameters.facts));
    shown.lines.push_back(' ' + hash_feature(s));
    shown.lines.emplace_back(" TVFS"); // RFC 3659, 6
    shown.lines.emplace_back(" UTF8");
    shown.lines.emplace_back("End");
    return shown;
}

reply opts(session& s, const std::string& argument) {
    std::string_view rest_of_it = argument;
    const auto name = to_upper(take_until(rest_of_it, ' '));
    if (name == "UTF8" || name == "UTF-8") {
        // Names are bytes here, so there is nothing to switch; but OFF would be a promise.
        if (rest_of_it.empty() || equal_ignoring_case(rest_of_it, "ON"))
            return reply(200, "UTF8 is on");
        return reply(504, "UTF8 stays on");
    }
    if (name == "MLST") {
        s.parameters.facts = wire::parse_fact_names(rest_of_it);
        return reply(200, "MLST OPTS " + wire::format_fact_names(s.parameters.facts));
    }
    if (name == "HASH") return choose_hash(s, rest_of_it);
    return reply(501, "Unknown option");
}

reply lang(session&, const std::string& argument) {
    const auto wanted = to_upper(argument);
    if (wanted.empty() || wanted == "EN" || wanted.starts_with("EN-"))
        return reply(200, "Replies are in English");
    return reply(504, "Only EN is known");
}

reply clnt(session&, const std::string&) {
    return reply(200, "Noted");
}

reply help(session& s, const std::string& verb_name) {
    const auto now = s.standing();
    if (!verb_name.empty()) {
        const verb* const known = find_verb(to_upper(verb_name));
        if (known == nullptr || !plan::is_offered(known->rule.stage, now))
            return reply(504, "Unknown command");
        std::string text(known->name);
        if (!known->syntax.empty()) (text += ' ') += known->syntax;
        (text += ": ") += known->help;
        return reply(214, std::move(text));
    }
    std::vector<std::string_view> names;
    for (const auto& one : verbs())
        if (plan::is_offered(one.rule.stage, now)) names.push_back(one.name);
    reply shown(214, "The commands are");
    for (auto& line : name_lines(names))
        shown.lines.push_back(std::move(line));
    shown.lines.emplace_back("HELP <verb> tells more");
    return shown;
}

reply noop(session&, const std::string&) {
    return reply(200, "OK");
}

reply session_status(const session& s) {
    reply shown(211, "ferry " + std::string(version));
    shown.lines.push_back(" Connected from " + to_string(s.control.remote()));
    shown.lines.push_back(s.login.done ? " Logged in as " + s.login.user : " Not logged in");
    shown.lines.push_back(protection_line(s));
    shown.lines.push_back(s.parameters.ascii ? " TYPE A, MODE S, STRU F"
                                             : " TYPE I, MODE S, STRU F");
    if (s.running) {
        auto line = ' ' + s.running->what + ": " + std::to_string(s.running->bytes);
        if (s.running->total) line += " of " + std::to_string(*s.running->total);
        const auto elapsed = std::chrono::steady_clock::now() - s.running->since;
        shown.lines.push_back(line + " bytes, " + format_rate(s.running->bytes, elapsed));
    } else {
        shown.lines.emplace_back(" No transfer runs");
    }
    shown.lines.emplace_back("End");
    return shown;
}

} // namespace ferry::server_side
