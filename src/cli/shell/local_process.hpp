// Local programs run from the shell (`!command`), and output that goes to a file or to one of them
// (`> file`, `| command`).
//
// They run in the process group of ferry, so Ctrl-C and Ctrl-Z reach both; their signal mask and
// what ferry does about SIGINT, SIGPIPE and the stop signals is not passed on to them, nor is any
// descriptor but 0, 1 and 2. One that stops stops ferry too, so that the user's own shell gets both
// back, and both go on together.
#pragma once

#include <ferry/result.hpp>

#include <string>

#include <sys/types.h>

namespace ferry::cli {

/// Runs a command by $SHELL -c, /bin/sh where it is not set; an empty one is $SHELL itself, for the
/// user to work in. Gives its exit status, 128 + N if signal N ended it. Ctrl-C meanwhile also
/// reaches the `interrupts`: clear them afterwards. Fails if it cannot be started.
[[nodiscard]] result<int> run_local(const std::string& command);

/// While it lives, what is written to stdout (descriptor 1) goes elsewhere. One at a time.
class output_redirection {
public:
    /// To a file, which is emptied, or appended to. Failures name the file.
    [[nodiscard]] static result<output_redirection> to_file(const std::string& path, bool append);
    /// To the standard input of a command, run as `run_local` does.
    [[nodiscard]] static result<output_redirection> to_command(const std::string& command);

    output_redirection(output_redirection&& other) noexcept;
    output_redirection& operator=(output_redirection&&) = delete;
    output_redirection(const output_redirection&) = delete;
    output_redirection& operator=(const output_redirection&) = delete;
    /// As `finish`, if that was not called.
    ~output_redirection();

    /// Flushes, gives stdout back, and waits for the command. Gives its exit status, 0 for a file.
    /// Output that was lost is a failure naming the file, except that a command need not read all.
    [[nodiscard]] result<int> finish();

private:
    output_redirection(std::string target, int to, pid_t reader);

    std::string target_; ///< the file or command, for messages
    int stdout_ = -1;    ///< the descriptor 1 there was before; -1 once it is back
    pid_t reader_ = -1;
};

} // namespace ferry::cli
