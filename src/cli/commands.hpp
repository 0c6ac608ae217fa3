// The functions behind the rows of the command table.
#pragma once

#include "cli/arguments.hpp"

namespace ferry::cli {

[[nodiscard]] result<int> run_get(const arguments& asked);
[[nodiscard]] result<int> run_put(const arguments& asked);
[[nodiscard]] result<int> run_cat(const arguments& asked);
[[nodiscard]] result<int> run_ls(const arguments& asked);
[[nodiscard]] result<int> run_stat(const arguments& asked);
[[nodiscard]] result<int> run_mkdir(const arguments& asked);
[[nodiscard]] result<int> run_rmdir(const arguments& asked);
[[nodiscard]] result<int> run_rm(const arguments& asked);
[[nodiscard]] result<int> run_mv(const arguments& asked);
[[nodiscard]] result<int> run_chmod(const arguments& asked);
[[nodiscard]] result<int> run_serve(const arguments& asked);
[[nodiscard]] result<int> run_demo(const arguments& asked);
[[nodiscard]] result<int> run_help(const arguments& asked);
[[nodiscard]] result<int> run_man(const arguments& asked);
[[nodiscard]] result<int> run_completions(const arguments& asked);

} // namespace ferry::cli
