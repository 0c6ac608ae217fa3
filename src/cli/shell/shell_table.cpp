#include "cli/shell/shell_table.hpp"

#include "base/text.hpp"
#include "cli/help.hpp"
#include "cli/shell/shell_commands.hpp"
#include "cli/suggest.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>

namespace ferry::cli {

namespace {

using enum shell_group;
using k = word_kind;

constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
constexpr auto own = command_id::help; // no one-shot command behind it
constexpr bool keeps = false;          // changes_server
constexpr bool changes = true;

constexpr shell_row table[]{
    // session
    {"open", "connect", session, "[OPTION...] [URL|HOST|BOOKMARK [PORT]]", 0, any, k::host, keeps,
     command_id::shell, "Connect to a server and log in",
     "Without a user in the URL the login is that of ~/.netrc, else anonymous. A path in the URL "
     "is entered. Without anything it lists the bookmarks.",
     "open ftp://alice@host/pub", shell_open},
    {"user", "login", session, "NAME [PASSWORD [ACCOUNT]]", 1, 3, k::none, keeps, own,
     "Log in as somebody else", "Asks for the password if it is not given, which is better.",
     "user alice", shell_user},
    {"account", "", session, "[TEXT]", 0, 1, k::none, keeps, own,
     "Tell the server the account (ACCT)", "Asks for it if it is not given.", "account",
     shell_account},
    {"close", "disconnect", session, "", 0, 0, k::none, keeps, own,
     "End the session, not the shell", "", "close", shell_close},
    {"status", "", session, "", 0, 0, k::none, keeps, own, "Show the session and the settings", "",
     "status", shell_status},
    {"system", "", session, "", 0, 0, k::none, keeps, own, "Ask what system the server is (SYST)",
     "", "system", shell_system},
    {"features", "feat", session, "", 0, 0, k::none, keeps, own,
     "Show what the server can do (FEAT)", "", "features", shell_features},
    {"noop", "", session, "", 0, 0, k::none, keeps, own,
     "Ask the server whether it is there (NOOP)", "set keep-alive does so by itself.", "noop",
     shell_noop},
    {"quote", "literal raw", session, "COMMAND...", 1, any, k::none, changes, own,
     "Send a command as it is, and show the reply",
     "For commands without a data connection (RFC 959).", "quote SITE HELP", shell_quote},
    {"site", "", session, "COMMAND...", 1, any, k::none, changes, own, "Send a SITE command",
     "site HELP shows which there are.", "site HELP", shell_site},
    {"remotehelp", "rhelp", session, "[COMMAND]", 0, 1, k::none, keeps, own,
     "Show the server's own help (HELP)", "", "remotehelp", shell_remote_help},
    {"rstatus", "remotestatus", session, "[PATH]", 0, 1, k::remote, keeps, own,
     "Show what the server says of itself, or of a path (STAT)", "", "rstatus",
     shell_remote_status},

    // looking
    {"cd", "cwd", looking, "[DIR|-]", 0, 1, k::remote_directory, keeps, own,
     "Enter a directory of the server",
     "Without one: where the login led. cd - goes back to the one before.", "cd pub", shell_cd},
    {"cdup", "..", looking, "", 0, 0, k::none, keeps, own, "Enter the directory above", "", "cdup",
     shell_cdup},
    {"pwd", "", looking, "", 0, 0, k::none, keeps, own, "Show the server's directory", "", "pwd",
     shell_pwd},
    {"ls", "list", looking, "[OPTION...] [PATH...]", 0, any, k::remote_patterns, keeps,
     command_id::ls, "List a directory of the server",
     "Always asked of the server anew. The options are those of ferry ls.", "ls -lt", shell_here},
    {"dir", "ll", looking, "[OPTION...] [PATH...]", 0, any, k::remote_patterns, keeps,
     command_id::ls, "List with sizes and times: ls -l", "", "dir *.txt", shell_dir},
    {"nlist", "nls", looking, "[PATH]", 0, 1, k::remote_directory, keeps, own,
     "List names as the server sends them (NLST)", "", "nlist", shell_nlist},
    {"cat", "", looking, "FILE...", 1, any, k::remote_patterns, keeps, command_id::cat,
     "Print files of the server", "With | into a local command, with > into a local file.",
     "cat README", shell_same},
    {"more", "page less", looking, "FILE...", 1, any, k::remote_patterns, keeps, command_id::cat,
     "Read files of the server page by page", "With set pager, $PAGER, or less.", "more README",
     shell_more},
    {"size", "", looking, "FILE...", 1, any, k::remote_patterns, keeps, own,
     "Show how large a file is (SIZE)", "", "size big.iso", shell_size},
    {"modtime", "", looking, "FILE...", 1, any, k::remote_patterns, keeps, own,
     "Show when a file was changed (MDTM)", "In local time, and in UTC.", "modtime big.iso",
     shell_modtime},
    {"stat", "info", looking, "PATH...", 1, any, k::remote_patterns, keeps, command_id::stat,
     "Show all that is known of a path", "", "stat big.iso", shell_same},
    {"find", "", looking, "[OPTION...] [DIR...]", 0, any, k::remote_patterns, keeps,
     command_id::find, "Print the paths of a tree", "", "find --name '*.txt'", shell_here},
    {"du", "", looking, "[OPTION...] [DIR...]", 0, any, k::remote_patterns, keeps, command_id::du,
     "Add up the sizes in directories", "", "du -s pub", shell_here},
    {"tree", "", looking, "[OPTION...] [DIR...]", 0, any, k::remote_patterns, keeps,
     command_id::tree, "Draw a tree", "", "tree pub", shell_here},

    // transfer
    {"get", "recv", transfer, "[OPTION...] FILE...", 1, any, k::remote_patterns, keeps,
     command_id::get, "Download files",
     "Into the local directory; -o gives one file another name, -d another directory, -c "
     "continues. & behind it downloads in the background.",
     "get big.iso", shell_get},
    {"mget", "", transfer, "[OPTION...] PATTERN...", 1, any, k::remote_patterns, keeps,
     command_id::get, "Download all files that fit patterns",
     "Directories among them are left out, unless -r is given. With set ask on each is asked for.",
     "mget *.txt", shell_mget},
    {"reget", "", transfer, "FILE...", 1, any, k::remote_patterns, keeps, command_id::get,
     "Continue downloads: get -c", "", "reget big.iso", shell_reget},
    {"put", "send", transfer, "[OPTION...] FILE...", 1, any, k::local_patterns, changes,
     command_id::put, "Upload files",
     "Into the server's directory; -o gives one file another name, -d another directory, -c "
     "continues. & behind it uploads in the background.",
     "put report.pdf", shell_put},
    {"mput", "", transfer, "[OPTION...] PATTERN...", 1, any, k::local_patterns, changes,
     command_id::put, "Upload all files that fit patterns",
     "Directories among them are left out, unless -r is given. With set ask on each is asked for.",
     "mput *.txt", shell_mput},
    {"reput", "", transfer, "FILE...", 1, any, k::local_patterns, changes, command_id::put,
     "Continue uploads: put -c", "", "reput big.iso", shell_reput},
    {"mirror", "", transfer, "[-R] [OPTION...] SRC DST", 2, any, k::remote, keeps,
     command_id::mirror, "Make a local tree like a remote one, or -R the reverse",
     "SRC is a directory of the server and DST one here; with -R SRC is here and DST there. & "
     "behind it does it in the background.",
     "mirror pub backup", shell_mirror},
    {"append", "", transfer, "FILE [REMOTE]", 1, 2, k::local, changes, own,
     "Add a local file to the end of a remote one (APPE)", "", "append today.log all.log",
     shell_append},
    {"edit", "", transfer, "FILE", 1, 1, k::remote, changes, own, "Edit a file of the server",
     "Downloads it, runs the editor, and uploads it if you changed it and nobody else did.",
     "edit index.html", shell_edit},

    // changing
    {"delete", "rm del", changing, "[-r] FILE...", 1, any, k::remote_patterns, changes,
     command_id::rm, "Remove files; with -r trees", "", "delete old.txt", shell_delete},
    {"mdelete", "", changing, "PATTERN...", 1, any, k::remote_patterns, changes, command_id::rm,
     "Remove all files that fit patterns",
     "Directories among them are left out. With set ask on each file is asked for.",
     "mdelete *.bak", shell_mdelete},
    {"mkdir", "", changing, "[-p] DIR...", 1, any, k::remote, changes, command_id::mkdir,
     "Make directories on the server", "", "mkdir -p 2026/march", shell_same},
    {"rmdir", "", changing, "DIR...", 1, any, k::remote_patterns, changes, command_id::rmdir,
     "Remove empty directories of the server", "", "rmdir old", shell_same},
    {"rename", "mv ren", changing, "FROM... TO", 2, any, k::remote_patterns, changes,
     command_id::mv, "Rename on the server, or move into a directory", "", "rename a.txt b.txt",
     shell_same},
    {"chmod", "", changing, "MODE PATH...", 2, any, k::remote_patterns, changes, command_id::chmod,
     "Change permissions", "MODE is octal, or symbolic: u+x, go-w.", "chmod 640 a.txt", shell_same},

    // local
    {"lcd", "", local, "[DIR|-]", 0, 1, k::local_directory, keeps, own, "Enter a local directory",
     "Without one: your home.", "lcd ~/Downloads", shell_lcd},
    {"lpwd", "", local, "", 0, 0, k::none, keeps, own, "Show the local directory", "", "lpwd",
     shell_lpwd},
    {"lls", "", local, "[OPTION...] [PATH...]", 0, any, k::local_patterns, keeps, own,
     "List a local directory: the system's ls", "", "lls -l", shell_lls},
    {"!", "shell", local, "[COMMAND]", 0, any, k::local, keeps, own,
     "Run a local command, or a local shell", "All behind the ! belongs to it.", "!date",
     shell_local},

    // settings and the shell itself
    {"set", "", shell_itself, "[NAME [VALUE]|-e|+e]", 0, 2, k::setting, keeps, own,
     "Show or change settings", "With -e a script ends at its first failure.", "set timeout 10",
     shell_set},
    {"type", "", shell_itself, "[binary|ascii]", 0, 1, k::none, keeps, own,
     "Show or set how transfers treat ends of lines", "Image and i are binary, a is ascii.",
     "type ascii", shell_type},
    {"ascii", "", shell_itself, "", 0, 0, k::none, keeps, own,
     "Translate ends of lines: for text only", "", "ascii", shell_ascii},
    {"binary", "image", shell_itself, "", 0, 0, k::none, keeps, own,
     "Transfer bytes as they are: the default", "", "binary", shell_binary},
    {"passive", "", shell_itself, "[on|off]", 0, 1, k::none, keeps, own,
     "Toggle passive mode, or switch it", "Without a choice ferry begins passive and falls back.",
     "passive", shell_passive},
    {"active", "sendport", shell_itself, "", 0, 0, k::none, keeps, own,
     "Let the server connect for data: passive off", "", "active", shell_active},
    {"verbose", "", shell_itself, "[on|off]", 0, 1, k::none, keeps, own,
     "Toggle showing the server's replies", "", "verbose", shell_verbose},
    {"debug", "", shell_itself, "[on|off]", 0, 1, k::none, keeps, own,
     "Toggle showing the whole conversation", "Passwords are hidden.", "debug", shell_debug},
    {"progress", "hash", shell_itself, "[on|off]", 0, 1, k::none, keeps, own,
     "Toggle the line of progress", "", "progress", shell_progress},
    {"prompt", "", shell_itself, "[on|off]", 0, 1, k::none, keeps, own,
     "Toggle asking before each file of mget, mput, mdelete", "", "prompt", shell_prompt},
    {"alias", "", shell_itself, "[NAME [COMMAND...]]", 0, any, k::alias, keeps, own,
     "Show or make other names for commands", "", "alias new 'ls -lt'", shell_alias},
    {"unalias", "", shell_itself, "NAME...", 1, any, k::alias, keeps, own, "Forget aliases", "",
     "unalias new", shell_unalias},
    {"bookmark", "bm", shell_itself, "[add NAME [URL]|list|open NAME|remove NAME]", 0, 3,
     k::bookmark, keeps, own, "Keep servers under short names",
     "add without a URL takes the place you are at. Passwords are not kept.", "bookmark add work",
     shell_bookmark},
    {"jobs", "", shell_itself, "", 0, 0, k::none, keeps, own,
     "Show the transfers in the background", "", "jobs", shell_jobs},
    {"fg", "", shell_itself, "[%N]", 0, 1, k::job, keeps, own,
     "Watch a background transfer until it ends", "Ctrl-C stops it where it can be continued.",
     "fg %1", shell_fg},
    {"wait", "", shell_itself, "[%N]", 0, 1, k::job, keeps, own, "Wait for background transfers",
     "The status is theirs. Ctrl-C ends the waiting only.", "wait", shell_wait},
    {"kill", "", shell_itself, "%N|all", 1, 1, k::job, keeps, own, "Stop a background transfer",
     "Where it can be continued.", "kill %1", shell_kill},
    {"limit", "", shell_itself, "[RATE]", 0, 1, k::none, keeps, own,
     "Show or change how fast files move in all",
     "RATE is bytes a second, as 500k or 2M; none lifts the limit. It holds at once, for transfers "
     "in the background too.",
     "limit 500k", shell_limit},
    {"cache", "", shell_itself, "[clear]", 0, 1, k::none, keeps, own,
     "Show or clear what completion knows",
     "Only completion uses it. What you change yourself clears it; set cache-time says how long "
     "it is believed.",
     "cache clear", shell_cache},
    {"echo", "", shell_itself, "[WORD...]", 0, any, k::local, keeps, own, "Print words",
     "$name is a variable of name=value, or of the environment; $? the last status.", "echo $HOME",
     shell_echo},
    {"source", ".", shell_itself, "FILE", 1, 1, k::local, keeps, own, "Run the commands in a file",
     "", "source nightly.ferry", shell_source},
    {"help", "? man", shell_itself, "[COMMAND...]", 0, any, k::command, keeps, own,
     "Explain the commands", "", "help get", shell_help_command},
    {"exit", "quit bye q", shell_itself, "[STATUS]", 0, 1, k::none, keeps, own, "End the shell",
     "Transfers in the background go on.", "exit", shell_exit},
};

constexpr std::array<std::string_view, shell_group_count> titles{
    "Session", "Looking around", "Transfers", "Changing", "This machine", "The shell"};

bool is_synonym(const shell_row& row, std::string_view name) {
    std::string_view rest = row.synonyms;
    while (!rest.empty())
        if (take_until(rest, ' ') == name) return true;
    return false;
}

failure unknown(std::string_view name) {
    error problem(errc::usage, "there is no command '" + std::string(name) + "'");
    std::vector<std::string_view> names;
    for (const auto& row : table) {
        names.push_back(row.name);
        std::string_view rest = row.synonyms;
        while (!rest.empty())
            names.push_back(take_until(rest, ' '));
    }
    const auto near = nearest(name, names);
    problem.advise(near.empty() ? std::string("help lists them")
                                : "did you mean '" + std::string(near) + "'?");
    return fail(std::move(problem));
}

failure ambiguous(std::string_view name, const std::vector<const shell_row*>& rows) {
    std::string all;
    for (const auto* row : rows)
        all += (all.empty() ? "" : ", ") + std::string(row->name);
    return fail(errc::usage, "'" + std::string(name) + "' may be " + all);
}

} // namespace

std::span<const shell_row> shell_table() noexcept {
    return table;
}

result<const shell_row*> find_shell_command(std::string_view name) {
    std::vector<const shell_row*> beginning;
    for (const auto& row : table) {
        if (row.name == name || is_synonym(row, name)) return &row;
        if (name.size() >= 2 && row.name.starts_with(name)) beginning.push_back(&row);
    }
    if (beginning.size() == 1) return beginning.front();
    if (beginning.empty()) return unknown(name);
    return ambiguous(name, beginning);
}

std::string_view title(shell_group group) noexcept {
    return titles[static_cast<std::size_t>(group)];
}

std::string shell_overview() {
    std::string out;
    for (std::size_t i = 0; i < shell_group_count; ++i) {
        const auto group = static_cast<shell_group>(i);
        out += fmt::format("{}{}:\n", i > 0 ? "\n" : "", title(group));
        for (const auto& row : table)
            if (row.group == group) append_term(out, row.name, row.summary, 14);
    }
    out += "\nhelp COMMAND says more. Words are quoted as in any shell; * ? [] {a,b} and ** match\n"
           "names; > >> and | lead the output into local files and commands; ; && || join\n"
           "commands; & sends a transfer into the background; ! runs a local command.\n";
    return out;
}

std::string shell_help(const shell_row& row) {
    std::string out = fmt::format("{}: {}\n\nUsage: {}{}{}\n", row.name, row.summary, row.name,
                                  row.operands.empty() ? "" : " ", row.operands);
    if (!row.synonyms.empty()) out += fmt::format("Also called: {}\n", row.synonyms);
    if (!row.description.empty()) {
        out += '\n';
        append_wrapped(out, row.description, 0);
    }
    if (takes_options(row))
        append_options(out, row.command,
                       row.command == command_id::shell ? option_place::open : option_place::shell);
    if (!row.example.empty()) out += fmt::format("\nExample:\n  {}\n", row.example);
    return out;
}

} // namespace ferry::cli
