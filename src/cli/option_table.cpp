#include "cli/option_table.hpp"

#include "cli/option_effects.hpp"
#include "cli/tree_options.hpp"

#include <algorithm>
#include <array>

namespace ferry::cli {

namespace {

using enum command_id;
using enum option_group;

constexpr command_set downloads = commands({get, cat});
constexpr command_set transfers = downloads | commands({put});
constexpr command_set changes = commands({mkdir, rmdir, rm, mv, chmod});
constexpr command_set walks = commands({find, du, tree});
constexpr command_set trees = commands({get, put, mirror});
constexpr command_set clients = transfers | trees | changes | walks | commands({ls, stat, shell});
constexpr command_set tls_clients = clients | commands({trust});
constexpr command_set everywhere = (command_set{1} << command_count) - 1;
constexpr command_set json_events = trees | commands({serve}) | changes;

constexpr auto none = value_kind::none;
constexpr auto text = value_kind::text;
constexpr auto file = value_kind::file;
constexpr auto folder = value_kind::directory;
constexpr auto allowed = file_use::allowed;
constexpr auto refused = file_use::refused;

constexpr std::array table{
    option_row{"output", 'o', "FILE", file, commands({get}), transfer,
               "Write to FILE; - is standard output", keep<&arguments::output>, refused},
    option_row{"directory", 'd', "DIR", folder, commands({get}), transfer,
               "Write into DIR, which is made if it is missing", keep<&arguments::directory>},
    option_row{"output", 'o', "NAME", text, commands({put}), transfer,
               "Store it as NAME, below URL", keep<&arguments::output>, refused},
    option_row{"directory", 'd', "DIR", text, commands({put}), transfer,
               "Store below DIR, below URL", keep<&arguments::directory>, refused},
    option_row{"resume", 'c', "", none, commands({get, put}), transfer,
               "Continue where an interrupted transfer ended", set<&arguments::resume>},
    option_row{"append", 0, "", none, commands({put}), transfer,
               "Write behind what the remote file holds", set<&arguments::append>, refused},
    option_row{"in-place", 0, "", none, commands({put}), transfer,
               "Write under the final name at once, not under a temporary one first",
               set<&arguments::in_place>},
    option_row{"ascii", 0, "", none, transfers, transfer,
               "Translate the ends of lines: for text only", set<&arguments::ascii>},
    option_row{"no-keep-time", 0, "", none, trees, transfer,
               "Do not give the copy the time of the original", set<&arguments::keep_time, false>},
    option_row{"verify", 0, "auto|hash|size|none", text, transfers | trees, transfer,
               "Prove what was transferred by the server's hash, or else its size and the end of "
               "large uploads (auto), only by its hash, by its size, or not at all",
               proof_of_transfers, allowed, "auto"},
    option_row{"limit-rate-each", 0, "RATE", text, transfers | trees, transfer,
               "Move each file no faster than RATE bytes a second: 500k, 2M",
               rate<&arguments::limit_each>},
    option_row{"parents", 'p', "", none, commands({mkdir}), transfer,
               "Make the directories above too; no error if it is there", set<&arguments::parents>},
    option_row{"recursive", 'r', "", none, commands({rm}), transfer,
               "Remove directories and all that is in them", set<&arguments::recursive>, refused},
    option_row{"recursive", 'r', "", none, commands({get, put}), transfer,
               "Directories too, with all that is in them", set<&arguments::recursive>, refused},
    option_row{"jobs", 'j', "N", text, trees, transfer,
               "Move the files of a tree over up to N connections at a time", connection_count,
               allowed, "4"},
    option_row{"dry-run", 'n', "", none, commands({mirror}), transfer,
               "Only print what would be done", set<&mirror_options::dry_run>, refused},
    option_row{"delete", 0, "", none, commands({mirror}), transfer,
               "Remove from DST what SRC does not have", set<&mirror_options::remove>, refused},
    option_row{"max-delete", 0, "N", text, commands({mirror}), transfer,
               "Remove nothing at all if more than N would go", removal_count},
    option_row{"trash", 0, "DIR", text, commands({mirror}), transfer,
               "Move what --delete removes to DIR, below DST, a directory a run",
               keep<&mirror_options::trash>},
    option_row{"allow-empty-source", 0, "", none, commands({mirror}), transfer,
               "Let --delete remove everything when SRC is empty",
               set<&mirror_options::allow_empty_source>, refused},
    option_row{"exclude", 0, "PATTERN", text, trees, transfer,
               "Leave out paths that fit PATTERN, as in .gitignore; may be repeated",
               rule<mirror_rule::kind::exclude>, refused},
    option_row{"include", 0, "PATTERN", text, trees, transfer,
               "But not those that fit this one: of all that fit, the last decides",
               rule<mirror_rule::kind::include>, refused},
    option_row{"exclude-from", 0, "FILE", file, trees, transfer,
               "The same from FILE, a pattern a line", rule<mirror_rule::kind::lines>, refused},
    option_row{"newer", 0, "TIME", text, trees, transfer,
               "Only files changed after TIME: 2026-03-01, or an age such as 12h or 7d", least_time,
               refused},
    option_row{"min-size", 0, "BYTES", text, trees, transfer,
               "Only files of at least BYTES; k, M, G and T are powers of 1024",
               byte_count<&mirror_options::min_size>, refused},
    option_row{"max-size", 0, "BYTES", text, trees, transfer, "Only files of at most BYTES",
               byte_count<&mirror_options::max_size>, refused},
    option_row{"only-newer", 0, "", none, commands({mirror}), transfer,
               "Never overwrite what is newer in DST", set<&mirror_options::only_newer>},
    option_row{"checksum", 0, "", none, commands({mirror}), transfer,
               "Compare files of the same size by their content, not by their time",
               set<&mirror_options::checksum>},
    option_row{"manifest", 0, "", none, commands({mirror}), transfer,
               "Compare with what was deployed last, as a manifest in DST has it (.ferry-manifest)",
               set<&mirror_options::manifest>},
    option_row{"links", 0, "skip|follow|copy", text, trees, transfer,
               "Symbolic links: leave them out, take the files they lead to, or make links (only "
               "here)",
               what_links_become, allowed, "skip"},
    option_row{"names", 0, "auto|unix|windows|macos", text, trees, transfer,
               "Which names are one at the destination, so that none overwrites another",
               rules_of_names, allowed, "auto"},
    option_row{"modes", 0, "", none, trees, transfer, "Copy the permissions of a tree too",
               set<&mirror_options::keep_modes>},
    option_row{"watch", 0, "", none, commands({mirror}), transfer,
               "Stay, and copy what changes in SRC until Ctrl-C", set<&arguments::watch>, refused},
    option_row{
        "watch-interval", 0, "SECONDS", text, commands({mirror}), transfer,
        "With --watch: how long a SRC here has to be quiet first (1), or when one on a server "
        "is looked at again (60)",
        seconds<&arguments::watch_interval>},
    option_row{"fxp", 0, "", none, commands({mirror}), transfer,
               "From server to server without passing here, where both let that be",
               set<&mirror_options::fxp>, refused},
    option_row{"reverse", 'R', "", none, commands({mirror}), transfer,
               "In the shell: from here to the server", set<&arguments::upload>, refused},
    option_row{"no-journal", 0, "", none, commands({mirror}), transfer,
               "Remember nothing for the next run", set<&arguments::keep_journal, false>},

    option_row{"long", 'l', "", none, commands({ls}), listing,
               "Type, permissions, owner, size, local time and name", set<&arguments::long_format>},
    option_row{"all", 'a', "", none, commands({ls}), listing,
               "Names that begin with a dot too (--json always has them)", set<&arguments::all>},
    option_row{"recursive", 'R', "", none, commands({ls}), listing, "The directories below too",
               set<&arguments::recursive>},
    option_row{"by-time", 't', "", none, commands({ls}), listing, "Newest first",
               set<&arguments::sort, sort_key::time>},
    option_row{"by-size", 'S', "", none, commands({ls}), listing, "Largest first",
               set<&arguments::sort, sort_key::size>},
    option_row{"reverse", 'r', "", none, commands({ls}), listing, "Turn the order round",
               set<&arguments::reverse>},
    option_row{"one-column", '1', "", none, commands({ls}), listing,
               "One name a line, as when the output is not a terminal",
               set<&arguments::one_column>},

    option_row{"name", 0, "PATTERN", text, commands({find}), listing,
               "Only names that fit PATTERN: * ? and [...] are wildcards",
               keep<&arguments::name_pattern>, refused},
    option_row{"type", 0, "f|d|l", text, commands({find}), listing,
               "Only files, directories or symbolic links", kind_of_entry, refused},
    option_row{"max-depth", 0, "N", text, walks, listing,
               "Show no more than N levels; 0 is the URL itself", depth, refused},
    option_row{"summary", 's', "", none, commands({du}), listing, "Only the total of each URL",
               set<&arguments::summary>, refused},

    option_row{"user", 0, "NAME", text, clients, login, "Log in as NAME where the URL names nobody",
               keep<&arguments::user>},
    option_row{"password-file", 0, "FILE", file, clients, login,
               "The password is the first line of FILE", keep<&arguments::password_file>},
    option_row{"password-command", 0, "COMMAND", text, clients, login,
               "The password is the first line that COMMAND prints",
               keep<&arguments::password_command>},
    option_row{"netrc-file", 0, "FILE", file, clients, login,
               "Look up users and passwords in FILE instead of ~/.netrc",
               keep<&arguments::netrc_file>},
    option_row{"account", 0, "TEXT", text, clients, login,
               "The account, for servers that ask for one", keep<&arguments::account>},

    option_row{"passive", 0, "", none, clients, connection,
               "Connect to the server for data: never fall back to active mode",
               set<&arguments::data, data_mode::passive>},
    option_row{"active", 0, "", none, clients, connection, "Let the server connect back for data",
               set<&arguments::data, data_mode::active>},
    option_row{"timeout", 0, "SECONDS", text, tls_clients, connection,
               "Give up any single wait after SECONDS (fractions are fine)",
               seconds<&arguments::timeout>},
    option_row{"retries", 0, "N", text, clients, connection,
               "Try again up to N times in a row what fails for a reason that passes", retry_count,
               allowed, "3"},
    option_row{"retry-max-time", 0, "SECONDS", text, clients, connection,
               "Begin no retry of a request that has lasted SECONDS",
               seconds<&arguments::retry_time>},
    option_row{"limit-rate", 0, "RATE", text, transfers | trees | commands({shell}), connection,
               "Move files no faster than RATE bytes a second in all: 500k, 2M; none lifts it",
               rate<&arguments::limit>},
    option_row{"trust-pasv-address", 0, "", none, clients, connection,
               "Connect to whatever address a PASV reply names",
               set<&arguments::trust_pasv_address>},

    option_row{"cd", 0, "DIR", text, clients, connection,
               "Enter DIR after the login: paths of URLs are relative to it",
               keep<&arguments::start_directory>},

    option_row{"tls", 0, "auto|require|off", text, tls_clients, tls,
               "Protect the connections if the server can (auto), always, or never", mode_of_tls,
               allowed, "auto"},
    option_row{"cacert", 0, "FILE", file, tls_clients, tls,
               "Trust the authorities in FILE (PEM) instead of the system's",
               keep<&tls_options::ca_file>},
    option_row{"pin", 0, "sha256:HEX", text, tls_clients, tls,
               "Trust only the certificate with this fingerprint, or of this key; may be repeated",
               pin},
    option_row{"insecure", 0, "", none, tls_clients, tls,
               "Take any certificate: whoever is between here and the server can read all",
               set<&arguments::insecure>, refused},
    option_row{"tls-cert", 0, "FILE", file, tls_clients, tls,
               "Show the certificate in FILE (PEM) to servers that ask who you are",
               keep<&tls_options::certificate_file>},
    option_row{"tls-key", 0, "FILE", file, tls_clients, tls,
               "Its key (PEM), where that is not in the same file", keep<&tls_options::key_file>},
    option_row{"tls-min", 0, "1.2|1.3", text, tls_clients, tls,
               "Speak no older version of TLS than this", least_tls<&tls_options::minimum>, allowed,
               "1.2"},
    option_row{"tls-ciphers", 0, "LIST", text, tls_clients, tls,
               "Ciphers of TLS 1.2, as openssl ciphers takes them", keep<&tls_options::ciphers>},
    option_row{"tls-ciphersuites", 0, "LIST", text, tls_clients, tls,
               "Cipher suites of TLS 1.3, with : between them", keep<&tls_options::cipher_suites>},
    option_row{"clear-data", 0, "", none, clients, tls,
               "Move files and listings unprotected (PROT C); the login stays protected",
               set<&tls_options::clear_data, true>},
    option_row{"ccc", 0, "", none, clients, tls,
               "End TLS on the control connection after the login (CCC), for old firewalls",
               set<&tls_options::clear_control, true>},
    option_row{"add", 0, "sha256:HEX", text, commands({trust}), output,
               "Trust the certificate with this fingerprint from now on", added_fingerprint,
               refused},
    option_row{"remove", 0, "", none, commands({trust}), output,
               "Forget what is known of the server", set<&arguments::forget>, refused},

    option_row{"command", 'c', "COMMANDS", text, commands({shell}), output,
               "Run COMMANDS, as typed in the shell, and end", keep<&arguments::shell_commands>,
               refused},
    option_row{"port", 0, "N", text, commands({serve}), server,
               "Listen on port N; 0 lets the system choose; 2121 if not given", port_number,
               allowed, "2121"},
    option_row{"listen", 0, "ADDRESS", text, commands({serve}), server,
               "Listen on ADDRESS; only 127.0.0.1 if not given; 0.0.0.0 or :: for all",
               keep<&arguments::listen>, allowed, "127.0.0.1"},
    option_row{"user", 0, "NAME", text, commands({serve}), server,
               "Let NAME log in, to read and write", keep<&arguments::user>, refused},
    option_row{"password-file", 0, "FILE", file, commands({serve}), server,
               "NAME's password is the first line of FILE (else FERRY_PASSWORD)",
               keep<&arguments::password_file>, refused},
    option_row{"anonymous", 0, "", none, commands({serve}), server,
               "Let anybody log in as anonymous, to read", set<&arguments::anonymous>, refused},
    option_row{"read-only", 0, "", none, commands({serve}), server, "Let nobody change anything",
               set<&arguments::read_only>},
    option_row{"max-sessions", 0, "N", text, commands({serve}), server,
               "At most N sessions at a time", session_count},
    option_row{"idle-timeout", 0, "SECONDS", text, commands({serve}), server,
               "Close a session that has been silent for SECONDS",
               seconds<&arguments::idle_timeout>},

    option_row{"tls", 0, "on|off", text, commands({serve}), server,
               "Offer TLS, to clients that ask for it; on if not given", tls_offer, refused},
    option_row{"tls-cert", 0, "FILE", file, commands({serve}), server,
               "The certificate and its chain (PEM); if not given, one that signs itself is made "
               "once and kept",
               keep<&server_tls_options::certificate_file>, refused},
    option_row{"tls-key", 0, "FILE", file, commands({serve}), server,
               "Its key (PEM); in the certificate's file if not given",
               keep<&server_tls_options::key_file>, refused},
    option_row{"tls-required", 0, "", none, commands({serve}), server,
               "Take logins, files and listings over TLS only", tls_everywhere},
    option_row{"tls-required-login", 0, "", none, commands({serve}), server,
               "Take logins over TLS only", set<&server_tls_options::required_login>},
    option_row{"tls-min", 0, "1.2|1.3", text, commands({serve}), server,
               "Take no TLS below this version; 1.2 if not given",
               least_tls<&server_tls_options::minimum>, allowed, "1.2"},
    option_row{"no-tls-reuse", 0, "", none, commands({serve}), server,
               "Take data connections too that do not resume the TLS session of their control "
               "connection: some clients cannot",
               set<&server_tls_options::require_reuse, false>},
    option_row{"ftps-port", 0, "N", text, commands({serve}), server,
               "Listen on port N too, where TLS comes before all else; 990 is usual",
               tls_port_number},

    option_row{"small", 0, "", none, commands({demo}), output,
               "A large file of 32 MiB instead of 256 MiB", set<&arguments::small>, refused},
    option_row{"keep", 0, "", none, commands({demo}), output, "Leave the files there to look at",
               set<&arguments::keep>, refused},
    option_row{"json", 0, "", none, json_events | commands({ls, stat, find, du, trust, config}),
               output, "Print JSON on standard output, for programs", set<&arguments::json>,
               refused},
    option_row{"quiet", 'q', "", none, tls_clients | commands({serve}), output,
               "Print nothing but errors", set<&arguments::quiet>},
    option_row{"verbose", 'v', "", none, tls_clients, output,
               "Show the conversation with the server, passwords hidden", set<&arguments::verbose>},
    option_row{"status-fd", 0, "N", text, trees, output,
               "Keep a line of progress up to date in the file open as descriptor N",
               descriptor_number<&arguments::status_descriptor>, refused},
    option_row{"limit-fd", 0, "N", text, trees, output,
               "Keep to the limit in the file open as descriptor N, which others may change",
               descriptor_number<&arguments::limit_descriptor>, refused},
    option_row{"help", 'h', "", none, everywhere, output, "Explain the command and its options",
               set<&arguments::show_help>, refused},
    option_row{"version", 'V', "", none, everywhere, output, "Print the version",
               set<&arguments::show_version>, refused},
};

/// Two options of which one counts. `value` is that of the second, if it matters.
struct alternatives {
    std::string_view one;
    std::string_view other;
    std::string_view value = {}; // NOLINT(readability-redundant-member-init): may be left out
};

constexpr alternatives exclusive[]{
    {"passive", "active"}, {"by-time", "by-size"},    {"password-file", "password-command"},
    {"quiet", "verbose"},  {"long", "one-column"},    {"directory", "output"},
    {"resume", "append"},  {"resume", "output", "-"}, {"add", "remove"},
    {"pin", "insecure"},
};

constexpr std::array<std::string_view, option_group_count> titles{
    "Files", "Listing", "Login", "Connection", "TLS", "Serving", "Output and help"};

} // namespace

std::span<const option_row> option_table() noexcept {
    return table;
}

bool replaces(std::string_view later, std::string_view value, std::string_view earlier) noexcept {
    if (later == earlier) return true;
    return std::ranges::any_of(exclusive, [&](const alternatives& pair) {
        if (later == pair.one) return earlier == pair.other && pair.value.empty();
        return later == pair.other && earlier == pair.one &&
               (pair.value.empty() || value == pair.value);
    });
}

std::string_view title(option_group group) noexcept {
    return titles[static_cast<std::size_t>(group)];
}

std::string spelling(const option_row& row, bool aligned) {
    std::string out;
    if (row.letter != 0)
        out = {'-', row.letter, ',', ' '};
    else if (aligned)
        out = "    ";
    out += "--";
    out += row.name;
    if (!row.value.empty()) {
        out += ' ';
        out += row.value;
    }
    return out;
}

} // namespace ferry::cli
