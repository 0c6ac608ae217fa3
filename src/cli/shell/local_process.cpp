#include "cli/shell/local_process.hpp"

#include "cli/local.hpp"
#include "cli/terminal.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <initializer_list>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace ferry::cli {

namespace {

constexpr int signal_status = 128;           // what shells add to the number of a signal
constexpr int first_private_descriptor = 10; // out of the way of those that programs count on

failure local_failure(int problem, const std::string& what) {
    return fail(error::from_system(std::error_code(problem, std::generic_category()),
                                   errc::local_file, what));
}

/// The attributes and actions of posix_spawn: a clean signal state, and `input` as stdin.
class spawn_settings {
public:
    explicit spawn_settings(int input) {
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawn_file_actions_init(&actions_);
        sigset_t none;
        sigset_t defaults;
        ::sigemptyset(&none);
        ::sigemptyset(&defaults);
        for (const int number : {SIGINT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU})
            ::sigaddset(&defaults, number);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        if (input != STDIN_FILENO)
            ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    }

    ~spawn_settings() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    spawn_settings(const spawn_settings&) = delete;
    spawn_settings& operator=(const spawn_settings&) = delete;

    [[nodiscard]] const posix_spawnattr_t* attributes() const noexcept { return &attributes_; }

    [[nodiscard]] const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }

private:
    posix_spawnattr_t attributes_{};
    posix_spawn_file_actions_t actions_{};
};

result<pid_t> start(const std::string& command, int input) {
    std::string shell = environment("SHELL").value_or("");
    if (shell.empty()) shell = "/bin/sh";
    std::string option = "-c";
    std::string line = command;
    std::vector<char*> words{shell.data()};
    if (!command.empty()) words.insert(words.end(), {option.data(), line.data()});
    words.push_back(nullptr);
    std::fflush(nullptr);
    const spawn_settings settings(input);
    pid_t pid = -1;
    const int problem = ::posix_spawn(&pid, shell.c_str(), settings.actions(),
                                      settings.attributes(), words.data(), environ);
    if (problem != 0) return local_failure(problem, shell);
    return pid;
}

/// While it lives, Ctrl-Z does not stop ferry at once: it stops when it is told that the local
/// program did. If each stopped by itself, ferry could be continued first, take the program's stop
/// for a new one, and stop again under a program that goes on.
class stops_with_program {
public:
    stops_with_program() { ::sigaction(SIGTSTP, &ignored(), &before_); }

    ~stops_with_program() { ::sigaction(SIGTSTP, &before_, nullptr); }

    stops_with_program(const stops_with_program&) = delete;
    stops_with_program& operator=(const stops_with_program&) = delete;

    /// Returns when ferry is continued; at once where nobody could continue it (the process group
    /// is orphaned).
    void stop() const {
        ::sigaction(SIGTSTP, &before_, nullptr);
        (void)std::raise(SIGTSTP);
        ::sigaction(SIGTSTP, &ignored(), nullptr);
    }

private:
    static const struct sigaction& ignored() {
        static const struct sigaction action = [] {
            struct sigaction made{};
            made.sa_handler = SIG_IGN;
            return made;
        }();
        return action;
    }

    struct sigaction before_{};
};

/// Waits for the end of a process, and stops with it when it stops.
int wait_for(pid_t pid, const stops_with_program& stops) {
    for (;;) {
        int status = 0;
        const auto found = ::waitpid(pid, &status, WUNTRACED);
        if (found < 0 && errno == EINTR) continue;
        if (found < 0) return -1; // somebody else took its status
        if (WIFEXITED(status)) return WEXITSTATUS(status);
        if (WIFSIGNALED(status)) return signal_status + WTERMSIG(status);
        stops.stop();
        ::kill(pid, SIGCONT);
    }
}

} // namespace

result<int> run_local(const std::string& command) {
    termios modes{};
    const bool on_terminal = ::tcgetattr(STDIN_FILENO, &modes) == 0;
    // Before it begins: the first thing that it shows may be answered with Ctrl-Z.
    const stops_with_program stops;
    const auto pid = start(command, STDIN_FILENO);
    if (!pid) return fail(pid.error());
    const int status = wait_for(*pid, stops);
    // A program that was killed had no time to put the terminal right.
    if (on_terminal && status >= signal_status) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
    return status;
}

result<output_redirection> output_redirection::to_file(const std::string& path, bool append) {
    const int mode = O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC);
    const int to = ::open(path.c_str(), mode, 0666);
    if (to < 0) return local_failure(errno, path);
    output_redirection redirected(path, to, -1);
    if (redirected.stdout_ < 0) return local_failure(errno, path);
    return redirected;
}

result<output_redirection> output_redirection::to_command(const std::string& command) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return local_failure(errno, command);
    const auto reader = start(command, ends[0]);
    ::close(ends[0]);
    if (!reader) {
        ::close(ends[1]);
        return fail(reader.error());
    }
    output_redirection redirected(command, ends[1], *reader);
    if (redirected.stdout_ < 0) return local_failure(errno, command);
    return redirected;
}

output_redirection::output_redirection(std::string target, int to, pid_t reader)
    : target_(std::move(target)), reader_(reader) {
    forget_lost_output();
    stdout_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, first_private_descriptor);
    if (stdout_ >= 0) ::dup2(to, STDOUT_FILENO);
    const int problem = errno;
    ::close(to);
    errno = problem;
}

output_redirection::output_redirection(output_redirection&& other) noexcept
    : target_(std::move(other.target_))
    , stdout_(std::exchange(other.stdout_, -1))
    , reader_(std::exchange(other.reader_, -1)) {}

output_redirection::~output_redirection() {
    (void)finish();
}

result<int> output_redirection::finish() {
    int lost = 0;
    if (stdout_ >= 0) {
        lost = forget_lost_output();
        ::dup2(stdout_, STDOUT_FILENO);
        ::close(std::exchange(stdout_, -1));
    }
    // The pipe is closed now: the reader sees the end.
    const stops_with_program stops;
    const int status = reader_ > 0 ? wait_for(std::exchange(reader_, -1), stops) : 0;
    if (lost == 0 || lost == EPIPE) return status;
    error problem = local_failure(lost, target_).error();
    problem.advise("run it again where the output fits");
    return fail(std::move(problem));
}

} // namespace ferry::cli
