// How the shell runs the commands of the command line: the same parser, the same functions, another
// home for words without a scheme.
#include "cli/option_table.hpp"
#include "cli/shell/shell_commands.hpp"

#include <algorithm>

namespace ferry::cli {

namespace {

/// Options about a session belong to `open`: the session stands already.
result<> check_options(const arguments& asked) {
    for (const auto& given : asked.given) {
        if (!is_about_session(given.row->group)) continue;
        error problem(errc::usage, "--" + std::string(given.row->name) + " belongs to open");
        problem.advise("open URL with it, or see set");
        return fail(std::move(problem));
    }
    return {};
}

bool leads_elsewhere(const shell& in, const arguments& asked) {
    return std::ranges::any_of(asked.operands, [&](const std::string& word) {
        if (!looks_like_url(word)) return false;
        const auto where = parse_url(word);
        const auto& home = in.remote.home();
        return !where || !home || !same_session(*where, *home);
    });
}

} // namespace

result<arguments> one_shot_arguments(shell& in, shell_words words) {
    // What an upload goes to is the last operand there; here it is the directory the shell is in.
    const auto* command = find_command(words.front());
    const bool uploads = command != nullptr && command->id == command_id::put;
    if (uploads) words.emplace_back();
    auto asked = parse_command_line(words);
    if (!asked) return asked;
    if (auto fits = check_options(*asked); !fits) return fail(std::move(fits.error()));
    in.apply_settings(*asked);
    return asked;
}

result<int> run_one_shot(shell& in, shell_words words, void (*preset)(arguments&)) {
    auto asked = one_shot_arguments(in, std::move(words));
    if (!asked) return fail(std::move(asked.error()));
    if (preset != nullptr) preset(*asked);
    return run_one_shot(in, *std::move(asked));
}

result<int> run_one_shot(shell& in, arguments asked) {
    const auto& command = row_of(asked.command);
    if (leads_elsewhere(in, asked)) {
        connections elsewhere(asked, in.remote.config());
        elsewhere.obey(in.remote.limit());
        if (asked.verbose) elsewhere.show(conversation_level::all);
        const interrupts::scope stop(*in.signals, [&] { elsewhere.cancel(); });
        return command.run(asked, elsewhere);
    }
    if (asked.verbose) in.remote.show(conversation_level::all);
    auto ready = in.session();
    auto done = ready ? command.run(asked, in.remote) : fail(std::move(ready.error()));
    in.remote.show(in.settings.conversation);
    return done;
}

} // namespace ferry::cli
