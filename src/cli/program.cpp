#include "cli/program.hpp"

#include "base/text.hpp"
#include "cli/command_table.hpp"
#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/login.hpp"
#include "cli/reporter.hpp"
#include "cli/terminal.hpp"

#include <ferry/version.hpp>

#include <fmt/core.h>

#include <csignal>
#include <exception>

namespace ferry::cli {

namespace {

/// A wrong command line: what is wrong, and where to read more. `command` may be empty.
int usage_problem(std::string_view command, const error& problem) {
    std::string line = "ferry";
    if (!command.empty()) line += fmt::format(" {}", command);
    line += ": " + printable(without_password(problem.detail()));
    if (!problem.advice().empty()) line += fmt::format("; {}", printable(problem.advice()));
    messages().line(line);
    messages().line(command.empty() ? std::string("See ferry --help.")
                                    : fmt::format("See ferry {} --help.", command));
    return problem.exit_status();
}

result<int> run_over(const arguments& asked, const command_row& command) {
    const auto config = is_configurable(asked.command) ? configuration::load()
                                                       : result<configuration>(configuration());
    if (!config) return fail(config.error());
    // What is said of the first server counts for the whole command; sessions look for themselves.
    const auto first = std::ranges::find_if(asked.operands, looks_like_url);
    const auto where = first != asked.operands.end() ? parse_url(*first) : url();
    const auto options = config->effective(asked, where ? where->host : std::string(),
                                           where ? where->effective_port() : std::uint16_t{0});
    if (!options) return fail(options.error());
    connections open(*options, *config);
    return command.run(*options, open);
}

int run_command(const arguments& asked) {
    const auto& command = row_of(asked.command);
    const auto status = run_over(asked, command);
    const auto written = finish_out();
    if (output_is_unread()) end_as_unread();
    if (!status && status.error().code() == errc::usage)
        return usage_problem(command.name, status.error());
    if (!status) {
        print_problem(command.name, status.error());
        return status.error().exit_status();
    }
    if (!written) {
        print_problem(command.name, written.error());
        return *status != 0 ? *status : written.error().exit_status();
    }
    return *status;
}

int show(const std::string& text) {
    write_out(text);
    const auto written = finish_out();
    if (!written) print_problem("help", written.error());
    return written ? 0 : written.error().exit_status();
}

int run_words(const std::vector<std::string>& words) {
    const auto asked = parse_command_line(words);
    if (!asked) return usage_problem(asked.error().step(), asked.error());
    if (asked->show_version) return show(fmt::format("ferry {}\n", version));
    if (asked->show_help)
        return show(asked->command == command_id::help ? overview()
                                                       : help_for(row_of(asked->command)));
    return run_command(*asked);
}

} // namespace

result<int> run_help(const arguments& asked, connections& /*open*/) {
    if (asked.operands.empty()) {
        write_out(overview());
        return 0;
    }
    const auto* command = find_command(asked.operands.front());
    if (command == nullptr)
        return fail(errc::usage, "there is no command '" + asked.operands.front() + "'");
    write_out(help_for(*command));
    return 0;
}

result<int> run_man(const arguments& /*asked*/, connections& /*open*/) {
    write_out(man_page());
    return 0;
}

result<int> run_completions(const arguments& asked, connections& /*open*/) {
    auto text = completions_for(asked.operands.front());
    if (!text) return fail(std::move(text.error()));
    write_out(*text);
    return 0;
}

int run_program(int count, char** words) {
    // A reader that goes away, and a file that may not grow, are seen where the writing fails.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    const std::vector<std::string> given(words + (count > 0 ? 1 : 0), words + count);
    hide_passwords(count, words);
    try {
        return run_words(given);
    } catch (const std::exception& problem) {
        print_problem("internal", error(errc::unexpected, problem.what()));
        return describe(errc::unexpected).exit_status;
    }
}

} // namespace ferry::cli
