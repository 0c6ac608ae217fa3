// ferry(1), from the tables. The markup is that of man(7).
#include "cli/help.hpp"
#include "cli/option_table.hpp"

#include <ferry/version.hpp>

#include <fmt/core.h>

namespace ferry::cli {

namespace {

/// Text that roff prints as it stands: - as a hyphen that can be copied, \ itself, and no line that
/// begins with a control character.
std::string roff(std::string_view text) {
    std::string out;
    bool line_begins = true;
    for (const char c : text) {
        if (line_begins && (c == '.' || c == '\'')) out += "\\&";
        if (c == '-')
            out += "\\-";
        else if (c == '\\')
            out += "\\e";
        else
            out += c;
        line_begins = c == '\n';
    }
    return out;
}

std::string paragraphs(std::string_view text) {
    std::string out = roff(text);
    for (auto at = out.find("\n\n"); at != std::string::npos; at = out.find("\n\n", at + 4))
        out.replace(at, 2, "\n.PP\n");
    return out + '\n';
}

std::string option_term(const option_row& row) {
    std::string out = ".TP\n";
    if (row.letter != 0) out += fmt::format("\\fB\\-{}\\fR, ", row.letter);
    out += fmt::format("\\fB\\-\\-{}\\fR", roff(row.name));
    if (!row.value.empty()) out += fmt::format(" \\fI{}\\fR", roff(row.value));
    return out + '\n' + roff(row.help) + ".\n";
}

std::string users_of(const option_row& row) {
    std::string names;
    std::size_t count = 0;
    for (const auto& command : command_table()) {
        if (!contains(row.used_by, command.id)) continue;
        if (!names.empty()) names += ", ";
        names += command.name;
        ++count;
    }
    return count == command_table().size() ? "all commands" : names;
}

void append_commands(std::string& out) {
    out += ".SH COMMANDS\n";
    for (const auto& row : command_table()) {
        out += fmt::format(".SS ferry {} {}\n{}.\n.PP\n{}", row.name, roff(row.operands),
                           roff(row.summary), paragraphs(row.description));
        for (const auto& shown : row.examples)
            out += fmt::format(".PP\n.nf\n    {}\n.fi\n.RS\n{}\n.RE\n", roff(shown.line),
                               roff(shown.does));
    }
}

void append_options(std::string& out) {
    out += ".SH OPTIONS\n";
    for (std::size_t i = 0; i < option_group_count; ++i) {
        const auto group = static_cast<option_group>(i);
        out += fmt::format(".SS {}\n", title(group));
        for (const auto& row : option_table())
            if (row.group == group)
                out += option_term(row) + fmt::format("(For: {}.)\n", users_of(row));
    }
}

constexpr std::string_view secrets = R"(.SH PASSWORDS
Looked for in this order: the URL, the variable \fBFERRY_PASSWORD\fR,
\fB\-\-password\-file\fR, \fB\-\-password\-command\fR, \fI~/.netrc\fR, and a question on the
terminal. Without a user ferry logs in as anonymous. There is no option that takes a password,
because other users of the machine can see the command lines of programs; the password of a URL is
overwritten there at once. A \fI.netrc\fR with a password that others may read is refused.
.SH URLS
\fBftp://user:password@host:port/path;type=i\fR, as RFC 1738 has it. The path is relative to the
login directory; \fBftp://host/%2Fetc/motd\fR is absolute.
.SH ENVIRONMENT
\fBFERRY_PASSWORD\fR holds the password. \fBFERRY_CONFIG\fR names the configuration file; empty means
none. \fBXDG_CONFIG_HOME\fR is where it lies otherwise. \fBNO_COLOR\fR forbids colours.
.SH FILES
\fI~/.config/ferry/config.toml\fR holds defaults of options; see \fBferry config\fR above.
\fI~/.netrc\fR holds users and passwords.
)";

} // namespace

std::string man_page() {
    std::string out = fmt::format(".TH FERRY 1 \"\" \"ferry {}\" \"User Commands\"\n"
                                  ".SH NAME\nferry \\- files over FTP: client and server\n"
                                  ".SH SYNOPSIS\n",
                                  version);
    for (const auto& row : command_table())
        if (!row.hidden)
            out += fmt::format("\\fBferry {}\\fR [\\fIOPTION\\fR...] {}\n.br\n", row.name,
                               roff(row.operands));
    append_commands(out);
    append_options(out);
    out += secrets;
    out += ".SH EXIT STATUS\n";
    for (const auto& row : exit_statuses())
        out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", row.status, roff(row.meaning));
    return out;
}

} // namespace ferry::cli
