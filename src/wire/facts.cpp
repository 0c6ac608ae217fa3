// One table names the facts; reading, writing, FEAT and OPTS MLST follow it (RFC 3659, 7.5).
#include "wire/facts.hpp"

#include "base/text.hpp"
#include "base/units.hpp"

#include <array>
#include <charconv>

namespace ferry::wire {

namespace {

struct fact_name {
    fact which;
    std::string_view name;
};

constexpr std::array<fact_name, 8> fact_names{{
    {fact::type, "type"},
    {fact::size, "size"},
    {fact::modify, "modify"},
    {fact::perm, "perm"},
    {fact::unique, "unique"},
    {fact::unix_mode, "UNIX.mode"},
    {fact::unix_owner, "UNIX.owner"},
    {fact::unix_group, "UNIX.group"},
}};

constexpr bool holds(fact_set facts, fact which) noexcept {
    return (facts & static_cast<fact_set>(which)) != 0;
}

constexpr std::string_view link_prefix = "OS.unix=slink:";

void read_type(std::string_view value, listed_fact_entry& out) {
    const bool is_self = equal_ignoring_case(value, "cdir") || equal_ignoring_case(value, "pdir");
    if (equal_ignoring_case(value, "file")) {
        out.item.type = entry_type::file;
    } else if (is_self || equal_ignoring_case(value, "dir")) {
        out.item.type = entry_type::directory;
        out.is_self_or_parent = is_self;
    } else if (equal_ignoring_case(value.substr(0, link_prefix.size()), link_prefix)) {
        out.item.type = entry_type::symlink;
        out.item.target = value.substr(link_prefix.size());
    } else if (equal_ignoring_case(value, "OS.unix=slink") ||
               equal_ignoring_case(value, "OS.unix=symlink")) {
        out.item.type = entry_type::symlink;
    }
}

void read_size(std::string_view value, entry& item) {
    const auto size = parse_number<std::int64_t>(value);
    if (size && *size >= 0) item.size = static_cast<std::uint64_t>(*size);
}

void read_modify(std::string_view value, entry& item) {
    item.mtime = parse_time_val(value);
    item.precision = item.mtime ? time_precision::utc_second : time_precision::unknown;
}

void read_mode(std::string_view value, entry& item) {
    // pyftpdlib writes octal numbers as Python does.
    if (value.starts_with("0o")) value.remove_prefix(2);
    if (const auto mode = parse_number<unsigned>(value, 8))
        item.permissions = format_permissions(*mode);
}

// Owners come as names ("UNIX.ownername"), or as names or numbers ("UNIX.owner", "UNIX.uid"): the
// name is kept, wherever it stands.
void read_unix_fact(std::string_view name, std::string_view value, entry& item) {
    name.remove_prefix(5);
    if (equal_ignoring_case(name, "mode"))
        read_mode(value, item);
    else if (equal_ignoring_case(name, "ownername"))
        item.owner = value;
    else if (equal_ignoring_case(name, "groupname"))
        item.group = value;
    else if (equal_ignoring_case(name, "owner") || equal_ignoring_case(name, "uid"))
        item.owner = item.owner.empty() ? value : item.owner;
    else if (equal_ignoring_case(name, "group") || equal_ignoring_case(name, "gid"))
        item.group = item.group.empty() ? value : item.group;
}

void read_fact(std::string_view name, std::string_view value, listed_fact_entry& out) {
    if (equal_ignoring_case(name, "type"))
        read_type(value, out);
    else if (equal_ignoring_case(name, "size"))
        read_size(value, out.item);
    else if (equal_ignoring_case(name, "modify"))
        read_modify(value, out.item);
    else if (equal_ignoring_case(name, "perm"))
        out.item.perm_fact = value;
    else if (equal_ignoring_case(name, "unique"))
        out.item.unique = value;
    else if (equal_ignoring_case(name.substr(0, 5), "unix."))
        read_unix_fact(name, value, out.item);
}

// A value that would end the fact or the facts is left out rather than changed.
bool fits(std::string_view value) noexcept {
    return !value.empty() && value.find_first_of("; \r\n") == std::string_view::npos;
}

std::string_view type_of(entry_type type) noexcept {
    constexpr std::array<std::string_view, 4> names{"file", "dir", link_prefix, "OS.unix=other"};
    return names[static_cast<std::size_t>(type)];
}

void append_fact(std::string_view name, std::string_view value, std::string& out) {
    out += name;
    out += '=';
    out += value;
    out += ';';
}

void append_number(std::uint64_t value, int base, std::string& out) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
    out.append(digits.data(), end);
}

void append_type(const entry& item, std::string_view type_override, std::string& out) {
    out += "type=";
    out += type_override.empty() ? type_of(item.type) : type_override;
    if (item.type == entry_type::symlink && type_override.empty() && fits(item.target))
        out += item.target;
    out += ';';
}

} // namespace

