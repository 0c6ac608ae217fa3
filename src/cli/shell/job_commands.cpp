// Transfers in the background, as the user sees them.
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/option_table.hpp"
#include "cli/progress.hpp"
#include "cli/shell/shell_commands.hpp"
#include "cli/shell/word.hpp"
#include "cli/terminal.hpp"

#include <fmt/core.h>

#include <thread>

namespace ferry::cli {

namespace {

constexpr std::chrono::milliseconds look_interval{50};

std::string state_of(const job& each) {
    if (!each.status) return "running";
    if (*each.status == describe(errc::interrupted).exit_status) return "stopped";
    return *each.status == 0 ? "done" : fmt::format("failed ({})", *each.status);
}

std::string line_of(const job& each) {
    auto line = fmt::format("[{}] {:<10} {}", each.number, state_of(each), printable(each.line));
    if (const auto progress = each.progress_text(); !each.status && !progress.empty())
        line += "  " + progress;
    return line;
}

/// The same in one line of the terminal, with room for a ^C behind it.
std::string drawn_line(const job& each) {
    const auto progress = each.progress_text();
    const auto line =
        progress.empty() ? line_of(each) : fmt::format("[{}] {}", each.number, progress);
    return shortened(line, terminal_width(stderr) - 3);
}

/// That, and what it has printed.
std::string account_of(const job& each) {
    auto text = line_of(each) + '\n';
    const auto printed = each.printed();
    std::string_view rest = printed;
    while (!rest.empty())
        text += "    " + printable(take_until(rest, '\n')) + '\n';
    return text;
}

/// Waits until it has ended; Ctrl-C stops the job if `pass_on`, else only the waiting.
result<int> await(shell& in, job& which, bool pass_on) {
    bool interrupted = false;
    while (!which.status) {
        in.jobs.look();
        if (in.signals->happened() && !interrupted) {
            interrupted = true;
            if (!pass_on) return fail(errc::interrupted);
            job_list::stop(which);
        }
        if (which.status) break;
        if (is_terminal(stderr)) messages().draw(drawn_line(which));
        std::this_thread::sleep_for(look_interval);
    }
    messages().erase();
    const int status = *which.status;
    write_out(account_of(which));
    in.jobs.forget(which);
    in.cache.forget();
    return status;
}

/// The options a job's connection needs, and where it begins.
shell_words connection_words(const shell& in) {
    shell_words words;
    for (const auto& given : in.asked.given) {
        if (!is_about_session(given.row->group)) continue;
        words.push_back("--" + std::string(given.row->name));
        if (!given.row->value.empty()) words.push_back(given.value);
    }
    if (!in.directory().empty()) words.insert(words.end(), {"--cd", in.directory()});
    return words;
}

/// What a transfer is to run; nothing if no files are left for it.
result<std::optional<arguments>> arguments_of(shell& in, const shell_row& row,
                                              const shell_words& words) {
    if (row.name == "mget" || row.name == "mput") return arguments_of_many(in, words);
    auto line = words;
    line.front() = row_of(row.command).name;
    if (row.name.starts_with("re")) line.insert(line.begin() + 1, "--resume");
    auto asked = one_shot_arguments(in, std::move(line));
    if (!asked) return fail(std::move(asked.error()));
    return *std::move(asked);
}

/// The same operands as URLs.
result<shell_words> urls_of(const shell& in, const arguments& asked) {
    shell_words words;
    const bool uploads = asked.command == command_id::put;
    const bool is_mirror = asked.command == command_id::mirror;
    for (std::size_t i = 0; i < asked.operands.size(); ++i) {
        const auto& word = asked.operands[i];
        const bool is_last = i + 1 == asked.operands.size();
        const bool is_local =
            is_mirror ? is_last != asked.upload && !looks_like_url(word) : uploads && !is_last;
        if (is_local) {
            words.push_back(word);
            continue;
        }
        auto where = in.remote.locate(word);
        if (!where) return fail(std::move(where.error()));
        words.push_back(format_url(*where));
    }
    return words;
}

} // namespace

result<int> start_job(shell& in, const std::string& line, const shell_words& words) {
    const auto row = find_shell_command(words.front());
    if (!row) return fail(row.error());
    if (!takes_options(**row) || (*row)->group != shell_group::transfer ||
        (*row)->command == command_id::cat)
        return fail(errc::usage, "only transfers go into the background");
    auto found = arguments_of(in, **row, words);
    if (!found) return fail(std::move(found.error()));
    if (!*found) return 0;
    const auto& asked = **found;
    auto session = in.session();
    if (!session) return fail(std::move(session.error()));
    auto operands = urls_of(in, asked);
    if (!operands) return fail(std::move(operands.error()));

    job_request request;
    request.line = line;
    request.words = {std::string(row_of((*row)->command).name)};
    for (const auto& given : asked.given) {
        if (given.row->name == "reverse") continue; // the URLs say it
        request.words.push_back("--" + std::string(given.row->name));
        if (!given.row->value.empty()) request.words.push_back(given.value);
    }
    if (asked.ascii) request.words.emplace_back("--ascii");
    const auto connection = connection_words(in);
    request.words.insert(request.words.end(), connection.begin(), connection.end());
    request.words.emplace_back("--");
    request.words.insert(request.words.end(), operands->begin(), operands->end());
    if (const auto& who = in.remote.login(); who && in.remote.home()->user)
        request.password = who->password;
    const auto number = in.jobs.start(std::move(request));
    if (!number) return fail(number.error());
    in.warned_of_jobs = false;
    write_out(fmt::format("[{}] started\n", *number));
    return 0;
}

std::string take_ended_jobs(shell& in) {
    in.jobs.look();
    std::string text;
    std::vector<const job*> ended;
    for (const auto& each : in.jobs.all())
        if (each.status) ended.push_back(&each);
    for (const auto* each : ended) {
        text += account_of(*each);
        in.jobs.forget(*each);
    }
    if (!ended.empty()) in.cache.forget();
    return text;
}

result<int> shell_jobs(shell& in, const shell_words& /*words*/) {
    write_out(take_ended_jobs(in));
    for (const auto& each : in.jobs.all())
        write_out(line_of(each) + '\n');
    return 0;
}

result<int> shell_fg(shell& in, const shell_words& words) {
    auto found = in.jobs.find(words.size() > 1 ? words[1] : "");
    if (!found) return fail(std::move(found.error()));
    return await(in, **found, true);
}

result<int> shell_wait(shell& in, const shell_words& words) {
    if (words.size() > 1) {
        auto found = in.jobs.find(words[1]);
        if (!found) return fail(std::move(found.error()));
        return await(in, **found, false);
    }
    int status = 0;
    while (!in.jobs.all().empty()) {
        auto ended = await(in, in.jobs.all().front(), false);
        if (!ended) return ended;
        if (*ended != 0) status = *ended;
    }
    return status;
}

result<int> shell_limit(shell& in, const shell_words& words) {
    auto& limit = *in.jobs.limit();
    if (words.size() > 1) {
        const auto rate = parse_rate(words[1]);
        if (!rate) return fail(errc::usage, "wants bytes a second, such as 500k or 2M, or none");
        limit.set(*rate);
    }
    if (words.size() == 1 || in.interactive())
        write_out(fmt::format("limit {}\n", format_limit(limit.get())));
    return 0;
}

result<int> shell_kill(shell& in, const shell_words& words) {
    if (words[1] == "all") {
        for (const auto& each : in.jobs.all())
            job_list::stop(each);
        return 0;
    }
    auto found = in.jobs.find(words[1]);
    if (!found) return fail(std::move(found.error()));
    job_list::stop(**found);
    return 0;
}

} // namespace ferry::cli
