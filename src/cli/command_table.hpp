// The command table: one row a command, from which come dispatch, --help, the man page and the
// completions.
#pragma once

#include "cli/connections.hpp"

#include <span>

namespace ferry::cli {

/// What a command's operands are: decides how a shell completes them.
enum class operand_kind : std::uint8_t { none, url, files_then_url, directory, command, shell };

/// A command line that works, and what it does.
struct example {
    std::string_view line;
    std::string_view does;
};

/// Does the work and gives the exit status. A failure it returns is printed in one line, and its
/// exit status taken.
using command_function = result<int> (*)(const arguments&, connections&);

struct command_row {
    command_id id;
    std::string_view name;
    std::string_view operands; ///< for the usage line: "URL..."
    std::size_t least;         ///< operands
    std::size_t most;
    operand_kind kind;
    bool hidden; ///< left out of the overview: for packagers
    std::string_view summary;
    std::string_view description; ///< paragraphs, separated by empty lines
    std::span<const example> examples;
    command_function run;
};

[[nodiscard]] std::span<const command_row> command_table() noexcept;
[[nodiscard]] const command_row& row_of(command_id id) noexcept;
/// nullptr if there is none of this name.
[[nodiscard]] const command_row* find_command(std::string_view name) noexcept;

} // namespace ferry::cli
