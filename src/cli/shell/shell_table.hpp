// The commands of the shell, one row each: dispatch, help, and completion come from it.
#pragma once

#include "cli/command_table.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

class shell;

/// As the tutorials divide them: what needs only the control connection, what moves data, what is
/// local, and what is the shell's own.
enum class shell_group : std::uint8_t { session, looking, transfer, changing, local, shell_itself };

/// What the operands of a command are: how they are completed, and whether patterns among them are
/// expanded.
enum class word_kind : std::uint8_t {
    none,
    remote, ///< files and directories there
    remote_directory,
    remote_patterns, ///< the same, and * ? [] are expanded there
    local,           ///< files and directories here
    local_directory,
    local_patterns, ///< the same, and * ? [] are expanded here
    host,           ///< hosts, bookmarks, URLs
    command,
    setting,
    alias,
    job,
    bookmark,
};

/// `words[0]` is the command's name. Gives the exit status; a failure is printed by the caller.
using shell_function = result<int> (*)(shell&, const std::vector<std::string>& words);

struct shell_row {
    std::string_view name;
    std::string_view synonyms; ///< separated by blanks
    shell_group group;
    std::string_view operands; ///< for the usage line
    std::size_t least;
    std::size_t most;
    word_kind kind;
    bool changes_server; ///< what is known of its directories is forgotten afterwards
    command_id command;  ///< the one-shot command whose options it takes; `help` for none
    std::string_view summary;
    std::string_view description;
    std::string_view example;
    shell_function run;
};

[[nodiscard]] std::span<const shell_row> shell_table() noexcept;
/// By name, synonym, or the beginning of exactly one name. `errc::usage`, with the nearest name.
[[nodiscard]] result<const shell_row*> find_shell_command(std::string_view name);
[[nodiscard]] std::string_view title(shell_group group) noexcept;

inline constexpr std::size_t shell_group_count =
    static_cast<std::size_t>(shell_group::shell_itself) + 1;

/// Whether `row` has options of its own: those of its one-shot command.
[[nodiscard]] constexpr bool takes_options(const shell_row& row) noexcept {
    return row.command != command_id::help;
}

/// All commands by group, each with its summary.
[[nodiscard]] std::string shell_overview();
/// One command: usage, what it does, options, an example.
[[nodiscard]] std::string shell_help(const shell_row& row);

} // namespace ferry::cli
