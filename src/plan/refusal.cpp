#include "plan/refusal.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace ferry::plan {

namespace {

using enum errc;

struct phrase {
    std::string_view words;
    errc cause;
};

// Seen in vsftpd, ProFTPD, Pure-FTPd, pyftpdlib, FileZilla Server, IIS, wu-ftpd and errno texts.
// The first that fits counts: "does not exist" before "exists", "not empty" before the rest.
constexpr std::array phrases{
    phrase{"no such", not_found},
    phrase{"not found", not_found},
    phrase{"cannot find", not_found},
    phrase{"can't find", not_found},
    phrase{"not exist", not_found},
    phrase{"n't exist", not_found},
    phrase{"already exist", already_exists},
    phrase{"file exists", already_exists},
    phrase{"directory exists", already_exists},
    phrase{"not empty", refused},
    phrase{"not a directory", refused},
    phrase{"is a directory", refused},
    phrase{"not a regular file", refused},
    phrase{"not a plain file", refused},
    phrase{"no space", no_space_there},
    phrase{"disk full", no_space_there},
    phrase{"disk is full", no_space_there},
    phrase{"quota", no_space_there},
    phrase{"enough space", no_space_there},
    phrase{"insufficient storage", no_space_there},
    phrase{"permission", permission_denied},
    phrase{"denied", permission_denied},
    phrase{"not permitted", permission_denied},
    phrase{"not allowed", permission_denied},
    phrase{"privilege", permission_denied},
    phrase{"forbidden", permission_denied},
    phrase{"prohibited", permission_denied},
    phrase{"read-only", permission_denied},
    phrase{"read only", permission_denied},
    phrase{"too many", try_later},
    phrase{"maximum", try_later},
    phrase{"try again", try_later},
    phrase{"busy", try_later},
    phrase{"overload", try_later},
    phrase{"temporarily", try_later},
    phrase{"broken pipe", try_later},
    phrase{"timed out", try_later},
    phrase{"closed by remote host", try_later},
};

std::optional<errc> cause_in(std::string_view text, std::string_view argument) noexcept {
    for (const auto& each : phrases)
        if (contains_ignoring_case(text, each.words) &&
            !contains_ignoring_case(argument, each.words))
            return each.cause;
    return std::nullopt;
}

bool is_one_of(std::string_view verb, std::initializer_list<std::string_view> verbs) noexcept {
    return std::ranges::find(verbs, verb) != verbs.end();
}

/// A bare 550: to a command that needs something to be there it means that it is not.
errc cause_without_words(std::string_view verb) noexcept {
    return is_one_of(verb, {"STOR", "APPE", "STOU", "MKD", "RMD", "RNTO", "SITE", "MFMT"})
               ? refused
               : not_found;
}

/// Codes that say all by themselves.
std::optional<errc> cause_of_code(int code) noexcept {
    switch (code) {
    case 332:
    case 532:
        return account_needed;
    case 421:
        return service_unavailable;
    case 425:
        return data_connection_failed;
    case 426:
        return transfer_aborted;
    case 452:
    case 552:
        return no_space_there;
    case 500:
    case 502:
    case 504:
        return not_supported;
    case 554:
        return restart_refused;
    // RFC 2228, 5: protection that is wanted or cannot be had.
    case 431:
    case 533:
    case 534:
    case 535:
    case 536:
    case 537:
        return tls_failed;
    default:
        return std::nullopt;
    }
}

/// vsftpd's last words when a process of its own has died, as when it is being restarted. Other
/// OOPSes are about its configuration, and do not pass.
bool has_collapsed(int code, std::string_view text) noexcept {
    return code == 500 &&
           (text.starts_with("OOPS: priv_sock_") || text.starts_with("OOPS: child died"));
}

} // namespace

errc cause_of(int code, std::string_view text, std::string_view verb,
              std::string_view argument) noexcept {
    if (has_collapsed(code, text)) return service_unavailable;
    if (const auto cause = cause_of_code(code)) return *cause;
    const int kind = code / 100;
    if (kind < 4) return protocol_error; // 1xx, 2xx or 3xx where it does not belong
    // To a transfer these say that the data connection must be protected, or resume its session
    // (RFC 4217, 9); RFC 2428 and old servers use them in other places.
    const bool of_transfer =
        is_one_of(verb, {"RETR", "STOR", "APPE", "STOU", "LIST", "NLST", "MLSD"});
    if ((code == 521 || code == 522) && of_transfer) return tls_failed;
    if (code == 521) return already_exists;
    if (code == 522) return not_supported;
    if (verb == "REST") return restart_refused;
    const auto words = cause_in(text, argument);
    if (code == 430 || code == 530 || is_one_of(verb, {"USER", "PASS", "ACCT"}))
        return words == try_later ? try_later : login_refused;
    if (words) return *words;
    if (kind == 4) return try_later;
    return code == 550 ? cause_without_words(verb) : refused;
}

error refusal(const reply& said, std::string_view verb, std::string_view argument) {
    const auto text = said.text();
    error made(cause_of(said.code, text, verb, argument));
    made.at(step_of(verb, argument)).said(said.code, text);
    return made;
}

bool means_empty_directory(const reply& said, std::string_view path) noexcept {
    if (said.code != 450 && said.code != 550) return false;
    constexpr std::array<std::string_view, 4> nothing_there{"no files", "no members",
                                                            "no data sets", "empty"};
    bool says_so = false;
    bool says_otherwise = false;
    for (const auto& line : said.lines) {
        says_so =
            says_so || std::ranges::any_of(nothing_there, [&](std::string_view words) {
                return contains_ignoring_case(line, words) && !contains_ignoring_case(path, words);
            });
        const auto cause = cause_in(line, path);
        says_otherwise = says_otherwise || (cause && *cause != not_found);
    }
    const bool is_current = path.empty() || path == ".";
    return !says_otherwise && (says_so || (is_current && said.code == 550));
}

bool is_secret(std::string_view verb) noexcept {
    return verb == "PASS" || verb == "ACCT";
}

std::string step_of(std::string_view verb, std::string_view argument) {
    std::string step(verb);
    if (argument.empty()) return step;
    step += ' ';
    step += is_secret(verb) ? std::string_view("****") : argument;
    return step;
}

} // namespace ferry::plan
