#include "cli/login.hpp"

#include "base/text.hpp"
#include "cli/terminal.hpp"

#include <algorithm>

namespace ferry::cli {

namespace {

using maybe_secret = result<std::optional<std::string>>;

constexpr const char* password_variable = "FERRY_PASSWORD";

result<std::optional<netrc_entry>> look_up(const url& where, const arguments& asked,
                                           const std::optional<std::string>& user,
                                           const secret_sources& sources) {
    std::string path;
    if (asked.netrc_file)
        path = *asked.netrc_file;
    else if (const auto home = sources.environment("HOME"))
        path = *home + "/.netrc";
    else
        return std::nullopt;
    const auto read = sources.read_file(path);
    if (!read && !asked.netrc_file && read.error().code() == errc::local_not_found)
        return std::nullopt;
    if (!read) return fail(read.error());
    auto found = find_in_netrc(read->text, where.host, user);
    const auto login = user ? user : found ? found->login : std::nullopt;
    if (found && found->password && login && !is_anonymous(*login) && !where.password &&
        !read->private_to_owner) {
        error problem(errc::local_file, path + " holds a password and others may read it");
        problem.advise("make it yours alone: chmod 600 " + path);
        return fail(std::move(problem));
    }
    return found;
}

maybe_secret from(result<std::string> read) {
    if (!read) return fail(read.error());
    return *std::move(read);
}

/// The sources that need no .netrc, in their order.
maybe_secret find_given_password(const url& where, const arguments& asked,
                                 const secret_sources& sources) {
    if (where.password) return where.password;
    if (auto value = sources.environment(password_variable)) return value;
    if (asked.password_file) {
        auto read = sources.read_file(*asked.password_file);
        if (!read) return fail(read.error());
        return std::string(first_line(read->text));
    }
    if (asked.password_command) return from(sources.run_command(*asked.password_command));
    return std::nullopt;
}

/// A password, or why there is none.
maybe_secret ask_for_password(const url& where, const std::string& user,
                              const secret_sources& sources) {
    auto answer =
        sources.ask("Password for " + printable(user) + " at " + printable(where.host) + ": ");
    if (!answer || *answer) return answer;
    error problem(errc::usage, "no password for " + user + " at " + where.host);
    problem.advise("give it by FERRY_PASSWORD, --password-file, --password-command or ~/.netrc");
    return fail(std::move(problem));
}

struct text_range {
    std::size_t first = 0;
    std::size_t count = 0;
};

/// Where the password of a URL stands. Taken generously, from the first colon behind the scheme to
/// the last @: what is hidden too much does no harm.
text_range password_in(std::string_view text) noexcept {
    const auto scheme = text.find("://");
    const auto at = text.rfind('@');
    if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme) return {};
    const auto colon = text.find(':', scheme + 3);
    if (colon == std::string_view::npos || colon >= at) return {};
    return {colon + 1, at - colon - 1};
}

} // namespace

secret_sources::secret_sources()
    : environment(&cli::environment)
    , read_file(&read_small_file)
    , run_command(&read_secret_command)
    , ask([](const std::string& question) -> maybe_secret {
        if (!can_ask()) return std::nullopt;
        auto answer = ask_secret(question);
        if (!answer && answer.error().code() == errc::usage) return std::nullopt;
        return from(std::move(answer));
    }) {}

bool is_anonymous(std::string_view user) noexcept {
    return equal_ignoring_case(user, "anonymous") || equal_ignoring_case(user, "ftp");
}

result<credentials> find_login(const url& where, const arguments& asked,
                               const secret_sources& sources) {
    credentials who;
    auto user = where.user ? where.user : asked.user;
    const bool user_known = user.has_value();
    if (asked.account) who.account = *asked.account;
    if (user && is_anonymous(*user)) {
        who.user = *user;
        if (where.password) who.password = *where.password;
        return who;
    }
    maybe_secret password;
    if (user_known) password = find_given_password(where, asked, sources);
    if (!password) return fail(std::move(password.error()));
    if (!*password) {
        auto entry = look_up(where, asked, user, sources);
        if (!entry) return fail(std::move(entry.error()));
        if (*entry) {
            if (!user) user = (*entry)->login;
            if (!asked.account) who.account = (*entry)->account.value_or("");
            if (!user_known && user) password = find_given_password(where, asked, sources);
            if (!password) return fail(std::move(password.error()));
            if (!*password) password = (*entry)->password;
        }
    }
    if (!user) return who;
    who.user = *user;
    if (!*password) password = ask_for_password(where, *user, sources);
    if (!password) return fail(std::move(password.error()));
    who.password = **std::move(password);
    return who;
}

result<std::string> find_server_password(const arguments& asked, const secret_sources& sources) {
    auto given = find_given_password(url(), asked, sources);
    if (!given) return fail(given.error());
    if (*given) return **std::move(given);
    error problem(errc::usage, "--user " + asked.user.value_or("") + " has no password");
    problem.advise("put it into FERRY_PASSWORD or a file named by --password-file");
    return fail(std::move(problem));
}

std::string without_password(std::string_view url_text) {
    std::string text(url_text);
    const auto where = password_in(text);
    if (where.count != 0) text.replace(where.first, where.count, "****");
    return text;
}

void hide_passwords(int count, char** words) noexcept {
    for (int i = 1; i < count; ++i) {
        const auto where = password_in(words[i]);
        std::fill_n(words[i] + where.first, where.count, '*');
    }
}

} // namespace ferry::cli
