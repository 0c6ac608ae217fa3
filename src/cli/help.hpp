// What the tables say, as text: --help, the manual page, and completions for three shells.
#pragma once

#include "cli/command_table.hpp"

#include <string>

namespace ferry::cli {

/// `ferry --help`: the commands, examples, exit status.
[[nodiscard]] std::string overview();
/// `ferry COMMAND --help`: usage, description, options in groups, examples.
[[nodiscard]] std::string help_for(const command_row& command);
/// ferry(1), as roff source.
[[nodiscard]] std::string man_page();
/// "bash", "zsh" or "fish"; `errc::usage` for another shell.
[[nodiscard]] result<std::string> completions_for(std::string_view shell);

/// One row of the exit statuses of the program.
struct exit_status_row {
    int status;
    std::string_view meaning;
};

[[nodiscard]] std::span<const exit_status_row> exit_statuses() noexcept;

/// Adds `text` in lines, each after `indent` blanks; an empty line in the text stays one.
void append_wrapped(std::string& out, std::string_view text, std::size_t indent);
/// Adds a term and its explanation beside it, or below if the term is too long.
void append_term(std::string& out, std::string_view term, std::string_view says,
                 std::size_t column);
/// Where options are given: in the shell those of the session belong to its command `open`, and no
/// other ones do.
enum class option_place : std::uint8_t { command_line, shell, open };

/// Adds the options of a command in their groups.
void append_options(std::string& out, command_id command, option_place place);

} // namespace ferry::cli
