// ferry shell: at a terminal, from a file, or with -c.
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/reporter.hpp"
#include "cli/shell/completion.hpp"
#include "cli/shell/expansion.hpp"
#include "cli/shell/history.hpp"
#include "cli/shell/line_editor.hpp"
#include "cli/shell/shell_commands.hpp"
#include "cli/terminal.hpp"

#include <fmt/core.h>

#include <unistd.h>

namespace ferry::cli {

namespace {

using clock = std::chrono::steady_clock;

std::string last_part(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos || path.size() == 1) return path;
    return path.substr(slash + 1);
}

/// What stands for one letter behind a % in the prompt.
std::string prompt_part(const shell& in, char letter) {
    const auto& home = in.remote.home();
    switch (letter) {
    case 'h':
        return home ? printable(home->host) : "ferry";
    case 'u':
        return in.remote.login() ? printable(in.remote.login()->user) : std::string();
    case 'd':
        return printable(in.directory());
    case 'b':
        return printable(last_part(in.directory()));
    case '?':
        return std::to_string(in.status);
    case '%':
        return "%";
    default:
        return {'%', letter};
    }
}

std::string prompt_of(const shell& in) {
    std::string prompt;
    std::string_view format = in.settings.prompt;
    // Nowhere to be: the rest would be empty places.
    if (!in.remote.home() && format == shell_settings().prompt) format = "%h> ";
    while (!format.empty()) {
        prompt += take_until(format, '%');
        if (format.empty()) break;
        prompt += prompt_part(in, format.front());
        format.remove_prefix(1);
    }
    if (!wants_colour(stdout)) return prompt;
    return (in.status == 0 ? "\x1b[1;36m" : "\x1b[1;31m") + prompt + "\x1b[0m";
}

/// What happens at the prompt when no key comes.
class prompt_watch {
public:
    prompt_watch(shell& in, line_editor& editor, completer& completing)
        : in_(&in), editor_(&editor), completing_(&completing) {}

    void command_ended() { quiet_since_ = clock::now(); }

    void look() {
        if (const auto ended = take_ended_jobs(*in_); !ended.empty()) editor_->print_above(ended);
        keep_alive();
    }

private:
    void keep_alive() {
        const auto every = in_->settings.keep_alive;
        if (every.count() == 0 || clock::now() - quiet_since_ < every || completing_->busy())
            return;
        quiet_since_ = clock::now();
        in_->remote.look();
        if (in_->remote.stands()) completing_->keep_alive();
    }

    shell* in_;
    line_editor* editor_;
    completer* completing_;
    clock::time_point quiet_since_ = clock::now();
};

/// A line, or as many as it takes to make it whole. Nothing at the end of input.
result<std::optional<std::string>> read_command(const shell& in, line_editor& editor) {
    std::string text;
    auto prompt = prompt_of(in);
    while (true) {
        auto line = editor.read(prompt);
        if (!line || !*line) return line;
        text += (text.empty() ? "" : "\n") + **line;
        if (!needs_more(text)) return text;
        prompt = "> ";
    }
}

/// Output that did not end its line keeps it: a mark, and so many blanks that the cursor comes to
/// the next row unless it stood at the beginning of one, where nothing of it remains.
void begin_line() {
    const auto width = terminal_width(stdout);
    if (!wants_escapes(stdout) || width < 2) return;
    write_out("\x1b[2m$\x1b[0m" + std::string(width - 1, ' ') + "\r\x1b[K");
}

int run_at_terminal(shell& in) {
    history past(history_file(),
                 [](std::string_view warning) { messages().line(std::string(warning)); });
    line_editor editor(*in.signals, past);
    completer completing(in);
    prompt_watch watch(in, editor, completing);
    editor.complete = [&](std::string_view line, std::size_t cursor) {
        return completing.complete(line, cursor);
    };
    editor.idle = [&] { watch.look(); };
    auto keys = in.settings.keys;
    if (keys != editing_keys::emacs) editor.set_keys(keys);
    while (!in.exit_status) {
        begin_line();
        write_out(take_ended_jobs(in));
        std::fflush(stdout);
        auto line = read_command(in, editor);
        if (!line && line.error().code() == errc::interrupted) continue;
        if (!line) {
            print_problem("line", line.error());
            return line.error().exit_status();
        }
        completing.stop();
        if (!*line) {
            write_out("\n");
            in.run_text("exit");
            continue;
        }
        in.run_text(**line);
        watch.command_ended();
        if (in.settings.keys != keys) editor.set_keys(keys = in.settings.keys);
    }
    return *in.exit_status;
}

/// Standard input as a script, each line run as it comes. Read byte by byte, so that what a local
/// command is to read stays there for it.
int run_input(shell& in) {
    script_lines lines(in, "ferry");
    std::string line;
    char next = 0;
    while (!in.exit_status) {
        const auto count = ::read(STDIN_FILENO, &next, 1);
        if (count < 0 && errno == EINTR) continue;
        const bool ended = count <= 0;
        if (!ended && next != '\n') {
            line += next;
            continue;
        }
        lines.take(line, !ended);
        line.clear();
        if (ended) break;
    }
    return in.exit_status.value_or(in.status);
}

/// A script's transfers are part of it: it does not end before them.
int wait_for_jobs(shell& in, int status) {
    if (in.jobs.all().empty() || in.interactive()) return status;
    const int interrupted = describe(errc::interrupted).exit_status;
    in.signals->clear();
    auto ended = result<int>(status);
    if (status != interrupted) ended = shell_wait(in, {"wait"});
    if (ended && status != interrupted) return status == 0 ? *ended : status;
    // Ctrl-C means them too.
    for (const auto& each : in.jobs.all())
        job_list::stop(each);
    in.signals->clear();
    static_cast<void>(shell_wait(in, {"wait"}));
    return interrupted;
}

} // namespace

result<int> run_shell(const arguments& asked, connections& open) {
    interrupts signals;
    shell in(asked, open.config(), signals);
    const bool at_terminal = !asked.shell_commands && line_editor::is_possible();
    in.source = at_terminal ? line_source::keyboard : line_source::script;
    if (auto done = in.configure(open.config()); !done) return fail(std::move(done.error()));
    if (at_terminal) call_problems("");
    if (!asked.operands.empty()) {
        in.run_text("open -- " + quote_word(asked.operands.front()));
        if (in.status != 0 && !at_terminal) return in.status;
    }
    int status = 0;
    if (asked.shell_commands) {
        in.run_lines(*asked.shell_commands, "ferry");
        status = in.exit_status.value_or(in.status);
    } else {
        status = at_terminal ? run_at_terminal(in) : run_input(in);
    }
    status = wait_for_jobs(in, status);
    const interrupts::scope stop(signals, [&] { in.remote.cancel(); });
    in.close();
    return status;
}

} // namespace ferry::cli
