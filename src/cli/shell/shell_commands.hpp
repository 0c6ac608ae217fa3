// The functions behind the rows of the shell's table, by the file that holds them.
#pragma once

#include "cli/shell/shell.hpp"
#include "cli/shell/shell_table.hpp"

namespace ferry::cli {

using shell_words = std::vector<std::string>;

// session_commands.cpp
[[nodiscard]] result<int> shell_open(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_user(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_account(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_close(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_status(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_system(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_features(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_noop(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_quote(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_site(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_remote_help(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_remote_status(shell& in, const shell_words& words);

// looking_commands.cpp
[[nodiscard]] result<int> shell_cd(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_cdup(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_pwd(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_dir(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_nlist(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_more(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_size(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_modtime(shell& in, const shell_words& words);
/// cat, stat, find, du, tree, mkdir, rmdir, rename, chmod: as the one-shot command does it.
[[nodiscard]] result<int> shell_same(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_here(shell& in,
                                     const shell_words& words); ///< the same, of "." alone

// transfer_commands.cpp
[[nodiscard]] result<int> shell_get(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_mget(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_reget(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_put(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_mput(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_reput(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_mirror(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_append(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_delete(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_mdelete(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_edit(shell& in, const shell_words& words);
/// What mget, mput or mdelete are to run, parsed. Patterns match directories too; these are left
/// out, which is said, and with `ask` each of the others is asked for. Nothing if none is left.
[[nodiscard]] result<std::optional<arguments>> arguments_of_many(shell& in,
                                                                 const shell_words& words);

// local_commands.cpp
[[nodiscard]] result<int> shell_lcd(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_lpwd(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_lls(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_local(shell& in, const shell_words& words);

// own_commands.cpp
[[nodiscard]] result<int> shell_help_command(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_exit(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_set(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_ascii(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_binary(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_type(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_passive(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_active(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_verbose(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_debug(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_progress(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_prompt(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_alias(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_unalias(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_bookmark(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_cache(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_echo(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_source(shell& in, const shell_words& words);

// job_commands.cpp
[[nodiscard]] result<int> shell_jobs(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_fg(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_wait(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_limit(shell& in, const shell_words& words);
[[nodiscard]] result<int> shell_kill(shell& in, const shell_words& words);
/// Starts a statement with & behind it.
[[nodiscard]] result<int> start_job(shell& in, const std::string& line, const shell_words& words);
/// Lines about the jobs that have ended since, and what they printed; they are forgotten.
[[nodiscard]] std::string take_ended_jobs(shell& in);

// one_shot.cpp
/// Runs a command of the one-shot table over the shell's session. `words[0]` is its name. A full
/// URL among the operands leads to a session of its own.
[[nodiscard]] result<int> run_one_shot(shell& in, shell_words words,
                                       void (*preset)(arguments&) = nullptr);
[[nodiscard]] result<int> run_one_shot(shell& in, arguments asked);
/// The same, parsed and adjusted, but not run.
[[nodiscard]] result<arguments> one_shot_arguments(shell& in, shell_words words);

} // namespace ferry::cli
