// The commands about this machine.
#include "base/text.hpp"
#include "cli/local.hpp"
#include "cli/shell/local_process.hpp"
#include "cli/shell/shell_commands.hpp"
#include "cli/shell/word.hpp"
#include "cli/terminal.hpp"

#include <filesystem>

namespace ferry::cli {

namespace {

result<std::string> current_directory() {
    std::error_code problem;
    const auto here = std::filesystem::current_path(problem);
    if (problem) return fail(error::from_system(problem, errc::local_file, "this directory"));
    return here.string();
}

} // namespace

result<int> shell_lcd(shell& in, const shell_words& words) {
    const auto before = current_directory();
    auto target = words.size() > 1 ? words[1] : in.variable("HOME").value_or("/");
    if (target == "-") target = in.variable("OLDPWD").value_or(".");
    std::error_code problem;
    std::filesystem::current_path(target, problem);
    if (problem) return fail(error::from_system(problem, errc::local_file, target));
    if (before) in.variables["OLDPWD"] = *before;
    return shell_lpwd(in, words);
}

result<int> shell_lpwd(shell& /*in*/, const shell_words& /*words*/) {
    auto here = current_directory();
    if (!here) return fail(std::move(here.error()));
    write_out(printable(*here) + '\n');
    return 0;
}

result<int> shell_lls(shell& /*in*/, const shell_words& words) {
    // As the user's own ls shows it.
    std::string command = "ls";
    if (is_terminal(stdout)) command += " -C";
    for (std::size_t i = 1; i < words.size(); ++i)
        command += ' ' + quote_word(words[i]);
    return run_local(command);
}

result<int> shell_local(shell& /*in*/, const shell_words& words) {
    // One word is a command as it is; several are the words of one.
    std::string command = words.size() == 2 ? words[1] : "";
    for (std::size_t i = 1; words.size() > 2 && i < words.size(); ++i)
        command += (i > 1 ? " " : "") + quote_word(words[i]);
    return run_local(command);
}

} // namespace ferry::cli
