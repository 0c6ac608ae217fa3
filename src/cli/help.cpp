#include "cli/help.hpp"

#include "base/text.hpp"
#include "cli/option_table.hpp"
#include "cli/terminal.hpp"

#include <ferry/version.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace ferry::cli {

namespace {

constexpr std::size_t page_width = 80;

constexpr std::array statuses{
    exit_status_row{0, "all done"},
    exit_status_row{1, "unexpected failure"},
    exit_status_row{2, "wrong usage"},
    exit_status_row{3, "network or timeout"},
    exit_status_row{4, "login refused"},
    exit_status_row{5, "not found"},
    exit_status_row{6, "permission denied, or refused by the server"},
    exit_status_row{7, "TLS or trust"},
    exit_status_row{8, "local file or disk"},
    exit_status_row{9, "some of many failed"},
    exit_status_row{10, "verification failed"},
    exit_status_row{130, "interrupted"},
};

constexpr example first_steps[]{
    {"ferry demo", "see it work, without a network"},
    {"ferry ls -l ftp://ftp.example.org/pub/", "look around"},
    {"ferry get ftp://ftp.example.org/pub/big.iso", "fetch; -c continues"},
    {"ferry put report.pdf ftp://alice@host/inbox/", "send"},
    {"ferry serve --anonymous .", "be the server"},
};

void append_examples(std::string& out, std::span<const example> examples) {
    out += "\nExamples:\n";
    for (const auto& shown : examples)
        out += fmt::format("  {}\n      {}\n", shown.line, shown.does);
}

} // namespace

std::span<const exit_status_row> exit_statuses() noexcept {
    return statuses;
}

void append_wrapped(std::string& out, std::string_view text, std::size_t indent) {
    std::string line;
    const auto end_line = [&] {
        if (!line.empty()) out += std::string(indent, ' ') + line;
        out += '\n';
        line.clear();
    };
    while (!text.empty()) {
        auto paragraph = take_until(text, '\n');
        while (!paragraph.empty()) {
            const auto word = take_until(paragraph, ' ');
            if (!line.empty() && indent + line.size() + 1 + word.size() > page_width) end_line();
            if (!line.empty()) line += ' ';
            line += word;
        }
        end_line();
    }
}

void append_term(std::string& out, std::string_view term, std::string_view says,
                 std::size_t column) {
    out += fmt::format("  {:<{}}", term, column - 2);
    if (term.size() + 4 > column) {
        out += '\n';
        append_wrapped(out, says, column);
        return;
    }
    std::string wrapped;
    append_wrapped(wrapped, says, column);
    out += std::string_view(wrapped).substr(column);
}

void append_options(std::string& out, command_id command, option_place place) {
    for (std::size_t i = 0; i < option_group_count; ++i) {
        const auto group = static_cast<option_group>(i);
        const bool belongs = place == option_place::command_line ||
                             is_about_session(group) == (place == option_place::open);
        if (!belongs) continue;
        bool first = true;
        for (const auto& row : option_table()) {
            if (row.group != group || !contains(row.used_by, command)) continue;
            if (first) out += fmt::format("\n{}:\n", title(group));
            first = false;
            append_term(out, spelling(row, true), row.help, 32);
        }
    }
}

std::string overview() {
    std::string out = fmt::format("ferry {}: files over FTP\n\n"
                                  "Usage: ferry COMMAND [OPTION...] [OPERAND...]\n\nCommands:\n",
                                  version);
    for (const auto& row : command_table())
        if (!row.hidden)
            append_term(out, fmt::format("{} {}", row.name, row.operands), row.summary, 24);
    append_examples(out, first_steps);
    out += "\nExit status:\n";
    for (const auto& row : exit_statuses())
        append_term(out, std::to_string(row.status), row.meaning, 8);
    out += "\nferry COMMAND --help explains a command. URLs are ftp://user@host:port/path,\n"
           "relative to the login directory; ftp://host/%2Fpath is absolute.\n";
    return out;
}

std::string help_for(const command_row& command) {
    std::string out = fmt::format("ferry {}: {}\n\nUsage: ferry {} [OPTION...] {}\n\n",
                                  command.name, command.summary, command.name, command.operands);
    append_wrapped(out, command.description, 0);
    append_options(out, command.id, option_place::command_line);
    append_examples(out, command.examples);
    return out;
}

} // namespace ferry::cli
