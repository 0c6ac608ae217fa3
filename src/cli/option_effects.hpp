// What the options of the table do to the arguments, by the kind of their values. Included by the
// table alone.
#pragma once

#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/arguments.hpp"
#include "cli/trust.hpp"

#include <string_view>

namespace ferry::cli {

// Effects. A flag sets its member to a value; a text is kept as it is; numbers are checked here, so
// that a wrong one is a usage error before anything is done.

/// What a pointer to a member means here: of the arguments, or of what they hold.
template<class Value>
Value& member(arguments& of, Value arguments::* which) {
    return of.*which;
}

template<class Value>
Value& member(arguments& of, Value tls_options::* which) {
    return of.tls.*which;
}

template<class Value>
Value& member(arguments& of, Value mirror_options::* which) {
    return of.tree.*which;
}

template<class Value>
Value& member(arguments& of, Value server_tls_options::* which) {
    return of.server_tls.*which;
}

template<auto Member, auto Value = true>
result<> set(arguments& into, std::string_view /*none*/) {
    member(into, Member) = Value;
    return {};
}

template<auto Member>
result<> keep(arguments& into, std::string_view value) {
    if (value.empty()) return fail(errc::usage, "must not be empty");
    member(into, Member) = std::string(value);
    return {};
}

template<auto Member>
result<> seconds(arguments& into, std::string_view value) {
    const auto time = parse_seconds(value);
    if (!time || time->count() == 0) return fail(errc::usage, "wants seconds, such as 30 or 0.5");
    into.*Member = *time;
    return {};
}

inline result<> retry_count(arguments& into, std::string_view value) {
    const auto number = parse_number<std::uint16_t>(value);
    if (!number) return fail(errc::usage, "wants a number; 0 for none");
    into.retries = *number;
    return {};
}

template<auto Member>
result<> rate(arguments& into, std::string_view value) {
    const auto number = parse_rate(value);
    if (!number)
        return fail(errc::usage,
                    "wants bytes a second, such as 500k or 2M; 0 or none for no limit");
    const std::uint64_t bytes = *number;
    into.*Member = bytes;
    return {};
}

inline result<> port_number(arguments& into, std::string_view value) {
    const auto number = parse_number<std::uint16_t>(value);
    if (!number) return fail(errc::usage, "wants a number from 0 to 65535");
    into.port = *number;
    return {};
}

inline result<> tls_offer(arguments& into, std::string_view value) {
    if (value != "on" && value != "off") return fail(errc::usage, "wants on or off");
    into.offer_tls = value == "on";
    return {};
}

inline result<> tls_everywhere(arguments& into, std::string_view /*none*/) {
    into.server_tls.required_login = into.server_tls.required_data = true;
    return {};
}

inline result<> tls_port_number(arguments& into, std::string_view value) {
    const auto number = parse_number<std::uint16_t>(value);
    if (!number) return fail(errc::usage, "wants a number from 0 to 65535");
    into.server_tls.implicit_port = number;
    return {};
}

inline result<> session_count(arguments& into, std::string_view value) {
    const auto number = parse_number<std::uint32_t>(value);
    if (!number || *number == 0) return fail(errc::usage, "wants a number above 0");
    into.max_sessions = *number;
    return {};
}

template<auto Member>
result<> descriptor_number(arguments& into, std::string_view value) {
    const auto number = parse_number<std::uint16_t>(value);
    if (!number) return fail(errc::usage, "wants the number of an open descriptor");
    into.*Member = *number;
    return {};
}

inline result<> depth(arguments& into, std::string_view value) {
    const auto number = parse_number<std::uint16_t>(value);
    if (!number) return fail(errc::usage, "wants a number of levels");
    into.most_depth = *number;
    return {};
}

inline result<> kind_of_entry(arguments& into, std::string_view value) {
    if (value == "f") into.type = find_type::file;
    if (value == "d") into.type = find_type::directory;
    if (value == "l") into.type = find_type::symlink;
    if (value != "f" && value != "d" && value != "l")
        return fail(errc::usage, "wants f, d or l: file, directory, symbolic link");
    return {};
}

inline result<> mode_of_tls(arguments& into, std::string_view value) {
    if (value == "auto") return set<&tls_options::mode, tls_mode::automatic>(into, {});
    if (value == "require") return set<&tls_options::mode, tls_mode::required>(into, {});
    if (value == "off") return set<&tls_options::mode, tls_mode::off>(into, {});
    return fail(errc::usage, "wants auto, require or off");
}

inline result<> proof_of_transfers(arguments& into, std::string_view value) {
    if (value == "auto") return set<&arguments::verify, verify_mode::automatic>(into, {});
    if (value == "hash") return set<&arguments::verify, verify_mode::hash>(into, {});
    if (value == "size") return set<&arguments::verify, verify_mode::size>(into, {});
    if (value == "none") return set<&arguments::verify, verify_mode::none>(into, {});
    return fail(errc::usage, "wants auto, hash, size or none");
}

template<auto Member>
result<> least_tls(arguments& into, std::string_view value) {
    if (value != "1.2" && value != "1.3") return fail(errc::usage, "wants 1.2 or 1.3");
    member(into, Member) = value == "1.2" ? tls_version::tls_1_2 : tls_version::tls_1_3;
    return {};
}

template<mirror_rule::kind Kind>
result<> rule(arguments& into, std::string_view value) {
    if (value.empty()) return fail(errc::usage, "must not be empty");
    into.tree.rules.emplace_back(Kind, std::string(value));
    return {};
}

template<auto Member>
result<> byte_count(arguments& into, std::string_view value) {
    const auto size = parse_size(value);
    if (!size) return fail(errc::usage, "wants bytes, such as 1000, 64k or 2G");
    const std::uint64_t bytes = *size;
    member(into, Member) = bytes;
    return {};
}

inline failure no_fingerprint() {
    return fail(errc::usage, "wants sha256: and 64 hex digits");
}

inline result<> pin(arguments& into, std::string_view value) {
    const auto digits = parse_fingerprint(value);
    if (!digits) return no_fingerprint();
    into.pins.push_back(*digits);
    return {};
}

inline result<> added_fingerprint(arguments& into, std::string_view value) {
    into.added_fingerprint = parse_fingerprint(value);
    if (!into.added_fingerprint) return no_fingerprint();
    return {};
}

} // namespace ferry::cli
