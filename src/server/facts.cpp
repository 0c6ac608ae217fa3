// What is known of one path, and changing it: SIZE, MDTM, MLST (RFC 3659), MFMT, SITE.
#include "base/text.hpp"
#include "base/units.hpp"
#include "server/handlers.hpp"
#include "server/verbs.hpp"

#include <algorithm>
#include <array>

namespace ferry::server_side {

namespace {

using site_function = reply (*)(session&, std::string_view argument);

struct site_command {
    std::string_view name;
    plan::verb_rule rule;
    site_function run;
    std::string_view syntax;
};

constexpr plan::verb_rule changes{plan::verb_argument::required, plan::verb_stage::logged_in,
                                  plan::verb_access::write};

/// Sets the time, or says why not; `text` is a time-val of RFC 3659, 2.3.
reply changed_time(session& s, std::string_view text, std::string_view path, int code) {
    const auto time = parse_time_val(text);
    if (!time) return reply(501, "The time must be YYYYMMDDhhmmss");
    const auto full = s.resolve(path);
    const auto done = s.host.files().set_time(full, *time);
    if (!done) return refusal(done.error(), full);
    s.tell("MFMT " + format_time_val(*time) + ' ' + full);
    return reply(code, "Modify=" + format_time_val(*time) + "; " + full);
}

reply site_chmod(session& s, std::string_view argument) {
    const auto digits = take_until(argument, ' ');
    const auto bits = parse_number<unsigned>(digits, 8);
    if (!bits || argument.empty()) return reply(501, "Use SITE CHMOD <octal mode> <path>");
    // A file that runs as somebody else is not for a file server to make (threats C5).
    if (*bits > 0777U) return reply(501, "The mode must be 0 to 777");
    const auto full = s.resolve(argument);
    const auto done = s.host.files().change_mode(full, *bits);
    if (!done) return refusal(done.error(), full);
    s.tell("CHMOD " + std::string(digits) + ' ' + full);
    return reply(200, "Mode changed");
}

/// Cuts off and returns the last word.
std::string_view take_last_word(std::string_view& rest) {
    const auto space = rest.rfind(' ');
    const auto word = space == std::string_view::npos ? rest : rest.substr(space + 1);
    rest = space == std::string_view::npos ? std::string_view() : rest.substr(0, space);
    return word;
}

/// "YYYYMMDDhhmmss path", or "path access modification creation UTC" as some clients send it; of
/// the three times the middle one counts.
reply site_utime(session& s, std::string_view argument) {
    auto path = argument;
    const auto zone = take_last_word(path);
    const auto created = take_last_word(path);
    const auto modified = take_last_word(path);
    const auto accessed = take_last_word(path);
    if (equal_ignoring_case(zone, "UTC") && parse_time_val(created) && parse_time_val(modified) &&
        parse_time_val(accessed) && !path.empty())
        return changed_time(s, modified, path, 200);
    path = argument;
    const auto time = take_until(path, ' ');
    if (path.empty()) return reply(501, "Use SITE UTIME YYYYMMDDhhmmss <path>");
    return changed_time(s, time, path, 200);
}

reply site_help(session&, std::string_view);

constexpr std::array site_table{
    site_command{"CHMOD", changes, site_chmod, "<octal mode> <path>"},
    site_command{"UTIME", changes, site_utime, "YYYYMMDDhhmmss <path>"},
    site_command{
        "HELP",
        {plan::verb_argument::optional, plan::verb_stage::logged_in, plan::verb_access::none},
        site_help,
        ""},
};

reply site_help(session&, std::string_view) {
    reply shown(214, "The SITE commands are");
    for (const auto& one : site_table)
        shown.lines.push_back(' ' + std::string(one.name) + ' ' + std::string(one.syntax));
    shown.lines.emplace_back("End");
    return shown;
}

} // namespace

reply size(session& s, const std::string& path) {
    // The size on the wire would need the whole file read (RFC 3659, 4).
    if (s.parameters.ascii) return reply(550, "SIZE is only known in TYPE I");
    const auto full = s.resolve(path);
    const auto found = s.host.files().stat(full);
    if (!found) return refusal(found.error(), full);
    if (found->type != entry_type::file || !found->size)
        return refusal(error(errc::refused, "Not a plain file"), full);
    return reply(213, std::to_string(*found->size));
}

reply mdtm(session& s, const std::string& argument) {
    auto path = s.resolve(argument);
    auto found = s.host.files().stat(path);
    // With a time in front it sets that, as some clients want; unless a file has such a name.
    std::string_view rest = argument;
    const auto first = take_until(rest, ' ');
    if (!found && !rest.empty() && parse_time_val(first)) {
        const auto refused = plan::gate(changes, s.standing(), true);
        if (refused) return reply(refused->code, std::string(refused->text));
        return changed_time(s, first, rest, 253);
    }
    if (!found) return refusal(found.error(), path);
    if (!found->mtime) return refusal(error(errc::refused, "Not known"), path);
    return reply(213, format_time_val(*found->mtime));
}

reply mfmt(session& s, const std::string& argument) {
    std::string_view path = argument;
    const auto time = take_until(path, ' ');
    if (path.empty()) return reply(501, "Use MFMT YYYYMMDDhhmmss <path>");
    return changed_time(s, time, path, 213);
}

reply mlst(session& s, const std::string& path) {
    const auto full = s.resolve(path);
    auto found = s.host.files().stat(full);
    if (!found) return refusal(found.error(), full);
    s.show_own_rights(*found);
    std::string line(1, ' ');
    wire::format_fact_line(*found, s.parameters.facts, full, line);
    reply shown(250, "Facts of " + full);
    shown.lines.push_back(std::move(line));
    shown.lines.emplace_back("End");
    return shown;
}

reply site(session& s, const std::string& argument) {
    std::string_view rest = argument;
    const auto name = to_upper(take_until(rest, ' '));
    const auto* const known = std::ranges::find(site_table, name, &site_command::name);
    if (known == site_table.end()) return reply(504, "Unknown SITE command, see SITE HELP");
    const auto refused = plan::gate(known->rule, s.standing(), !rest.empty());
    if (refused) return reply(refused->code, std::string(refused->text));
    return known->run(s, rest);
}

} // namespace ferry::server_side
