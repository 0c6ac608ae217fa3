#include "cli/command_table.hpp"

#include "cli/commands.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace ferry::cli {

namespace {

using enum command_id;

constexpr std::size_t any = std::numeric_limits<std::size_t>::max();

constexpr example get_examples[]{
    {"ferry get ftp://ftp.example.org/pub/big.iso", "into the current directory"},
    {"ferry get -c ftp://ftp.example.org/pub/big.iso", "go on after an interruption"},
    {"ferry get -d docs ftp://host/a.txt ftp://host/b.txt", "two files over one session"},
    {"ferry get -o - ftp://host/backup.tar | tar x", "straight into another program"},
};
constexpr example put_examples[]{
    {"ferry put report.pdf ftp://alice@host/inbox/", "under its own name"},
    {"ferry put -c big.iso ftp://alice@host/big.iso", "go on after an interruption"},
    {"tar c . | ferry put - ftp://alice@host/backup.tar", "what another program prints"},
};
constexpr example mirror_examples[]{
    {"ferry mirror ftp://alice@host/www/ backup", "a tree from a server"},
    {"ferry mirror --delete site ftp://alice@host/www/", "make the server like here"},
    {"ferry mirror -n --delete site ftp://alice@host/www/", "only print what that would do"},
};
constexpr example cat_examples[]{
    {"ferry cat ftp://ftp.example.org/README", "read a file without keeping it"},
};
constexpr example ls_examples[]{
    {"ferry ls -l ftp://ftp.example.org/pub/", "sizes and times"},
    {"ferry ls -lt ftp://alice@host/", "newest first"},
    {"ferry ls -R --json ftp://host/ | jq '.[].path'", "a whole tree, for a program"},
};
constexpr example stat_examples[]{
    {"ferry stat ftp://ftp.example.org/pub/big.iso", "size, time and permissions"},
};
constexpr example mkdir_examples[]{
    {"ferry mkdir -p ftp://alice@host/2026/march", "with the directory above it"},
};
constexpr example rmdir_examples[]{
    {"ferry rmdir ftp://alice@host/old", "only if it is empty"},
};
constexpr example rm_examples[]{
    {"ferry rm ftp://alice@host/a.txt ftp://alice@host/b.txt", "two files"},
    {"ferry rm -r ftp://alice@host/old", "a directory and all that is in it"},
};
constexpr example mv_examples[]{
    {"ferry mv ftp://alice@host/a.txt ftp://alice@host/done/a.txt", "into another directory"},
};
constexpr example chmod_examples[]{
    {"ferry chmod 640 ftp://alice@host/a.txt", "in octal"},
    {"ferry chmod u+x,go-w ftp://alice@host/run.sh", "relative to what it is"},
};
constexpr example find_examples[]{
    {"ferry find --name '*.iso' ftp://ftp.example.org/pub/", "wherever they are"},
};
constexpr example du_examples[]{
    {"ferry du -s ftp://alice@host/a ftp://alice@host/b", "how much each holds"},
};
constexpr example tree_examples[]{
    {"ferry tree --max-depth 2 ftp://ftp.example.org/pub/", "the upper levels"},
};
constexpr example shell_examples[]{
    {"ferry shell ftp://alice@host/pub/", "look around; help lists the commands"},
    {"ferry ftp://alice@host/pub/", "the same"},
    {"ferry shell -c 'cd in; mget *.csv; mdelete *.csv' ftp://alice@host/", "in a script"},
};
constexpr example serve_examples[]{
    {"ferry serve --anonymous .", "let this machine read this directory"},
    {"FERRY_PASSWORD=secret ferry serve --user alice --listen :: --tls-required /srv",
     "read and write, from everywhere, over TLS only"},
};
constexpr example demo_examples[]{
    {"ferry demo", "see what ferry does"},
};
constexpr example trust_examples[]{
    {"ferry trust ftp://ftp.example.org/", "look at its certificate, and be asked"},
    {"ferry trust --remove ftp://printer.local/", "it has got a new one"},
    {"ferry trust", "list what is known"},
};
constexpr example config_examples[]{
    {"ferry config", "every default, and where it comes from"},
    {"ferry config ftp://ftp.example.org/", "as it is for this server"},
    {"ferry config --json localhost:2121", "for a program"},
};
constexpr example help_examples[]{
    {"ferry help get", "the same as ferry get --help"},
};
constexpr example man_examples[]{
    {"ferry man | man -l -", "read the manual"},
};
constexpr example completions_examples[]{
    {"source <(ferry completions bash)", "in ~/.bashrc"},
};

constexpr std::array table{
    command_row{get, "get", "URL...", 1, any, operand_kind::url, false, "Download files",
                "A file is written under a temporary name beside its place and takes its final "
                "name when it is complete, so the final name never holds a part. What an "
                "interrupted download leaves is continued with -c.\n\n"
                "A URL that fails does not stop those behind it. Files from the same server come "
                "over the same session.",
                get_examples, run_get},
    command_row{put, "put", "FILE... URL", 2, any, operand_kind::files_then_url, false,
                "Upload files",
                "Into URL if it ends with a slash or is a directory on the server, else under "
                "the name URL gives. Several files need a directory. - reads standard input, which "
                "cannot be continued with -c.",
                put_examples, run_put},
    command_row{mirror, "mirror", "SRC DST", 2, 2, operand_kind::url, false,
                "Make one tree like another",
                "SRC and DST are directories here or URLs of directories; DST is made if it is "
                "missing. What is missing in DST or differs in size or time is copied, several "
                "files at a time, each under a temporary name until it is complete. Nothing is "
                "removed without --delete.\n\n"
                "A file that fails does not stop the others: the exit status is 9 then, each is "
                "named, and running the same again does what is left.",
                mirror_examples, run_mirror},
    command_row{cat, "cat", "URL...", 1, any, operand_kind::url, false,
                "Print files on standard output", "The files are printed one after the other.",
                cat_examples, run_cat},
    command_row{ls, "ls", "URL...", 1, any, operand_kind::url, false, "List directories",
                "Names in columns on a terminal, one a line elsewhere, sorted by name. With "
                "--json one array of objects with name, type, size, mtime (UTC), permissions, "
                "owner, group and target; with -R also path. Where a server gives times only in "
                "its own zone, they are taken as they stand.",
                ls_examples, run_ls},
    command_row{stat, "stat", "URL...", 1, any, operand_kind::url, false,
                "Tell what is known of a file or directory",
                "One line a fact, or one JSON object a URL with --json.", stat_examples, run_stat},
    command_row{mkdir, "mkdir", "URL...", 1, any, operand_kind::url, false, "Make directories",
                "Each URL names a directory to make.", mkdir_examples, run_mkdir},
    command_row{rmdir, "rmdir", "URL...", 1, any, operand_kind::url, false,
                "Remove empty directories", "Each URL names an empty directory.", rmdir_examples,
                run_rmdir},
    command_row{rm, "rm", "URL...", 1, any, operand_kind::url, false,
                "Remove files, and with -r trees",
                "Symbolic links are removed, never followed. The login directory, the root and "
                "paths with .. are refused with -r.",
                rm_examples, run_rm},
    command_row{mv, "mv", "URL... URL", 2, any, operand_kind::url, false,
                "Rename on a server, or move into a directory",
                "All URLs name the same server and user. If the last one is a directory there, "
                "or ends with a slash, the others go into it.",
                mv_examples, run_mv},
    command_row{chmod, "chmod", "MODE URL...", 2, any, operand_kind::url, false,
                "Change permissions",
                "MODE is octal, or symbolic as for chmod(1): u+x, go-w, a=r. Needs a server with "
                "SITE CHMOD.",
                chmod_examples, run_chmod},
    command_row{find, "find", "URL...", 1, any, operand_kind::url, false,
                "Print the paths of a tree",
                "One path a line, directory by directory, sorted by name. Symbolic links are not "
                "followed. With --json one object a line, as of ls, with its path.",
                find_examples, run_find},
    command_row{du, "du", "URL...", 1, any, operand_kind::url, false,
                "Add up the sizes in directories",
                "The sum of the files in each directory and all below it, the deepest first.",
                du_examples, run_du},
    command_row{tree, "tree", "URL...", 1, any, operand_kind::url, false, "Draw a tree",
                "Directories and what is in them, indented. Symbolic links are not followed.",
                tree_examples, run_tree},
    command_row{shell, "shell", "[URL]", 0, 1, operand_kind::url, false,
                "Work on a server interactively",
                "Commands are typed at a prompt, given with -c, or read from standard input if "
                "that is no terminal. help lists them, help COMMAND explains one. The session "
                "is opened again by itself when the server has ended it.\n\n"
                "The exit status is that of the last command; after set -e the first failure "
                "ends the shell.",
                shell_examples, run_shell},
    command_row{serve, "serve", "DIR", 1, 1, operand_kind::directory, false,
                "Serve a directory over FTP",
                "Prints one line with its address and runs until it is interrupted; transfers "
                "that are running may end. Only this machine can connect unless --listen says "
                "otherwise. Somebody must be let in: give --user, --anonymous or both.\n\n"
                "Clients may use TLS. Without --tls-required they need not, and then passwords and "
                "files travel in the clear. The certificate is made at the first start, unless "
                "--tls-cert names one; its fingerprint is printed, to be compared with what a "
                "client shows.",
                serve_examples, run_serve},
    command_row{demo, "demo", "", 0, 0, operand_kind::none, false,
                "Show all of it, without a network",
                "Makes a tree of files, serves it on this machine only, uploads it, lists it, "
                "downloads it elsewhere, interrupts and resumes, compares every byte, and cleans "
                "up.",
                demo_examples, run_demo},
    command_row{trust, "trust", "[URL]", 0, 1, operand_kind::url, false,
                "Look at a server's certificate, and trust it or not",
                "A server whose certificate the system's authorities verify needs no such thing. "
                "For others ferry keeps what was trusted, as ssh does, in "
                "~/.local/share/ferry/known_servers: a certificate that is not there is asked "
                "about on a terminal and refused in scripts, and one that has changed is always "
                "refused.\n\n"
                "With a URL this connects, logs nobody in, prints the certificate and whether it "
                "is trusted, and on a terminal asks if it is not. The exit status is 7 if it is "
                "not trusted in the end. --add and --remove do not connect. Without a URL it "
                "lists what is known.",
                trust_examples, run_trust},
    command_row{config, "config", "[URL|HOST]", 0, 1, operand_kind::url, false,
                "Show the defaults of options",
                "Options need not be typed each time: ~/.config/ferry/config.toml, a TOML file, "
                "has their long names as keys. What stands below [defaults] is for every host, "
                "what stands below [host.\"*.example.org\"] for those whose name fits: * and ? "
                "are wildcards, and a port may follow. Of two tables that fit the later one "
                "counts, and the command line counts more. A switch is true or false. [shell] "
                "has settings of the shell, [alias] its aliases.\n\n"
                "This command prints each option with its value and the line it comes from; with "
                "URL or HOST as it is for that server. FERRY_CONFIG names another file, or none "
                "if it is empty.",
                config_examples, run_config},
    command_row{help, "help", "[COMMAND]", 0, 1, operand_kind::command, false,
                "Explain ferry or one command", "The same as --help.", help_examples, run_help},
    command_row{man, "man", "", 0, 0, operand_kind::none, true,
                "Print the manual page, as roff source", "For packages, and for man -l -.",
                man_examples, run_man},
    command_row{completions, "completions", "bash|zsh|fish", 1, 1, operand_kind::shell, true,
                "Print the completions for a shell",
                "Commands, options, their values and local paths.", completions_examples,
                run_completions},
};

constexpr bool table_is_in_order() {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i].id != static_cast<command_id>(i)) return false;
    return table.size() == command_count;
}

static_assert(table_is_in_order(), "a row for each command_id, in the order of the enumeration");

} // namespace

std::span<const command_row> command_table() noexcept {
    return table;
}

const command_row& row_of(command_id id) noexcept {
    return table[static_cast<std::size_t>(id)];
}

const command_row* find_command(std::string_view name) noexcept {
    const auto found = std::ranges::find(table, name, &command_row::name);
    return found == table.end() ? nullptr : &*found;
}

} // namespace ferry::cli
