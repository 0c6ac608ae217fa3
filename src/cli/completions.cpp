// Completions for bash, zsh and fish, from the tables.
#include "cli/help.hpp"
#include "cli/option_table.hpp"

#include <fmt/core.h>

#include <array>

namespace ferry::cli {

namespace {

constexpr std::array<std::string_view, 3> shells{"bash", "zsh", "fish"};

std::string command_names() {
    std::string names;
    for (const auto& row : command_table())
        names += (names.empty() ? "" : " ") + std::string(row.name);
    return names;
}

std::string shell_names() {
    return fmt::format("{} {} {}", shells[0], shells[1], shells[2]);
}

/// For single quotes of a POSIX shell, and of fish.
std::string quoted(std::string_view text, std::string_view quote_mark) {
    std::string out;
    for (const char c : text)
        c == '\'' ? out += quote_mark : out += c;
    return out;
}

// ---- bash

std::string_view bash_operands(operand_kind kind) {
    switch (kind) {
    case operand_kind::none:
        return "";
    case operand_kind::url:
        return "-W 'ftp://'";
    case operand_kind::files_then_url:
        return "-f -W 'ftp://'";
    case operand_kind::directory:
        return "-d";
    case operand_kind::command:
        return "-W \"$commands\"";
    case operand_kind::shell:
        return "-W \"$shells\"";
    }
    return "";
}

std::string bash_command(const command_row& command) {
    std::string options;
    std::string files;
    std::string folders;
    std::string texts;
    const auto add = [](std::string& pattern, const option_row& row) {
        if (!pattern.empty()) pattern += '|';
        pattern += fmt::format("--{}", row.name);
        if (row.letter != 0) pattern += fmt::format("|-{}", row.letter);
    };
    for (const auto& row : option_table()) {
        if (!contains(row.used_by, command.id)) continue;
        options += fmt::format(" --{}", row.name);
        if (row.letter != 0) options += fmt::format(" -{}", row.letter);
        if (row.kind == value_kind::file) add(files, row);
        if (row.kind == value_kind::directory) add(folders, row);
        if (row.kind == value_kind::text) add(texts, row);
    }
    std::string out = fmt::format("    {})\n        case $before in\n", command.name);
    if (!files.empty()) out += fmt::format("        {}) want='-f' ;;\n", files);
    if (!folders.empty()) out += fmt::format("        {}) want='-d' ;;\n", folders);
    if (!texts.empty()) out += fmt::format("        {}) return ;;\n", texts);
    out += fmt::format("        *) words='{}'; want={} ;;\n        esac ;;\n", options.substr(1),
                       bash_operands(command.kind).empty()
                           ? "''"
                           : fmt::format("operands_{}", static_cast<int>(command.kind)));
    return out;
}

std::string bash() {
    std::string out = fmt::format(
        "# bash completion for ferry\n"
        "_ferry() {{\n"
        "    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}\n"
        "    local commands='{}' shells='{}' words='' want='' command='' i\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        case \" $commands \" in *\" ${{COMP_WORDS[i]}} \"*) "
        "command=${{COMP_WORDS[i]}}; break ;; esac\n"
        "    done\n"
        "    case $command in\n"
        "    '') words=\"$commands --help --version\" ;;\n",
        command_names(), shell_names());
    for (const auto& row : command_table())
        out += bash_command(row);
    out += "    esac\n"
           "    if [[ $word == -* ]]; then want=''; "
           "elif [[ $command ]]; then words=''; fi\n"
           "    case $want in\n"
           "    '') COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
           "    -f|-d) compopt -o filenames; COMPREPLY=($(compgen $want -- \"$word\")) ;;\n";
    for (const auto kind : {operand_kind::url, operand_kind::files_then_url,
                            operand_kind::directory, operand_kind::command, operand_kind::shell})
        out += fmt::format("    operands_{}) {}COMPREPLY=($(compgen {} -- \"$word\")) ;;\n",
                           static_cast<int>(kind),
                           kind == operand_kind::files_then_url || kind == operand_kind::directory
                               ? "compopt -o filenames; "
                               : "compopt -o nospace; ",
                           bash_operands(kind));
    out += "    esac\n"
           "}\n"
           "complete -F _ferry ferry\n";
    return out;
}

// ---- zsh

std::string zsh_action(value_kind kind) {
    switch (kind) {
    case value_kind::file:
        return "_files";
    case value_kind::directory:
        return "_files -/";
    case value_kind::none:
    case value_kind::text:
        break;
    }
    return " ";
}

std::string zsh_operands(operand_kind kind) {
    switch (kind) {
    case operand_kind::none:
        return "";
    case operand_kind::url:
        return "'*:URL:_urls'";
    case operand_kind::files_then_url:
        return "'*:file or URL:{ _files; _urls }'";
    case operand_kind::directory:
        return "'1:directory:_files -/'";
    case operand_kind::command:
        return fmt::format("'1:command:({})'", command_names());
    case operand_kind::shell:
        return fmt::format("'1:shell:({})'", shell_names());
    }
    return "";
}

/// Brackets and colons have a meaning in the texts of _arguments.
std::string zsh_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':') out += '\\';
        out += c;
    }
    return quoted(out, "'\\''");
}

