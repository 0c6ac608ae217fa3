// Who logs in, and with which password: the sources in their order.
//
// User: the URL, --user, .netrc, else anonymous. Password: the URL, FERRY_PASSWORD,
// --password-file, --password-command, .netrc, a question on the terminal. A password is only ever
// looked for when there is a user to go with it, so that a secret is not told to an anonymous
// server.
#pragma once

#include "cli/arguments.hpp"
#include "cli/local.hpp"
#include "cli/netrc.hpp"

#include <ferry/url.hpp>

#include <functional>

namespace ferry::cli {

/// Where passwords come from, outside of the command line. Tests bring their own.
class secret_sources {
public:
    /// The real ones.
    secret_sources();

    std::function<std::optional<std::string>(const char*)> environment;
    std::function<result<small_file>(const std::string&)> read_file;
    std::function<result<std::string>(const std::string&)> run_command;
    /// Nothing if nobody can be asked.
    std::function<result<std::optional<std::string>>(const std::string& question)> ask;
};

/// "anonymous" or "ftp": their passwords are no secrets.
[[nodiscard]] bool is_anonymous(std::string_view user) noexcept;

/// `errc::usage` if there is a user but no password, and nobody to ask for one.
[[nodiscard]] result<credentials> find_login(const url& where, const arguments& asked,
                                             const secret_sources& sources);

/// The password a server's user gets: FERRY_PASSWORD, else --password-file.
[[nodiscard]] result<std::string> find_server_password(const arguments& asked,
                                                       const secret_sources& sources);

/// The URL with **** in the place of its password. For text that need not be a valid URL.
[[nodiscard]] std::string without_password(std::string_view url_text);

/// Overwrites the passwords of URLs in `words`, the program's own argv, so that a list of processes
/// does not show them.
void hide_passwords(int count, char** words) noexcept;

} // namespace ferry::cli
