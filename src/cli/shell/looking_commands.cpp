// The commands that look and go about on the server.
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/listing.hpp"
#include "cli/shell/local_process.hpp"
#include "cli/shell/shell_commands.hpp"
#include "cli/terminal.hpp"

#include <fmt/core.h>

namespace ferry::cli {

namespace {

/// Goes there by `move`, and remembers where it came from.
template<class Move>
result<int> change(shell& in, Move move) {
    auto session = in.session();
    if (!session) return fail(std::move(session.error()));
    const auto before = in.directory();
    if (auto done = move(**session); !done) return fail(std::move(done.error()));
    if (auto known = in.learn_directory(**session); !known) return fail(std::move(known.error()));
    in.previous_directory = before;
    return 0;
}

std::string pager_of(const shell& in) {
    if (!in.settings.pager.empty()) return in.settings.pager;
    // Short files stay on the screen, below what was there.
    return in.variable("PAGER").value_or("less -FRX");
}

} // namespace

result<int> shell_cd(shell& in, const shell_words& words) {
    if (words.size() > 1 && words[1] == "-") {
        if (in.previous_directory.empty())
            return fail(errc::usage, "there is no directory to go back to");
        const auto back = in.previous_directory;
        auto done = change(in, [&](client& to) { return to.change_directory(back); });
        if (done) write_out(printable(in.directory()) + '\n');
        return done;
    }
    // Without a directory: where the login led.
    if (words.size() == 1)
        return change(in, [&](client& to) { return to.change_directory(in.login_directory); });
    return change(in, [&](client& to) { return to.change_directory(words[1]); });
}

result<int> shell_cdup(shell& in, const shell_words& /*words*/) {
    return change(in, [](client& to) { return to.parent_directory(); });
}

result<int> shell_pwd(shell& in, const shell_words& /*words*/) {
    auto session = in.session();
    if (!session) return fail(std::move(session.error()));
    if (auto known = in.learn_directory(**session); !known) return fail(std::move(known.error()));
    write_out(printable(in.directory()) + '\n');
    return 0;
}

result<int> shell_dir(shell& in, const shell_words& words) {
    auto line = words;
    line.insert(line.begin() + 1, "-l");
    return shell_here(in, line);
}

result<int> shell_nlist(shell& in, const shell_words& words) {
    auto session = in.session();
    if (!session) return fail(std::move(session.error()));
    const auto read = (*session)->names(words.size() > 1 ? words[1] : "", [](const entry& each) {
        write_out(printable(each.name) + '\n');
        return !output_is_unread();
    });
    if (!read) return fail(read.error());
    return 0;
}

result<int> shell_more(shell& in, const shell_words& words) {
    auto line = words;
    line.front() = "cat";
    if (!is_terminal(stdout)) return run_one_shot(in, std::move(line));
    auto paged = output_redirection::to_command(pager_of(in));
    if (!paged) return fail(std::move(paged.error()));
    auto done = run_one_shot(in, std::move(line));
    if (auto ended = paged->finish(); !ended && done) return fail(std::move(ended.error()));
    return done;
}

result<int> shell_size(shell& in, const shell_words& words) {
    auto session = in.session();
    if (!session) return fail(std::move(session.error()));
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto size = (*session)->size(words[i]);
        if (!size) return fail(size.error());
        write_out(
            fmt::format("{}  {} ({} bytes)\n", printable(words[i]), format_size(*size), *size));
    }
    return 0;
}

result<int> shell_modtime(shell& in, const shell_words& words) {
    auto session = in.session();
    if (!session) return fail(std::move(session.error()));
    for (std::size_t i = 1; i < words.size(); ++i) {
        entry what;
        const auto time = (*session)->modification_time(words[i]);
        if (!time) return fail(time.error());
        what.mtime = *time;
        what.precision = time_precision::utc_second;
        write_out(fmt::format("{}  {}  ({})\n", printable(words[i]), local_time_text(what),
                              format_iso8601(*time)));
    }
    return 0;
}

result<int> shell_same(shell& in, const shell_words& words) {
    const auto row = find_shell_command(words.front());
    if (!row) return fail(row.error());
    auto line = words;
    line.front() = row_of((*row)->command).name;
    return run_one_shot(in, std::move(line));
}

result<int> shell_here(shell& in, const shell_words& words) {
    const auto row = find_shell_command(words.front());
    if (!row) return fail(row.error());
    auto line = words;
    line.front() = row_of((*row)->command).name;
    auto with_place = line;
    with_place.emplace_back(".");
    // Without an operand it is about the directory the shell is in.
    const auto asked = one_shot_arguments(in, with_place);
    if (!asked) return fail(asked.error());
    if (asked->operands.size() == 1) line = std::move(with_place);
    return run_one_shot(in, std::move(line));
}

} // namespace ferry::cli