result<listed_fact_entry> parse_fact_line(std::string_view line) {
    listed_fact_entry out;
    const auto space = line.find(' ');
    if (space == std::string_view::npos || space + 1 == line.size())
        return fail(errc::protocol_error, "a line of facts without a name");
    auto facts = line.substr(0, space);
    while (!facts.empty()) {
        auto value = take_until(facts, ';');
        if (value.empty()) continue;
        if (value.find('=') == std::string_view::npos)
            return fail(errc::protocol_error, "not a line of facts");
        const auto name = take_until(value, '=');
        read_fact(name, value, out);
    }
    out.item.name = line.substr(space + 1);
    return out;
}

void format_fact_line(const entry& item, fact_set facts, std::string_view name, std::string& out,
                      std::string_view type_override) {
    if (holds(facts, fact::type)) append_type(item, type_override, out);
    if (holds(facts, fact::size) && item.size) {
        out += "size=";
        append_number(*item.size, 10, out);
        out += ';';
    }
    if (holds(facts, fact::modify) && item.mtime)
        append_fact("modify", format_time_val(*item.mtime), out);
    if (holds(facts, fact::perm) && fits(item.perm_fact)) append_fact("perm", item.perm_fact, out);
    if (holds(facts, fact::unique) && fits(item.unique)) append_fact("unique", item.unique, out);
    if (const auto mode = parse_permissions(item.permissions);
        mode && holds(facts, fact::unix_mode)) {
        out += "UNIX.mode=0";
        append_number(*mode, 8, out);
        out += ';';
    }
    if (holds(facts, fact::unix_owner) && fits(item.owner))
        append_fact("UNIX.owner", item.owner, out);
    if (holds(facts, fact::unix_group) && fits(item.group))
        append_fact("UNIX.group", item.group, out);
    out += ' ';
    out += name;
}

std::string format_fact_feature(fact_set enabled) {
    std::string out;
    for (const auto& [which, name] : fact_names) {
        out += name;
        out += holds(enabled, which) ? "*;" : ";";
    }
    return out;
}

fact_set parse_fact_names(std::string_view argument) {
    unsigned facts = 0;
    while (!argument.empty()) {
        const auto wanted = take_until(argument, ';');
        for (const auto& [which, name] : fact_names)
            if (equal_ignoring_case(wanted, name)) facts |= static_cast<unsigned>(which);
    }
    return static_cast<fact_set>(facts);
}

std::string format_fact_names(fact_set facts) {
    std::string out;
    for (const auto& [which, name] : fact_names)
        if (holds(facts, which)) (out += name) += ';';
    return out;
}

std::string facts_with_mode(std::string_view listed) {
    std::string out;
    bool is_off = false;
    while (!listed.empty()) {
        auto name = trim(take_until(listed, ';'));
        const bool is_on = name.ends_with('*');
        if (is_on) name.remove_suffix(1);
        const bool is_mode = equal_ignoring_case(name, "UNIX.mode");
        is_off = is_off || (is_mode && !is_on);
        if (is_on || is_mode) (out += name) += ';';
    }
    return is_off ? out : std::string();
}

} // namespace ferry::wire
