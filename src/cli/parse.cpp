// CLI11 does the parsing; its rules come from the option table. Only the options of the command
// that was called are set up, so that starting stays cheap.
#include "base/text.hpp"
#include "cli/arguments.hpp"
#include "cli/command_table.hpp"
#include "cli/option_table.hpp"
#include "cli/suggest.hpp"

#include <ferry/url.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

namespace ferry::cli {

namespace {

/// Whether the option that `word` spells takes the next word as its value.
bool takes_next_word(std::string_view word) {
    const auto names_it = [&](const option_row& row) {
        if (word.starts_with("--")) return word.substr(2) == row.name;
        return word.size() == 2 && row.letter != 0 && word[1] == row.letter;
    };
    const auto row = std::ranges::find_if(option_table(), names_it);
    return row != option_table().end() && !row->value.empty();
}

/// Where the command's name stands: the first word that is neither an option nor its value.
std::size_t find_command_word(const std::vector<std::string>& words) {
    std::size_t at = 0;
    while (at < words.size() && words[at].size() > 1 && words[at][0] == '-')
        at += takes_next_word(words[at]) ? 2 : 1;
    return std::min(at, words.size());
}

/// An option of the parser, and its row.
struct known_option {
    CLI::Option* parsed;
    const option_row* row;
};

failure unknown_command(const std::string& word) {
    error problem(errc::usage, "there is no command '" + word + "'");
    std::vector<std::string_view> names;
    for (const auto& row : command_table())
        if (!row.hidden) names.push_back(row.name);
    if (const auto near = nearest(word, names); !near.empty())
        problem.advise("did you mean '" + std::string(near) + "'?");
    return fail(std::move(problem));
}

failure unknown_option(const std::string& word, const command_row* command) {
    error problem(errc::usage, "unknown option '" + word.substr(0, word.find('=')) + "'");
    std::vector<std::string_view> names;
    for (const auto& row : option_table())
        if (command == nullptr || contains(row.used_by, command->id)) names.push_back(row.name);
    const auto bare = word.substr(0, word.find('='));
    if (bare == "--password")
        problem.advise("passwords do not belong on a command line: use FERRY_PASSWORD, "
                       "--password-file or --password-command");
    else if (const auto near =
                 nearest(std::string_view(bare).substr(bare.find_first_not_of('-')), names);
             !near.empty() && bare.size() > 2)
        problem.advise("did you mean '--" + std::string(near) + "'?");
    return fail(std::move(problem));
}

/// The options of one command, or of none: then only what all commands know.
std::vector<known_option> add_options(CLI::App& parser, const command_row* command) {
    std::vector<known_option> known;
    for (const auto& row : option_table()) {
        if (!contains(row.used_by, command != nullptr ? command->id : command_id::help)) continue;
        std::string names = "--" + std::string(row.name);
        if (row.letter != 0) names += std::string(",-") + row.letter;
        auto* added = row.value.empty() ? parser.add_flag(names) : parser.add_option(names);
        if (!row.value.empty()) added->expected(1)->take_all();
        known.push_back({added, &row});
    }
    return known;
}

/// Lets the options take effect in the order they were given: of two that exclude each other the
/// last one counts.
result<> apply_options(const CLI::App& parser, const std::vector<known_option>& known,
                       arguments& into) {
    std::vector<std::size_t> used(known.size());
    for (const auto* given : parser.parse_order()) {
        const auto option = std::ranges::find(known, given, &known_option::parsed);
        if (option == known.end()) continue;
        const auto& row = *option->row;
        const auto& values = given->results();
        auto& next = used[static_cast<std::size_t>(option - known.begin())];
        const auto value = next < values.size() ? values[next++] : std::string();
        if (row.value.empty() && value != "true")
            return fail(errc::usage, "--" + std::string(row.name) + " takes no value");
        if (const auto done = row.apply(into, value); !done)
            return fail(errc::usage, "--" + std::string(row.name) + " " + done.error().detail());
        into.given.emplace_back(row, value);
    }
    return {};
}

/// Sorts what the parser did not know into operands and a wrong option. CLI11's own operands are
/// not used: it takes words such as [a,b] apart.
std::optional<std::string> take_operands(const std::vector<std::string>& rest, arguments& into) {
    bool options_may_come = true;
    for (const auto& word : rest) {
        if (options_may_come && word == "--")
            options_may_come = false;
        else if (options_may_come && word.size() > 1 && word[0] == '-')
            return word;
        else
            into.operands.push_back(word);
    }
    return std::nullopt;
}

result<> check_operands(const command_row& command, const arguments& parsed) {
    const auto count = parsed.operands.size();
    if (count >= command.least && count <= command.most) return {};
    const std::string wants = "wants " + std::string(command.operands);
    if (count < command.least) return fail(errc::usage, wants);
    return fail(errc::usage, (command.most == 0 ? "takes no operands" : wants) +
                                 std::string(": what is '") + parsed.operands[command.most] + "'?");
}

result<arguments> parse_options(const command_row* command, std::vector<std::string> words) {
    arguments parsed;
    if (command != nullptr) parsed.command = command->id;
    CLI::App parser;
    parser.set_help_flag();
    parser.allow_extras();
    const auto known = add_options(parser, command);
    try {
        std::ranges::reverse(words); // as CLI11 wants them
        parser.parse(std::move(words));
    } catch (const CLI::ParseError& e) {
        return fail(errc::usage, e.what());
    }
    const auto applied = apply_options(parser, known, parsed);
    if (parsed.show_help || parsed.show_version) return parsed;
    if (const auto wrong = take_operands(parser.remaining(), parsed))
        return unknown_option(*wrong, command);
    if (!applied) return fail(applied.error());
    if (command != nullptr)
        if (auto fits = check_operands(*command, parsed); !fits) return fail(fits.error());
    return parsed;
}

} // namespace

result<arguments> parse_command_line(const std::vector<std::string>& words) {
    const auto at = find_command_word(words);
    if (at == words.size()) {
        auto parsed = parse_options(nullptr, words);
        if (parsed && !parsed->show_help && !parsed->show_version)
            return fail(errc::usage, "a command is missing");
        return parsed;
    }
    // A URL alone opens a shell there.
    const bool is_url = looks_like_url(words[at]);
    const auto* command = is_url ? &row_of(command_id::shell) : find_command(words[at]);
    if (command == nullptr) return unknown_command(words[at]);
    auto rest = words;
    if (!is_url) rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
    auto parsed = parse_options(command, std::move(rest));
    if (!parsed) parsed.error().at(command->name);
    return parsed;
}

} // namespace ferry::cli
