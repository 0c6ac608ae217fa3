// Logging in and out (RFC 959, 4.1.1; RFC 7151).
#include "base/limits.hpp"
#include "base/text.hpp"
#include "server/handlers.hpp"

#include <algorithm>

namespace ferry::server_side {

namespace {

bool is_anonymous_name(std::string_view name) noexcept {
    return equal_ignoring_case(name, "anonymous") || equal_ignoring_case(name, "ftp");
}

/// Takes as long for a password that begins right as for any other of its length, so that it cannot
/// be guessed byte by byte (threats S15).
bool equal_in_constant_time(std::string_view known, std::string_view given) noexcept {
    volatile unsigned difference = known.size() == given.size() ? 0U : 1U;
    const std::string_view compared = known.empty() ? std::string_view("\1") : known;
    for (std::size_t i = 0; i < given.size(); ++i)
        difference = difference | (static_cast<unsigned char>(given[i]) ^
                                   static_cast<unsigned char>(compared[i % compared.size()]));
    return difference == 0;
}

bool anonymous_allowed(const server_options& options, std::string_view name) {
    return options.anonymous && is_anonymous_name(name) &&
           std::ranges::find(options.users, name, &server_user::name) == options.users.end();
}

/// Looks at every user, also after the one it was, so that the time tells no names.
bool password_fits(const server_options& options, std::string_view name,
                   std::string_view password) {
    bool fits = false;
    for (const auto& known : options.users) {
        const bool same = equal_in_constant_time(known.password, password);
        if (known.name == name && same) fits = true;
    }
    return fits;
}

} // namespace

reply user(session& s, const std::string& name) {
    s.log_out();
    s.login.user = name;
    s.login.user_given = true;
    if (anonymous_allowed(s.host.options(), name))
        return reply(331, "Any password will do, an e-mail address is polite");
    return reply(331, "Password needed");
}

io::task<> pass(session& s, std::string password) {
    const auto& options = s.host.options();
    const bool anonymous = anonymous_allowed(options, s.login.user);
    if (anonymous || password_fits(options, s.login.user, password)) {
        s.login.done = true;
        s.login.read_only = options.read_only || anonymous;
        s.failed_logins = 0;
        s.tell(anonymous ? "logged in without password" : "logged in");
        s.control.queue(reply(230, s.login.read_only ? "Welcome, you may read" : "Welcome"));
        co_return;
    }
    s.tell("login refused: " + s.login.user);
    s.login = login_state();
    ++s.failed_logins;
    if (options.failed_login_delay.count() > 0) {
        const auto slept = co_await io::sleep_for(options.failed_login_delay);
        if (!slept) co_return s.end();
    }
    if (s.failed_logins >= limits::login_attempts) {
        s.control.queue(reply(421, "Too many wrong passwords, closing"));
        s.end();
    } else {
        s.control.queue(reply(530, "Login incorrect"));
    }
}

reply acct(session&, const std::string&) {
    return reply(202, "No account is needed");
}

io::task<> rein(session& s, std::string) {
    s.log_out();
    s.control.queue(reply(220, "Logged out"));
    s.protection = data_protection();
    s.protection.on = s.began_with_tls();
    // RFC 4217, 13: TLS ends with the login, behind the reply, unless it was there before all else.
    if (s.control.secure() && !s.began_with_tls()) co_await s.end_tls();
}

reply quit(session& s, const std::string&) {
    s.end();
    return reply(221, "Goodbye");
}

reply host(session&, const std::string&) {
    return reply(220, "All names lead to the same files");
}

} // namespace ferry::server_side
