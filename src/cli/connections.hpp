// The session a command works over: opened for the first URL, kept for the next ones of the same
// server and user. In the shell it outlives the commands, and words without a scheme belong to it.
#pragma once

#include "cli/config.hpp"
#include "cli/login.hpp"
#include "cli/server_trust.hpp"

#include <ferry/client.hpp>
#include <ferry/mirror.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace ferry::cli {

/// What a client is told by the options of the command line.
[[nodiscard]] client_options client_options_of(const arguments& asked);

/// "ferry: connection lost ...; retrying in 2 s (1 of 3)": one line, on stderr.
void print_retry(const retry_notice& notice);

/// How much of the conversation with the server is shown.
enum class conversation_level : std::uint8_t { none, replies, all };

class connections {
public:
    /// Both must outlive it. The configuration is asked anew for each server.
    connections(const arguments& asked, const configuration& config)
        : asked_(&asked), config_(&config) {}

    ~connections();
    connections(const connections&) = delete;
    connections& operator=(const connections&) = delete;

    [[nodiscard]] const configuration& config() const noexcept { return *config_; }

    /// The options that sessions opened from now on follow.
    void follow(const arguments& asked) noexcept { asked_ = &asked; }

    /// What a word leads to: a URL, or with a home also a path there. `errc::invalid_url`.
    [[nodiscard]] result<url> locate(std::string_view word) const;
    /// How it is called in messages: as `locate` took it, without a password.
    [[nodiscard]] std::string name_of(const url& where) const;

    /// A client that is logged in where `where` says. Valid until the next call. What failed once
    /// for a server and user is not tried again: passwords are not guessed, nobody waits twice.
    [[nodiscard]] result<client*> open(const url& where);

    /// The same login as one end of a mirror, which makes connections of its own. What had to be
    /// asked for was asked. This must outlive the mirror.
    [[nodiscard]] result<mirror_place> place(const url& where);

    /// `what` is called by `cancel` too; empty: no more. For what works beside the client.
    void cancels(std::function<void()> what);

    /// From now on words without a scheme are paths on this server. What had been refused is
    /// tried again.
    void settle(const url& home);
    /// Ends the session, politely. The home stays: the next command makes a new one.
    void drop() noexcept;
    /// The same, and forgets the home.
    void leave();

    [[nodiscard]] const std::optional<url>& home() const noexcept { return home_; }

    /// The client of the home, reconnected and back in its directory if the connection has ended.
    /// `errc::usage` without a home.
    [[nodiscard]] result<client*> at_home();
    /// Whether the connection stands, as far as is known.
    [[nodiscard]] bool stands() const noexcept;

    /// Whether it was ended for a mirror to have all connections: nobody lost it.
    [[nodiscard]] bool gave_way() const noexcept { return gave_way_; }

    /// How it is protected, in words: "TLSv1.3, TLS_AES_256_GCM_SHA384, verified".
    [[nodiscard]] std::string protection() const;
    /// Looks whether the server has closed it since, without asking.
    void look();

    /// Where a new session goes first; empty: where the login leads.
    void set_directory(std::string path) { directory_ = std::move(path); }

    [[nodiscard]] const std::string& directory() const noexcept { return directory_; }

    /// Another login on the same connection, or on the next one.
    [[nodiscard]] result<> log_in_as(const credentials& who);

    /// Who logged in last, with the password.
    [[nodiscard]] const std::optional<credentials>& login() const noexcept { return login_; }

    /// Who is told of each retry; by default a line is printed. Empty: nobody.
    using retry_function = std::function<void(const retry_notice&)>;

    retry_function exchange_retry_listener(retry_function listener) {
        return std::exchange(on_retry_, std::move(listener));
    }

    /// What all transfers keep to. What an option or the configuration says for a server changes it
    /// when that server is connected to, unless it says the same as for the last one: what the user
    /// has set meanwhile stays.
    void share(std::shared_ptr<rate_limit> limit) noexcept { limit_ = std::move(limit); }

    /// The same for a limit that only others change.
    void obey(std::shared_ptr<rate_limit> limit) noexcept {
        limit_ = std::move(limit);
        obeys_ = true;
    }

    [[nodiscard]] const std::shared_ptr<rate_limit>& limit() const noexcept { return limit_; }

    /// How much of the conversation is shown from now on. Only in the shell: a one-shot command
    /// has its --verbose.
    void show(conversation_level level) noexcept { shown_ = level; }

    /// Ends the running call of the client, and all further ones until `resume`. From any thread.
    void cancel() noexcept;

    /// Calls are wanted again.
    void resume() noexcept { cancelled_ = false; }

private:
    [[nodiscard]] result<> connect(const url& where);
    [[nodiscard]] result<> reach(const url& where);
    void warn_of_plain_text(const url& where, const std::string& user);
    [[nodiscard]] result<> log_in(const url& where, const arguments& options);
    [[nodiscard]] result<> set_limit(const arguments& options);

    const arguments* asked_;
    const configuration* config_;
    secret_sources sources_;
    std::mutex mutex_;                    ///< `client_` comes and goes under it
    std::unique_ptr<server_trust> trust_; ///< in the server of `client_`
    std::vector<std::unique_ptr<server_trust>> trust_of_places_;
    client_options options_;    ///< of `client_`
    std::string options_start_; ///< and where it went first, unless it is in the home
    std::function<void()> cancels_;
    std::optional<client> client_;
    bool gave_way_ = false;
    url open_to_;
    std::optional<credentials> login_; ///< kept for when the connection has to be made again
    std::optional<error> refused_;
    std::optional<url> home_;
    std::string directory_;
    std::shared_ptr<rate_limit> limit_;          ///< nothing as long as nobody asks for one
    std::optional<std::uint64_t> limit_options_; ///< what they said last
    bool obeys_ = false;                         ///< options do not change it
    retry_function on_retry_ = &print_retry;
    std::atomic<bool> cancelled_ = false;
    std::atomic<conversation_level> shown_ = conversation_level::none;
};

/// Whether both name the same login on the same server.
[[nodiscard]] bool same_session(const url& a, const url& b) noexcept;

} // namespace ferry::cli