std::string zsh() {
    std::string out = "#compdef ferry\n_ferry() {\n    local -a commands=(\n";
    for (const auto& row : command_table())
        out += fmt::format("        '{}:{}'\n", row.name, quoted(row.summary, "'\\''"));
    out += "    )\n"
           "    if (( CURRENT == 2 )); then\n"
           "        _describe command commands\n"
           "        _arguments '--help[Explain]' '--version[Print the version]'\n"
           "        return\n    fi\n"
           "    local command=$words[2]\n    shift words; (( CURRENT-- ))\n"
           "    case $command in\n";
    for (const auto& command : command_table()) {
        out += fmt::format("    {}) _arguments -s", command.name);
        for (const auto& row : option_table()) {
            if (!contains(row.used_by, command.id)) continue;
            const auto names = row.letter == 0 ? fmt::format("'--{}", row.name)
                                               : fmt::format("{{-{},--{}}}'", row.letter, row.name);
            out += fmt::format(" \\\n        {}[{}]", names, zsh_text(row.help));
            if (!row.value.empty()) out += fmt::format(":{}:{}", row.value, zsh_action(row.kind));
            out += '\'';
        }
        if (const auto operands = zsh_operands(command.kind); !operands.empty())
            out += " \\\n        " + operands;
        out += " ;;\n";
    }
    out += "    esac\n}\n"
           "if [[ $funcstack[1] == _ferry ]]; then _ferry \"$@\"; else compdef _ferry ferry; fi\n";
    return out;
}

// ---- fish

std::string fish() {
    const auto mark = "\\'";
    std::string out = "# fish completion for ferry\ncomplete -c ferry -f\n";
    for (const auto& row : command_table())
        out += fmt::format("complete -c ferry -n __fish_use_subcommand -a {} -d '{}'\n", row.name,
                           quoted(row.summary, mark));
    for (const auto& row : option_table()) {
        std::string users;
        for (const auto& command : command_table())
            if (contains(row.used_by, command.id)) users += fmt::format(" {}", command.name);
        out += fmt::format("complete -c ferry -n '__fish_seen_subcommand_from{}' -l {}", users,
                           row.name);
        if (row.letter != 0) out += fmt::format(" -s {}", row.letter);
        if (row.kind == value_kind::text) out += " -x";
        if (row.kind == value_kind::file) out += " -rF";
        if (row.kind == value_kind::directory) out += " -xa '(__fish_complete_directories)'";
        out += fmt::format(" -d '{}'\n", quoted(row.help, mark));
    }
    for (const auto& row : command_table()) {
        const auto given =
            fmt::format("complete -c ferry -n '__fish_seen_subcommand_from {}'", row.name);
        if (row.kind == operand_kind::files_then_url) out += given + " -F\n";
        if (row.kind == operand_kind::directory)
            out += given + " -xa '(__fish_complete_directories)'\n";
        if (row.kind == operand_kind::command)
            out += fmt::format("{} -a '{}'\n", given, command_names());
        if (row.kind == operand_kind::shell)
            out += fmt::format("{} -a '{}'\n", given, shell_names());
    }
    return out;
}

} // namespace

result<std::string> completions_for(std::string_view shell) {
    if (shell == shells[0]) return bash();
    if (shell == shells[1]) return zsh();
    if (shell == shells[2]) return fish();
    return fail(errc::usage, "knows bash, zsh and fish");
}

} // namespace ferry::cli
