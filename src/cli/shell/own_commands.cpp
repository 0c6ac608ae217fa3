// The commands about the shell itself.
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/shell/shell_commands.hpp"
#include "cli/shell/word.hpp"
#include "cli/suggest.hpp"
#include "cli/terminal.hpp"

#include <ferry/version.hpp>

#include <fmt/core.h>

namespace ferry::cli {

namespace {

/// `on`, `off`, or without a word the other one; says what it is now.
result<int> toggle(shell& in, const shell_words& words, std::string_view name, std::string_view off,
                   std::string_view on) {
    const auto* row = find_setting(name);
    auto value = words.size() > 1                ? std::string_view(words[1])
                 : row->show(in.settings) == off ? on
                                                 : off;
    if (words.size() > 1 && (value == "on" || value == "off")) value = value == "on" ? on : off;
    if (auto done = in.change_setting(name, value); !done) return fail(std::move(done.error()));
    if (in.interactive())
        write_out(
            fmt::format("{} {}\n", words.front(), row->show(in.settings) == off ? "off" : "on"));
    return 0;
}

result<int> change(shell& in, std::string_view name, std::string_view value) {
    if (auto done = in.change_setting(name, value); !done) return fail(std::move(done.error()));
    return 0;
}

void print_setting(const setting_row& row, const shell_settings& settings) {
    write_out(fmt::format("set {:<11} {:<12} # {}: {}\n", row.name, quote_word(row.show(settings)),
                          row.values, row.help));
}

} // namespace

result<int> shell_help_command(shell& /*in*/, const shell_words& words) {
    if (words.size() < 2) {
        write_out(shell_overview());
        return 0;
    }
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto row = find_shell_command(words[i]);
        if (!row) return fail(row.error());
        write_out((i > 1 ? "\n" : "") + shell_help(**row));
    }
    return 0;
}

result<int> shell_exit(shell& in, const shell_words& words) {
    std::optional<int> status = in.status;
    if (words.size() > 1) status = parse_number<int>(words[1]);
    if (!status || *status < 0 || *status > 255)
        return fail(errc::usage, "wants a status from 0 to 255");
    in.jobs.look();
    if (in.interactive() && in.jobs.running() > 0 && !in.warned_of_jobs) {
        in.warned_of_jobs = true;
        write_out(fmt::format("{} still running: wait (wait), stop it (kill %N, kill all), or "
                              "exit again to let it go on by itself\n",
                              counted(in.jobs.running(), "job")));
        return in.status;
    }
    in.exit_status = status;
    return *status;
}

result<int> shell_set(shell& in, const shell_words& words) {
    if (words.size() == 1) {
        for (const auto& row : setting_table())
            print_setting(row, in.settings);
        for (const auto& [name, value] : in.variables)
            write_out(fmt::format("{}={}\n", name, quote_word(value)));
        return 0;
    }
    if (words[1] == "-e" || words[1] == "+e")
        return change(in, "errexit", words[1] == "-e" ? "on" : "off");
    if (words.size() > 2) return change(in, words[1], words[2]);
    const auto* row = find_setting(words[1]);
    if (row == nullptr) return change(in, words[1], "");
    print_setting(*row, in.settings);
    return 0;
}

result<int> shell_ascii(shell& in, const shell_words& /*words*/) {
    return change(in, "type", "ascii");
}

result<int> shell_binary(shell& in, const shell_words& /*words*/) {
    return change(in, "type", "binary");
}

result<int> shell_type(shell& in, const shell_words& words) {
    if (words.size() == 1) {
        write_out(find_setting("type")->show(in.settings) + '\n');
        return 0;
    }
    const auto& name = words[1];
    const bool binary = name == "image" || name == "i" || name == "I";
    const bool ascii = name == "a" || name == "A";
    return change(in, "type", binary ? "binary" : ascii ? "ascii" : name);
}

result<int> shell_passive(shell& in, const shell_words& words) {
    return toggle(in, words, "data", "active", "passive");
}

result<int> shell_active(shell& in, const shell_words& /*words*/) {
    return change(in, "data", "active");
}

result<int> shell_verbose(shell& in, const shell_words& words) {
    return toggle(in, words, "verbose", "off", "replies");
}

result<int> shell_debug(shell& in, const shell_words& words) {
    return toggle(in, words, "verbose", "off", "all");
}

result<int> shell_progress(shell& in, const shell_words& words) {
    return toggle(in, words, "progress", "off", "on");
}

result<int> shell_prompt(shell& in, const shell_words& words) {
    return toggle(in, words, "ask", "off", "on");
}

result<int> shell_alias(shell& in, const shell_words& words) {
    if (words.size() == 1) {
        for (const auto& [name, text] : in.aliases)
            write_out(fmt::format("alias {} {}\n", name, quote_word(text)));
        return 0;
    }
    std::string text;
    for (std::size_t i = 2; i < words.size(); ++i)
        text += (i > 2 ? " " : "") + words[i];
    if (words.size() > 2) {
        in.aliases[words[1]] = text;
        return 0;
    }
    const auto found = in.aliases.find(words[1]);
    if (found == in.aliases.end()) return fail(errc::usage, "there is no alias '" + words[1] + "'");
    write_out(fmt::format("alias {} {}\n", found->first, quote_word(found->second)));
    return 0;
}

result<int> shell_unalias(shell& in, const shell_words& words) {
    for (std::size_t i = 1; i < words.size(); ++i)
        if (in.aliases.erase(words[i]) == 0)
            return fail(errc::usage, "there is no alias '" + words[i] + "'");
    return 0;
}

result<int> shell_bookmark(shell& in, const shell_words& words) {
    const auto what = words.size() > 1 ? std::string_view(words[1]) : "list";
    if (what == "list") {
        const auto marks = in.marks.all();
        if (!marks) return fail(marks.error());
        for (const auto& [name, where] : *marks)
            write_out(fmt::format("{:<12} {}\n", printable(name), printable(where)));
        return 0;
    }
    if (words.size() < 3)
        return fail(errc::usage, "wants add NAME [URL], list, open or remove NAME");
    result<> done;
    if (what == "open") return shell_open(in, {"open", words[2]});
    if (what == "remove") {
        done = in.marks.remove(words[2]);
    } else if (what == "add") {
        const bool is_host = words.size() > 3 && !looks_like_url(words[3]);
        auto where = words.size() > 3 ? parse_url((is_host ? "ftp://" : "") + words[3]) : in.here();
        if (!where) return fail(std::move(where.error()));
        done = in.marks.add(words[2], format_url(*where));
    } else {
        return fail(errc::usage, "wants add, list, open or remove");
    }
    if (!done) return fail(std::move(done.error()));
    return 0;
}

result<int> shell_cache(shell& in, const shell_words& words) {
    if (words.size() > 1 && words[1] == "clear") {
        in.cache.forget();
        return 0;
    }
    if (words.size() > 1) return fail(errc::usage, "wants clear, or nothing to show what it holds");
    for (const auto& line : in.cache.lines(listing_cache::clock::now()))
        write_out(fmt::format("{:>8} names  {:>4} s ago  {}\n", line.names, line.age.count(),
                              printable(line.directory.empty() ? "." : line.directory)));
    return 0;
}

result<int> shell_echo(shell& /*in*/, const shell_words& words) {
    std::string line;
    for (std::size_t i = 1; i < words.size(); ++i)
        line += (i > 1 ? " " : "") + words[i];
    write_out(line + '\n');
    return 0;
}

result<int> shell_source(shell& in, const shell_words& words) {
    return in.run_file(words[1]);
}

} // namespace ferry::cli
