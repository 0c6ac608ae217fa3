// Directories and names (RFC 959, 4.1.3 and appendix II).
#include "server/handlers.hpp"
#include "wire/quoting.hpp"

namespace ferry::server_side {

namespace {

reply changed_directory(session& s, std::string path) {
    const auto found = s.host.files().stat(path);
    if (!found) return refusal(found.error(), path);
    if (found->type != entry_type::directory)
        return refusal(error(errc::refused, "Not a directory"), path);
    if (found->perm_fact.find('e') == std::string::npos)
        return refusal(error(errc::permission_denied), path);
    s.directory = std::move(path);
    return reply(250, wire::format_quoted_path(s.directory, "is the directory now"));
}

/// The reply to a change of the files, and a line for the log.
reply changed(session& s, const result<>& how, std::string_view what, const std::string& path,
              reply good) {
    if (!how) return refusal(how.error(), path);
    s.tell(std::string(what) + ' ' + path);
    return good;
}

} // namespace

reply cwd(session& s, const std::string& path) {
    return changed_directory(s, s.resolve(path));
}

reply cdup(session& s, const std::string&) {
    return changed_directory(s, s.resolve(".."));
}

reply pwd(session& s, const std::string&) {
    return reply(257, wire::format_quoted_path(s.directory, "is the directory"));
}

reply mkd(session& s, const std::string& path) {
    const auto full = s.resolve(path);
    return changed(s, s.host.files().make_directory(full), "MKD", full,
                   reply(257, wire::format_quoted_path(full, "made")));
}

reply rmd(session& s, const std::string& path) {
    const auto full = s.resolve(path);
    return changed(s, s.host.files().remove_directory(full), "RMD", full, reply(250, "Removed"));
}

reply dele(session& s, const std::string& path) {
    const auto full = s.resolve(path);
    return changed(s, s.host.files().remove_file(full), "DELE", full, reply(250, "Removed"));
}

reply rnfr(session& s, const std::string& path) {
    auto full = s.resolve(path);
    const auto found = s.host.files().exists(full);
    if (!found) return refusal(found.error(), full);
    s.rename_from = std::move(full);
    return reply(350, "RNTO must follow");
}

reply rnto(session& s, const std::string& path) {
    const auto from = std::exchange(s.rename_from, {});
    const auto to = s.resolve(path);
    return changed(s, s.host.files().rename(from, to), "RNFR " + from + " RNTO", to,
                   reply(250, "Renamed"));
}

} // namespace ferry::server_side
