// The functions behind the rows of the command table.
#pragma once

#include "cli/arguments.hpp"
#include "cli/connections.hpp"

namespace ferry::cli {

[[nodiscard]] result<int> run_get(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_put(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_mirror(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_cat(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_ls(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_stat(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_mkdir(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_rmdir(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_rm(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_mv(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_chmod(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_find(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_du(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_tree(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_shell(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_serve(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_demo(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_trust(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_config(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_help(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_man(const arguments& asked, connections& open);
[[nodiscard]] result<int> run_completions(const arguments& asked, connections& open);

} // namespace ferry::cli
