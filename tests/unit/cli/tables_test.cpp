// The option and command tables, and that everything made of them is complete.
#include "cli/command_table.hpp"
#include "cli/help.hpp"
#include "cli/option_table.hpp"
#include "cli/shell/command_line.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

using namespace ferry;
using namespace ferry::cli;

namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string roff_dashes(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += c == '-' ? std::string("\\-") : std::string(1, c);
    return out;
}

} // namespace

TEST_CASE("option table: every row -> has all its columns") {
    for (const auto& row : option_table()) {
        CAPTURE(row.name);
        CHECK(row.name.size() > 1);
        CHECK(row.help.size() > 10);
        CHECK_FALSE(row.help.ends_with('.'));
        CHECK(row.used_by != 0);
        CHECK((row.apply != nullptr));
        CHECK((row.kind == value_kind::none) == row.value.empty());
        CHECK_FALSE(title(row.group).empty());
    }
}

TEST_CASE("option table: one command -> no name or letter twice") {
    for (const auto& command : command_table()) {
        std::set<std::string> seen;
        for (const auto& row : option_table()) {
            if (!contains(row.used_by, command.id)) continue;
            CAPTURE(command.name);
            CAPTURE(row.name);
            CHECK(seen.insert(std::string(row.name)).second);
            if (row.letter != 0) CHECK(seen.insert(std::string(1, row.letter)).second);
        }
    }
}

TEST_CASE("option table: no option takes a password") {
    CHECK(std::ranges::none_of(option_table(),
                               [](const option_row& row) { return row.name == "password"; }));
}

TEST_CASE("command table: every row -> has all its columns") {
    for (const auto& row : command_table()) {
        CAPTURE(row.name);
        CHECK_FALSE(row.summary.empty());
        CHECK_FALSE(row.summary.ends_with('.'));
        CHECK(row.description.ends_with('.'));
        CHECK((row.run != nullptr));
        CHECK(row.least <= row.most);
        CHECK((row.most == 0) == row.operands.empty());
        CHECK_FALSE(row.examples.empty());
        CHECK(find_command(row.name) == &row);
        CHECK(&row_of(row.id) == &row);
    }
}

TEST_CASE("command table: every example -> is a command line that parses") {
    for (const auto& command : command_table())
        for (const auto& shown : command.examples) {
            auto line = shown.line;
            CAPTURE(line);
            REQUIRE(line.find("ferry ") != std::string_view::npos);
            line.remove_prefix(line.find("ferry "));
            if (line.ends_with(')')) line.remove_suffix(1); // of "source <(...)"
            const auto statements = parse_line(line);
            REQUIRE(statements.has_value());
            std::vector<std::string> words;
            for (const auto& each : statements->statements.front().words)
                words.push_back(each.text());
            words.erase(words.begin());
            const auto parsed = parse_command_line(words);
            REQUIRE_MESSAGE(parsed.has_value(), parsed.error().message());
            CHECK(parsed->command == command.id);
        }
}

TEST_CASE("help: a command -> names each of its options, its examples, and fits 80 columns") {
    for (const auto& command : command_table()) {
        const auto help = help_for(command);
        CAPTURE(help);
        for (const auto& row : option_table())
            CHECK((has(help, spelling(row, true)) && has(help, row.help.substr(0, 18))) ==
                  contains(row.used_by, command.id));
        for (const auto& shown : command.examples)
            CHECK(has(help, shown.line));
        for (std::size_t at = 0; at < help.size();) {
            const auto end = help.find('\n', at);
            REQUIRE(end != std::string::npos);
            CHECK(end - at <= 80);
            at = end + 1;
        }
    }
}

TEST_CASE("overview: all commands but the generators, and every exit status") {
    const auto help = overview();
    for (const auto& row : command_table())
        CHECK(has(help, "\n  " + std::string(row.name) + " ") == !row.hidden);
    for (const auto& row : exit_statuses())
        CHECK(has(help, row.meaning));
}

TEST_CASE("exit statuses: every status of the error table -> is explained") {
    for (std::size_t i = 0; i < errc_count; ++i) {
        const auto status = describe(static_cast<errc>(i)).exit_status;
        CAPTURE(status);
        CHECK(std::ranges::count(exit_statuses(), status, &exit_status_row::status) == 1);
    }
}

TEST_CASE("man page: every command, option and exit status -> is there") {
    const auto page = man_page();
    for (const auto& row : command_table())
        CHECK(has(page, ".SS ferry " + std::string(row.name)));
    for (const auto& row : option_table()) {
        CAPTURE(row.name);
        CHECK(has(page, "\\-\\-" + roff_dashes(row.name)));
    }
    CHECK(page.starts_with(".TH FERRY 1"));
    CHECK(has(page, ".SH EXIT STATUS"));
    // A line that begins with a dot is a request of roff; all of ours are known.
    for (std::size_t at = page.find("\n."); at != std::string::npos; at = page.find("\n.", at + 1))
        CHECK(has("SH SS TP PP RS RE nf fi br TH", page.substr(at + 2, 2)));
}

TEST_CASE("completions: each shell -> every command and option") {
    for (const auto* shell : {"bash", "zsh", "fish"}) {
        const auto script = completions_for(shell);
        REQUIRE(script.has_value());
        CAPTURE(shell);
        for (const auto& row : command_table())
            CHECK(has(*script, row.name));
        for (const auto& row : option_table()) {
            CAPTURE(row.name);
            const bool is_fish = std::string_view(shell) == "fish";
            CHECK(has(*script, (is_fish ? "-l " : "--") + std::string(row.name)));
        }
    }
}

TEST_CASE("completions: an unknown shell -> usage") {
    const auto script = completions_for("tcsh");
    REQUIRE_FALSE(script.has_value());
    CHECK(script.error().code() == errc::usage);
}
