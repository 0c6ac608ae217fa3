#include "base/text.hpp"

#include <ferry/error.hpp>

#include <array>

namespace ferry {

namespace {

using enum errc;

constexpr bool retry = true;
constexpr bool final = false;
constexpr bool usable = true;
constexpr bool broken = false;

// code, name, message, advice, whose fault, worth a retry, control connection usable, the reply our
// server gives, exit status of the program.
constexpr std::array<error_description, errc_count> table{{
    {unexpected, "unexpected", "unexpected failure", "please report it, with the output of -v",
     blame::ferry, final, broken, 451, 1},
    {usage, "usage", "wrong usage", "", blame::caller, final, usable, 501, 2},
    {invalid_argument, "invalid_argument", "invalid argument", "", blame::caller, final, usable,
     501, 2},
    {invalid_url, "invalid_url", "invalid URL", "write ftp://user@host/path", blame::caller, final,
     usable, 501, 2},
    {interrupted, "interrupted", "interrupted", "", blame::caller, final, usable, 426, 130},
    {deletion_refused, "deletion_refused", "nothing was deleted",
     "look at what would be with --dry-run", blame::caller, final, usable, 550, 9},
    {resolve_failed, "resolve_failed", "host name not found", "check the name and the network",
     blame::network, retry, broken, 421, 3},
    {resolve_timeout, "resolve_timeout", "the name lookup took too long",
     "check the name servers, or raise --timeout", blame::network, retry, broken, 421, 3},
    {connect_failed, "connect_failed", "cannot connect", "check host and port", blame::network,
     retry, broken, 425, 3},
    {connect_timeout, "connect_timeout", "no answer to the connection attempt",
     "check host, port and firewalls, or raise --timeout", blame::network, retry, broken, 425, 3},
    {reply_timeout, "reply_timeout", "the server does not reply", "try again, or raise --timeout",
     blame::peer, retry, broken, 421, 3},
    {connection_lost, "connection_lost", "connection lost", "try again", blame::network, retry,
     broken, 426, 3},
    {data_connection_failed, "data_connection_failed", "no data connection",
     "try --active or --passive; a firewall may be in the way", blame::network, retry, usable, 425,
     3},
    {data_stalled, "data_stalled", "the data connection stands still",
     "continue with -c, or raise --timeout", blame::network, retry, usable, 426, 3},
    {transfer_aborted, "transfer_aborted", "transfer aborted", "continue with -c", blame::network,
     retry, usable, 426, 3},
    {truncated, "truncated", "the data ended early", "continue with -c", blame::peer, retry, usable,
     426, 10},
    {limit_exceeded, "limit_exceeded", "the server sent more than is sane", "", blame::peer, final,
     broken, 500, 3},
    {protocol_error, "protocol_error", "the server broke the protocol", "see the replies with -v",
     blame::peer, final, broken, 500, 3},
    {service_unavailable, "service_unavailable", "the server closes the connection",
     "try again later", blame::peer, retry, broken, 421, 3},
    {login_refused, "login_refused", "login refused", "check user and password", blame::peer, final,
     usable, 530, 4},
    {account_needed, "account_needed", "the server wants an account", "give it with --account",
     blame::peer, final, usable, 532, 4},
    {not_found, "not_found", "not found", "list the directory to see what is there", blame::peer,
     final, usable, 550, 5},
    {permission_denied, "permission_denied", "permission denied", "", blame::peer, final, usable,
     550, 6},
    {refused, "refused", "refused by the server", "", blame::peer, final, usable, 550, 6},
    {try_later, "try_later", "the server cannot do it now", "try again later", blame::peer, retry,
     usable, 450, 6},
    {not_supported, "not_supported", "the server does not know this command", "", blame::peer,
     final, usable, 502, 6},
    {no_space_there, "no_space_there", "no space left on the server", "", blame::peer, final,
     usable, 452, 6},
    {already_exists, "already_exists", "exists already", "", blame::peer, final, usable, 550, 6},
    {restart_refused, "restart_refused", "the server cannot resume", "run again without -c",
     blame::peer, final, usable, 554, 6},
    {local_file, "local_file", "local file", "", blame::local, final, usable, 451, 8},
    {local_not_found, "local_not_found", "no such local file", "", blame::local, final, usable, 550,
     8},
    {local_exists, "local_exists", "in the way locally", "", blame::local, final, usable, 553, 8},
    {local_no_space, "local_no_space", "no space left on the local disk",
     "make room and continue with -c", blame::local, final, usable, 452, 8},
    {unsafe_name, "unsafe_name", "unsafe name", "choose a local name with -o", blame::peer, final,
     usable, 553, 6},
    {some_failed, "some_failed", "some failed", "", blame::peer, final, usable, 451, 9},
    {verification_failed, "verification_failed", "verification failed", "transfer it again",
     blame::peer, retry, usable, 451, 10},
    {tls_failed, "tls_failed", "TLS failed", "", blame::peer, final, broken, 534, 7},
    {untrusted, "untrusted", "the server is not trusted", "", blame::peer, final, broken, 535, 7},
}};

constexpr bool table_is_in_order() {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i].code != static_cast<errc>(i)) return false;
    return true;
}

static_assert(table_is_in_order(), "a row for each errc, in the order of the enumeration");

errc cause_of(std::error_code os, errc otherwise) {
    if (os == std::errc::no_space_on_device || os == std::errc::file_too_large ||
        os.value() == 122 /* EDQUOT, which has no std::errc */)
        return local_no_space;
    if (os == std::errc::no_such_file_or_directory || os == std::errc::not_a_directory)
        return local_not_found;
    if (os == std::errc::file_exists || os == std::errc::is_a_directory) return local_exists;
    return otherwise;
}

} // namespace

const error_description& describe(errc code) noexcept {
    const auto index = static_cast<std::size_t>(code);
    return table[index < table.size() ? index : 0];
}

error error::from_system(std::error_code os, errc otherwise, std::string_view what) {
    std::string detail(what);
    if (!detail.empty()) detail += ": ";
    detail += os.message();
    return error(cause_of(os, otherwise), std::move(detail));
}

error& error::at(std::string_view step) {
    if (step_.empty()) step_ = step;
    return *this;
}

error& error::said(int reply_code, std::string_view text) {
    reply_code_ = reply_code;
    reply_text_ = text;
    return *this;
}

error& error::advise(std::string_view advice) {
    advice_ = advice;
    return *this;
}

std::string_view error::advice() const noexcept {
    return advice_.empty() ? describe(code_).advice : std::string_view(advice_);
}

std::string error::message() const {
    std::string line(describe(code_).message);
    if (!detail_.empty()) line += ": " + printable(detail_);
    if (!step_.empty()) line += " (" + printable(step_) + ")";
    if (reply_code_ != 0) {
        line += "; server said \"" + std::to_string(reply_code_);
        if (!reply_text_.empty()) line += " " + printable(reply_text_);
        line += '"';
    }
    if (!advice().empty()) {
        line += "; ";
        line += advice();
    }
    return line;
}

} // namespace ferry
