#include "client/operations.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "plan/refusal.hpp"
#include "wire/quoting.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace ferry::client_side {

namespace {

/// A reply that was in step, but says nothing that can be used.
failure not_understood(const reply& said, std::string_view verb, std::string_view argument) {
    error why(errc::refused, "the reply cannot be understood");
    why.at(plan::step_of(verb, argument)).said(said.code, said.text());
    return fail(std::move(why));
}

task<result<>> done(control& talk, std::string verb, std::string argument = {}) {
    auto said = co_await command(talk, std::move(verb), std::move(argument));
    if (!said) co_return fail(std::move(said.error()));
    co_return result<>();
}

/// "213 1234". What no file can have for its size counts as unknown (threats C13).
std::optional<std::uint64_t> parse_size(const reply& said) {
    const auto text = said.text();
    auto rest = trim(text);
    const auto number = parse_number<std::uint64_t>(take_until(rest, ' '));
    if (number && *number > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    return number;
}

std::optional<std::chrono::sys_seconds> parse_time(const reply& said) {
    const auto text = said.text();
    auto rest = trim(text);
    return parse_time_val(take_until(rest, ' '));
}

/// "MDTM 20260301123456 x" asks for the time of no file of that name, but sets that of x, on many
/// servers; some take a date alone.
bool begins_like_time(std::string_view path) {
    constexpr std::size_t date_digits = 8;
    const auto digits = std::min(path.find_first_not_of("0123456789"), path.size());
    return digits >= date_digits && path.find(' ') != std::string_view::npos;
}

/// "755", "4755": three digits at least, as every server takes them.
std::string octal(unsigned mode) {
    std::string digits;
    for (; mode != 0 || digits.size() < 3; mode /= 8)
        digits.insert(digits.begin(), static_cast<char>('0' + mode % 8));
    return digits;
}

/// Only errors that end the session matter; a refusal means that nothing is known.
template<class T>
result<std::optional<T>> known_or_not(result<T> got) {
    if (got) return std::optional<T>(*got);
    if (is_refusal(got.error())) return std::optional<T>();
    return fail(std::move(got.error()));
}

constexpr std::array<std::string_view, 8> with_data{"RETR", "STOR", "APPE", "STOU",
                                                    "LIST", "NLST", "MLSD", "ABOR"};

} // namespace

task<result<std::string>> working_directory(control& talk) {
    auto said = co_await command(talk, "PWD");
    if (!said) co_return fail(std::move(said.error()));
    auto path = wire::parse_quoted_path(said->text());
    if (!path) co_return not_understood(*said, "PWD", {});
    co_return path;
}

task<result<>> change_directory(control& talk, std::string path) {
    return done(talk, "CWD", std::move(path));
}

task<result<>> parent_directory(control& talk) {
    return done(talk, "CDUP");
}

task<result<>> make_directory(control& talk, std::string path) {
    return done(talk, "MKD", std::move(path));
}

task<result<>> remove_directory(control& talk, std::string path) {
    return done(talk, "RMD", std::move(path));
}

task<result<>> remove_file(control& talk, std::string path) {
    return done(talk, "DELE", std::move(path));
}

task<result<>> rename(control& talk, std::string from, std::string to) {
    auto found = co_await exchange(talk, "RNFR", from);
    if (!found) co_return fail(std::move(found.error()));
    if (!found->intermediate()) co_return refuse(talk, *found, "RNFR", from);
    co_return co_await done(talk, "RNTO", std::move(to));
}

task<result<>> change_mode(control& talk, std::string path, unsigned mode) {
    if (mode > 07777U) co_return fail(errc::invalid_argument, "a mode is 0 to 7777");
    co_return co_await done(talk, "SITE", "CHMOD " + octal(mode) + ' ' + path);
}

task<result<std::string>> system(control& talk) {
    auto said = co_await command(talk, "SYST");
    if (!said) co_return fail(std::move(said.error()));
    co_return said->text();
}

task<result<>> no_operation(control& talk) {
    return done(talk, "NOOP");
}

task<> quit(control& talk) {
    if (talk.is_open()) {
        std::string nothing;
        const auto asked = co_await talk.send("QUIT", std::move(nothing));
        result<reply> bye = fail(errc::connection_lost);
        if (asked) bye = co_await talk.receive(patience::brief);
        if (!bye) talk.note("no goodbye: " + bye.error().message());
    }
    talk.close();
}

task<result<reply>> ask(session& with, std::string verb, std::string argument, patience how) {
    auto& unknown = with.memory().unknown_verbs;
    if (unknown.contains(verb)) co_return reply(502, verb + " is not known to this server");
    auto said = co_await exchange(with.talk(), verb, std::move(argument), how);
    if (said && (said->code == 500 || said->code == 502)) unknown.insert(verb);
    co_return said;
}

task<result<std::uint64_t>> size(session& with, std::string path) {
    auto type = co_await set_type(with, 'I');
    if (!type) co_return fail(std::move(type.error()));
    auto said = co_await ask(with, "SIZE", path);
    if (!said) co_return fail(std::move(said.error()));
    if (!said->completed()) co_return refuse(with.talk(), *said, "SIZE", path);
    const auto number = parse_size(*said);
    if (!number) co_return not_understood(*said, "SIZE", path);
    co_return *number;
}

task<result<std::optional<std::uint64_t>>> size_if_known(session& with, std::string path) {
    auto got = co_await size(with, std::move(path));
    co_return known_or_not(std::move(got));
}

task<result<std::chrono::sys_seconds>> modification_time(session& with, std::string path) {
    if (begins_like_time(path)) path.insert(0, "./");
    auto said = co_await ask(with, "MDTM", path);
    if (!said) co_return fail(std::move(said.error()));
    if (!said->completed()) co_return refuse(with.talk(), *said, "MDTM", path);
    const auto time = parse_time(*said);
    if (!time) co_return not_understood(*said, "MDTM", path);
    co_return *time;
}

task<result<std::optional<std::chrono::sys_seconds>>> modification_time_if_known(session& with,
                                                                                 std::string path) {
    auto got = co_await modification_time(with, std::move(path));
    co_return known_or_not(std::move(got));
}

task<result<std::vector<std::string>>> feature_lines(session& with) {
    auto features = co_await features_of(with);
    if (!features) co_return fail(std::move(features.error()));
    co_return (*features)->lines();
}

task<result<reply>> raw(session& with, std::string line) {
    std::string_view rest = line;
    auto verb = to_upper(take_until(rest, ' '));
    if (verb.empty()) co_return fail(errc::invalid_argument, "an empty command");
    if (std::ranges::find(with_data, verb) != with_data.end())
        co_return fail(errc::invalid_argument, verb + " needs a data connection");
    // What it changes is not known here, so nothing is taken for granted afterwards.
    if (verb == "TYPE" || verb == "REIN") with.memory().type = 0;
    if (verb == "OPTS" || verb == "REIN") {
        with.memory().hash_in_use.reset();
        with.memory().hash_was_changed = true;
    }
    if (verb == "REST") with.memory().restart_is_set = true;
    co_return co_await exchange(with.talk(), std::move(verb), std::string(rest));
}

} // namespace ferry::client_side
