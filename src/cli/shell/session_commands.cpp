// The commands about the session itself, and those that only ask the server something.
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/shell/shell_commands.hpp"
#include "cli/terminal.hpp"

#include <fmt/core.h>

namespace ferry::cli {

namespace {

/// A URL, a bookmark, or a host with an optional port or path behind it.
result<url> place_named(const shell& in, const std::string& word) {
    if (looks_like_url(word)) return parse_url(word);
    const auto marks = in.marks.all();
    if (!marks) return fail(marks.error());
    if (const auto found = marks->find(word); found != marks->end())
        return parse_url(found->second);
    return parse_url("ftp://" + word);
}

void print_reply(const reply& said) {
    for (const auto& line : said.lines)
        write_out(printable(line) + '\n');
}

int status_of(const reply& said) {
    return said.code < 400 ? 0 : describe(errc::refused).exit_status;
}

/// Sends one command and prints what comes back, whatever it is.
result<int> ask(shell& in, const std::string& line) {
    auto session = in.session();
    if (!session) return fail(std::move(session.error()));
    const auto said = (*session)->raw(line);
    if (!said) return fail(said.error());
    print_reply(*said);
    return status_of(*said);
}

std::string joined(const shell_words& words, std::size_t from) {
    std::string line;
    for (std::size_t i = from; i < words.size(); ++i)
        line += (i > from ? " " : "") + words[i];
    return line;
}

std::string with_rest(std::string verb, const shell_words& words) {
    if (words.size() > 1) verb += ' ' + joined(words, 1);
    return verb;
}

} // namespace

result<int> shell_open(shell& in, const shell_words& words) {
    shell_words line(words);
    line.front() = "shell";
    // The classic way to name a port: open HOST PORT.
    if (line.size() > 2 && parse_number<std::uint16_t>(line.back())) {
        const auto port = std::move(line.back());
        line.pop_back();
        line.back() += ':' + port;
    }
    auto asked = parse_command_line(line);
    if (!asked) return fail(std::move(asked.error()));
    if (asked->operands.empty()) return shell_bookmark(in, {"bookmark", "list"});
    auto where = place_named(in, asked->operands.front());
    if (!where) return fail(std::move(where.error()));
    if (auto opened = in.open(*where, *asked); !opened) return fail(std::move(opened.error()));
    return 0;
}

result<int> shell_user(shell& in, const shell_words& words) {
    if (!in.remote.home()) return fail(in.session().error());
    credentials who;
    who.user = words[1];
    if (words.size() > 2) {
        who.password = words[2];
    } else {
        auto answer = ask_secret("Password for " + printable(who.user) + ": ");
        if (!answer) return fail(std::move(answer.error()));
        who.password = *std::move(answer);
    }
    if (words.size() > 3) who.account = words[3];
    in.cache.forget();
    if (auto done = in.remote.log_in_as(who); !done) return fail(std::move(done.error()));
    auto session = in.session();
    if (!session) return fail(std::move(session.error()));
    if (auto known = in.learn_directory(**session); !known) return fail(std::move(known.error()));
    in.login_directory = in.directory();
    in.previous_directory.clear();
    return 0;
}

result<int> shell_account(shell& in, const shell_words& words) {
    auto text = words.size() > 1 ? result<std::string>(words[1]) : ask_secret("Account: ");
    if (!text) return fail(std::move(text.error()));
    return ask(in, "ACCT " + *text);
}

result<int> shell_close(shell& in, const shell_words& /*words*/) {
    if (!in.remote.home()) return fail(in.session().error());
    in.close();
    return 0;
}

result<int> shell_status(shell& in, const shell_words& /*words*/) {
    const auto& home = in.remote.home();
    if (!home) {
        write_out("not connected\n");
    } else {
        const auto& who = in.remote.login();
        write_out(fmt::format("connected to {} port {} as {}{}\n", printable(home->host),
                              home->effective_port(), printable(who ? who->user : "anonymous"),
                              in.remote.stands() ? "" : ", to be connected again"));
        write_out(fmt::format("directory {}\n", printable(in.directory())));
        if (in.remote.stands()) write_out(in.remote.protection() + '\n');
    }
    for (const auto& row : setting_table())
        write_out(fmt::format("{} {}\n", row.name, printable(row.show(in.settings))));
    if (const auto rate = in.jobs.limit()->get(); rate > 0)
        write_out(fmt::format("limit {}\n", format_limit(rate)));
    if (const auto running = in.jobs.running(); running > 0)
        write_out(counted(running, "job") + " running\n");
    return 0;
}

result<int> shell_system(shell& in, const shell_words& /*words*/) {
    return ask(in, "SYST");
}

result<int> shell_features(shell& in, const shell_words& /*words*/) {
    return ask(in, "FEAT");
}

result<int> shell_noop(shell& in, const shell_words& /*words*/) {
    return ask(in, "NOOP");
}

result<int> shell_quote(shell& in, const shell_words& words) {
    auto done = ask(in, joined(words, 1));
    // It may have been CWD or USER: what is known of the place is asked anew.
    if (done && in.remote.stands())
        if (auto session = in.session(); session)
            if (auto known = in.learn_directory(**session); !known) return fail(known.error());
    return done;
}

result<int> shell_site(shell& in, const shell_words& words) {
    return ask(in, "SITE " + joined(words, 1));
}

result<int> shell_remote_help(shell& in, const shell_words& words) {
    return ask(in, with_rest("HELP", words));
}

result<int> shell_remote_status(shell& in, const shell_words& words) {
    return ask(in, with_rest("STAT", words));
}

} // namespace ferry::cli
