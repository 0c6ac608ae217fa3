// From patterns to names, and where the output of a statement goes.
#pragma once

#include "cli/shell/local_process.hpp"
#include "cli/shell/shell.hpp"
#include "cli/shell/shell_table.hpp"

namespace ferry::cli {

/// The names a pattern stands for, by what the command's operands are. A pattern that matches
/// nothing is `errc::not_found`.
[[nodiscard]] result<std::vector<std::string>> expand_names(shell& in, const std::string& pattern,
                                                            word_kind kind);

/// To the file or the local command of a statement that has one.
[[nodiscard]] result<output_redirection> redirect(const shell& in, const statement& what);

/// The part of a path that names the directory, with its slash, and the rest.
[[nodiscard]] std::pair<std::string, std::string> split_path(const std::string& path);

/// Whether a text is only the beginning of a line: a quote is open, or a && stands at its end.
[[nodiscard]] bool needs_more(std::string_view text);

/// Letters, digits and underscores, not beginning with a digit.
[[nodiscard]] bool is_variable_name(std::string_view text) noexcept;

} // namespace ferry::cli
