#include "server/verbs.hpp"

#include "server/handlers.hpp"

#include <algorithm>
#include <array>

namespace ferry::server_side {

namespace {

using enum plan::verb_stage;
using plan::verb_rule;

constexpr auto no_argument = plan::verb_argument::none;
constexpr auto may_have = plan::verb_argument::optional;
constexpr auto must_have = plan::verb_argument::required;
constexpr auto nothing = plan::verb_access::none;
constexpr auto reads = plan::verb_access::read;
constexpr auto writes = plan::verb_access::write;
constexpr auto retrieves = plan::verb_access::retrieve;
constexpr auto stores = plan::verb_access::store;

// RFC 959; RFC 2228 and 4217 (AUTH, PBSZ, PROT, CCC); RFC 2389 (FEAT, OPTS), 2428 (EPRT, EPSV),
// 2640 (LANG), 3659 (MDTM, SIZE, MLST, MLSD), 7151 (HOST); MFMT of draft-somers-ftp-mfxx; HASH of
// draft-bryan-ftpext-hash, and the verbs that others had before it; the X verbs of RFC 775 and
// 1123, 4.1.3.1. The features of MLST and HASH are made of what a session has chosen.
constexpr std::array table{
    verb{"USER", {must_have, naming, nothing}, user, "", "<name>", "names the user who logs in"},
    verb{"PASS", {may_have, user_given, nothing}, pass, "", "<password>", "logs in"},
    verb{"ACCT", {must_have, any, nothing}, acct, "", "<account>", "is not needed here"},
    verb{"REIN", {no_argument, any, nothing}, rein, "", "", "logs out"},
    verb{"QUIT", {no_argument, any, nothing}, quit, "", "", "ends the session"},
    verb{"HOST", {must_have, before_login, nothing}, host, "HOST", "<name>", "names the server"},

    verb{"AUTH", {must_have, before_tls, nothing}, auth, "AUTH TLS", "TLS", "begins TLS"},
    verb{"PBSZ", {must_have, in_tls, nothing}, pbsz, "PBSZ", "0", "must come before PROT"},
    verb{"PROT",
         {must_have, plan::verb_stage::buffer_given, nothing},
         prot,
         "PROT",
         "P | C",
         "protects data connections, or does not"},
    verb{"CCC",
         {no_argument, leaving_tls, nothing},
         ccc,
         "CCC",
         "",
         "ends TLS on the control connection"},

    verb{"CWD", {must_have, logged_in, reads}, cwd, "", "<path>", "changes the directory"},
    verb{"XCWD", {must_have, logged_in, reads}, cwd, "", "<path>", "as CWD"},
    verb{"CDUP", {no_argument, logged_in, reads}, cdup, "", "", "changes to the parent directory"},
    verb{"XCUP", {no_argument, logged_in, reads}, cdup, "", "", "as CDUP"},
    verb{"PWD", {no_argument, logged_in, reads}, pwd, "", "", "names the directory"},
    verb{"XPWD", {no_argument, logged_in, reads}, pwd, "", "", "as PWD"},
    verb{"MKD", {must_have, logged_in, writes}, mkd, "", "<path>", "makes a directory"},
    verb{"XMKD", {must_have, logged_in, writes}, mkd, "", "<path>", "as MKD"},
    verb{"RMD", {must_have, logged_in, writes}, rmd, "", "<path>", "removes an empty directory"},
    verb{"XRMD", {must_have, logged_in, writes}, rmd, "", "<path>", "as RMD"},
    verb{"DELE", {must_have, logged_in, writes}, dele, "", "<path>", "removes a file"},
    verb{"RNFR", {must_have, logged_in, writes}, rnfr, "", "<path>", "names what to rename"},
    verb{"RNTO", {must_have, rename_begun, writes}, rnto, "", "<path>", "renames it"},

    verb{"SIZE", {must_have, logged_in, reads}, size, "SIZE", "<path>", "gives a file's size"},
    verb{"MDTM",
         {must_have, logged_in, reads},
         mdtm,
         "MDTM",
         "[YYYYMMDDhhmmss] <path>",
         "gives or sets the modification time"},
    verb{"MFMT",
         {must_have, logged_in, writes},
         mfmt,
         "MFMT",
         "YYYYMMDDhhmmss <path>",
         "sets the modification time"},
    verb{"HASH", {must_have, logged_in, reads}, hash, "", "<path>", "gives a hash of a file"},
    verb{"XSHA256", {must_have, logged_in, reads}, xsha256, "XSHA256", "<path>", "gives SHA-256"},
    verb{"XSHA512", {must_have, logged_in, reads}, xsha512, "XSHA512", "<path>", "gives SHA-512"},
    verb{"XSHA1", {must_have, logged_in, reads}, xsha1, "XSHA1", "<path>", "gives SHA-1"},
    verb{"XMD5", {must_have, logged_in, reads}, xmd5, "XMD5", "<path>", "gives MD5"},
    verb{"XCRC", {must_have, logged_in, reads}, xcrc, "XCRC", "<path>", "gives CRC32"},
    verb{"MLST", {may_have, logged_in, reads}, mlst, "", "[<path>]", "gives the facts of one path"},
    verb{"MLSD", {may_have, logged_in, retrieves}, mlsd, "", "[<path>]", "lists facts"},
    verb{"LIST", {may_have, logged_in, retrieves}, list, "", "[<path>]", "lists as ls -l does"},
    verb{"NLST", {may_have, logged_in, retrieves}, nlst, "", "[<path>]", "lists names"},
    verb{"STAT",
         {may_have, any, reads},
         stat,
         "",
         "[<path>]",
         "tells the status, or lists over the control connection"},

    verb{"TYPE", {must_have, logged_in, nothing}, type, "", "A | I | L 8", "sets the data type"},
    verb{"MODE", {must_have, logged_in, nothing}, mode, "", "S", "sets the transfer mode"},
    verb{"STRU", {must_have, logged_in, nothing}, stru, "", "F", "sets the file structure"},
    verb{"PORT",
         {must_have, logged_in, nothing},
         port,
         "",
         "h1,h2,h3,h4,p1,p2",
         "names the port to connect to"},
    verb{"EPRT",
         {must_have, logged_in, nothing},
         eprt,
         "EPRT",
         "|1|address|port|",
         "names the port to connect to"},
    verb{"PASV", {no_argument, logged_in, nothing}, pasv, "", "", "opens a port to connect to"},
    verb{"EPSV",
         {may_have, logged_in, nothing},
         epsv,
         "EPSV",
         "[1 | 2 | ALL]",
         "opens a port to connect to"},
    verb{"RETR", {must_have, logged_in, retrieves}, retr, "", "<path>", "sends a file"},
    verb{"STOR", {must_have, logged_in, stores}, stor, "", "<path>", "stores a file"},
    verb{"APPE", {must_have, logged_in, stores}, appe, "", "<path>", "appends to a file"},
    verb{"STOU",
         {may_have, logged_in, stores},
         stou,
         "",
         "[<path>]",
         "stores a file under a name of its own"},
    verb{"REST",
         {must_have, logged_in, nothing},
         rest,
         "REST STREAM",
         "<offset>",
         "says where the next transfer begins"},
    verb{"ABOR", {no_argument, any, nothing}, abor, "", "", "ends the running transfer"},
    verb{"ALLO",
         {must_have, logged_in, nothing},
         allo,
         "",
         "<bytes> [R <bytes>]",
         "asks whether there is room"},

    verb{"SITE", {must_have, logged_in, nothing}, site, "", "<command>", "see SITE HELP"},
    verb{"SYST", {no_argument, any, nothing}, syst, "", "", "names the system"},
    verb{"FEAT", {no_argument, any, nothing}, feat, "", "", "lists the extensions"},
    verb{"OPTS",
         {must_have, any, nothing},
         opts,
         "",
         "UTF8 ON | MLST <facts> | HASH <name>",
         "sets an option"},
    verb{"LANG", {may_have, any, nothing}, lang, "LANG EN*", "[EN]", "sets the language"},
    verb{"CLNT", {may_have, any, nothing}, clnt, "CLNT", "<name>", "names the client"},
    verb{"HELP", {may_have, any, nothing}, help, "", "[<verb>]", "shows this"},
    verb{"NOOP", {may_have, any, nothing}, noop, "", "", "does nothing"},
};

} // namespace

std::span<const verb> verbs() noexcept {
    return table;
}

const verb* find_verb(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(table, name, &verb::name);
    return found != table.end() ? found : nullptr;
}

std::vector<std::string> name_lines(const std::vector<std::string_view>& names) {
    constexpr std::size_t in_a_line = 8;
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i % in_a_line == 0) lines.emplace_back();
        (lines.back() += ' ') += names[i];
    }
    return lines;
}

} // namespace ferry::server_side
