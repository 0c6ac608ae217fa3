// The interactive shell: its parts, and how a line becomes commands.
//
// The shell has no operations of its own where a one-shot command does the same: `ls`, `get` and
// the others run the functions of the command table over the shell's connection.
#pragma once

#include "cli/connections.hpp"
#include "cli/shell/bookmarks.hpp"
#include "cli/shell/command_line.hpp"
#include "cli/shell/interrupts.hpp"
#include "cli/shell/jobs.hpp"
#include "cli/shell/listing_cache.hpp"
#include "cli/shell/settings.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

struct shell_row;

/// Where lines come from: a person is asked and told more, a script ends at Ctrl-C.
enum class line_source : std::uint8_t { keyboard, script };

class shell {
public:
    /// `asked` is what `ferry shell` was given. Settings and aliases come from the configuration;
    /// `errc::usage` for what is wrong there is the caller's to tell: see `configure`.
    shell(const arguments& asked, const configuration& config, interrupts& signals);
    shell(const shell&) = delete;
    shell& operator=(const shell&) = delete;

    /// Takes [shell] and [alias] of the configuration.
    [[nodiscard]] result<> configure(const configuration& config);

    /// Runs all statements of a text. What fails is printed. The status of the last one.
    int run_text(std::string_view text);
    /// The same line by line; a line that is not complete goes on in the next. `name` is for
    /// messages.
    int run_lines(std::string_view text, const std::string& name);
    /// A file of commands. `errc::local_file`, `errc::limit_exceeded` for files that run each other
    /// without end.
    [[nodiscard]] result<int> run_file(const std::string& path);

    /// Connects to `where`, enters its path, and makes it the home of words without a scheme. The
    /// options of `with` are added to those the shell was given.
    [[nodiscard]] result<> open(const url& where, const arguments& with);
    /// Ends the session, if there is one.
    void close();
    /// A client in the right directory, reconnected if need be.
    [[nodiscard]] result<client*> session();
    /// Where it is, as a URL without a password.
    [[nodiscard]] result<url> here();

    /// The directory the server says it is in; empty without a session.
    [[nodiscard]] const std::string& directory() const noexcept { return remote.directory(); }

    /// PWD, after something that may have changed it.
    [[nodiscard]] result<> learn_directory(client& with);
    /// `path` as the cache calls it: below the directory the shell is in.
    [[nodiscard]] std::string absolute(std::string_view path) const;
    /// Lists a directory, hidden names too, and keeps its names for completion.
    [[nodiscard]] result<std::vector<entry>> list(const std::string& path);

    /// Changes a setting, and what depends on it.
    [[nodiscard]] result<> change_setting(std::string_view name, std::string_view value);
    /// The settings that a one-shot command follows.
    void apply_settings(arguments& to) const;
    /// The value of a variable: the shell's own, then the environment.
    [[nodiscard]] std::optional<std::string> variable(std::string_view name) const;
    /// 'y', 'n', 'a' for all that follow too, 'q' for no more. 'y' where there is nobody to ask.
    /// `errc::interrupted` after Ctrl-C.
    [[nodiscard]] result<char> ask(const std::string& question) const;

    /// Whether lines come from a person.
    [[nodiscard]] bool interactive() const noexcept { return source == line_source::keyboard; }

    // The parts.
    interrupts* signals;
    shell_settings settings;
    arguments asked; ///< what sessions are opened with
    connections remote;
    listing_cache cache;
    job_list jobs;
    bookmarks marks;
    std::map<std::string, std::string, std::less<>> aliases;
    std::map<std::string, std::string, std::less<>> variables;
    line_source source = line_source::script;
    int status = 0;                 ///< of the last statement
    std::optional<int> exit_status; ///< set by exit: the shell ends
    bool warned_of_jobs = false;    ///< a first exit was held back for them
    std::string login_directory;    ///< where the login led
    std::string previous_directory; ///< for cd -

private:
    friend class silence;

    int run_statement(const statement& what);
    int run_words(const statement& what, const std::vector<std::string>& words);
    [[nodiscard]] result<int> run_row(const shell_row& row, const statement& what,
                                      const std::vector<std::string>& words);
    int report(std::string_view command, const result<int>& done);
    void forget_interrupt();
    [[nodiscard]] result<std::vector<std::string>> expand(const statement& what);
    [[nodiscard]] result<std::vector<std::string>> expand_word(const word& what,
                                                               const shell_row* row);
    [[nodiscard]] bool assign(const statement& what);
    void follow_settings();

    bool silent_ = false;      ///< see `silence`
    int depth_ = 0;            ///< of files that run files
    bool interrupted_ = false; ///< Ctrl-C ended the statement that ran last
    bool broken_off_ = false;  ///< `exit_status` comes of Ctrl-C or a failure, not of exit
};

/// While it lives, nothing is told of what is done over the session, because a line is being typed.
/// It may begin and end on the thread that uses the session meanwhile.
class silence {
public:
    explicit silence(shell& in) : in_(&in) {
        in.silent_ = true;
        in.remote.show(conversation_level::none);
        listener_ = in.remote.exchange_retry_listener({});
    }

    ~silence() {
        in_->silent_ = false;
        in_->remote.show(in_->settings.conversation);
        in_->remote.exchange_retry_listener(std::move(listener_));
    }

    silence(const silence&) = delete;
    silence& operator=(const silence&) = delete;

private:
    shell* in_;
    connections::retry_function listener_;
};

/// Runs the lines of a script. One that is not complete waits for the next.
class script_lines {
public:
    /// `name` is for messages.
    script_lines(shell& in, std::string name) : in_(&in), name_(std::move(name)) {}

    void take(std::string_view line, bool more_follow);

private:
    shell* in_;
    std::string name_;
    std::string waiting_;
    std::size_t number_ = 0; ///< of the line taken last, from 1
    std::size_t begun_at_ = 0;
};

} // namespace ferry::cli
