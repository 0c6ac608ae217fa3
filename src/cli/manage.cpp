// stat, mkdir, rmdir, mv, chmod: one request a URL.
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/each_url.hpp"
#include "cli/file_mode.hpp"
#include "cli/json.hpp"
#include "cli/listing.hpp"
#include "cli/terminal.hpp"
#include "cli/walk.hpp"

#include <fmt/core.h>

namespace ferry::cli {

namespace {

/// What ferry stat prints for people.
std::string described(const entry& what) {
    std::string out;
    const auto fact = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) out += fmt::format("{:<12} {}\n", name, value);
    };
    fact("name", printable(what.name));
    fact("type", to_string(what.type));
    if (what.size) fact("size", fmt::format("{} ({} bytes)", format_size(*what.size), *what.size));
    if (what.mtime) {
        fact("modified", local_time_text(what));
        if (what.precision == time_precision::utc_second) fact("", format_iso8601(*what.mtime));
    }
    fact("permissions", printable(what.permissions));
    fact("owner", printable(what.owner));
    fact("group", printable(what.group));
    fact("target", printable(what.target));
    return out;
}

/// "a", "a/b", "a/b/c": each directory on the way to `path`, without the root.
std::vector<std::string> ways_to(const std::string& path) {
    std::vector<std::string> ways;
    for (std::size_t at = path.find_first_not_of('/'); at < path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        ways.push_back(path.substr(0, end));
        at = path.find_first_not_of('/', end);
    }
    return ways;
}

result<> make_with_parents(client& session, const std::string& path) {
    result<> made = session.make_directory(path);
    if (made || !session.connected() || made.error().code() == errc::interrupted) return made;
    // Which replies mean "exists already" no two servers agree on, so what counts is the end.
    for (const auto& way : ways_to(path)) {
        made = session.make_directory(way);
        if (!made && (!session.connected() || made.error().code() == errc::interrupted))
            return made;
    }
    if (made) return made;
    const auto there = session.stat(path);
    if (there && there->type == entry_type::directory) return {};
    return made;
}

/// The second URL of a renaming may leave out what the first has said.
bool may_rename(const url& from, const url& to) {
    return same_session(from, to) || (!to.user && equal_ignoring_case(from.host, to.host) &&
                                      from.effective_port() == to.effective_port());
}

/// The name a path has in its directory, also of a directory with a slash behind it.
std::string_view last_part_of(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/'))
        path.remove_suffix(1);
    return path.substr(path.rfind('/') + 1);
}

} // namespace

result<int> run_stat(const arguments& asked, connections& open) {
    bool first = true;
    return for_each_url(asked, open, asked.operands,
                        [&](client& session, const url& where, reporter&) -> result<> {
                            auto found = session.stat(where.path);
                            if (!found) return fail(std::move(found.error()));
                            std::string out;
                            if (asked.json) {
                                append_json(out, *found, std::nullopt);
                                out += '\n';
                            } else {
                                out = (first ? "" : "\n") + described(*found);
                            }
                            first = false;
                            write_out(out);
                            return {};
                        });
}

result<int> run_mkdir(const arguments& asked, connections& open) {
    return for_each_url(asked, open, asked.operands,
                        [&](client& session, const url& where, reporter&) {
                            return asked.parents ? make_with_parents(session, where.path)
                                                 : session.make_directory(where.path);
                        });
}

result<int> run_rmdir(const arguments& asked, connections& open) {
    return for_each_url(asked, open, asked.operands,
                        [](client& session, const url& where, reporter&) {
                            return session.remove_directory(where.path);
                        });
}

result<int> run_mv(const arguments& asked, connections& open) {
    const auto to = open.locate(asked.operands.back());
    if (!to) return fail(to.error());
    const auto sources = std::span(asked.operands).first(asked.operands.size() - 1);
    for (const auto& word : sources) {
        const auto from = open.locate(word);
        if (!from) return fail(from.error());
        if (!may_rename(*from, *to))
            return fail(errc::usage, "all URLs must name the same server and user");
    }
    std::optional<bool> into_directory;
    if (sources.size() > 1 || to->path.empty() || to->path.ends_with('/')) into_directory = true;
    return for_each_url(
        asked, open, sources, [&](client& session, const url& where, reporter&) -> result<> {
            if (!into_directory) {
                const auto there = session.stat(to->path);
                if (!there && !session.connected()) return fail(there.error());
                into_directory = there && there->type == entry_type::directory;
            }
            if (!*into_directory) return session.rename(where.path, to->path);
            return session.rename(where.path, path_below(to->path, last_part_of(where.path)));
        });
}

result<int> run_chmod(const arguments& asked, connections& open) {
    const auto& mode = asked.operands.front();
    // A wrong mode is told before anything is asked of a server.
    if (const auto valid = changed_mode(mode, 0, false); !valid) return fail(valid.error());
    return for_each_url(asked, open, std::span(asked.operands).subspan(1),
                        [&](client& session, const url& where, reporter&) -> result<> {
                            std::optional<unsigned> now;
                            bool is_directory = false;
                            if (is_symbolic(mode)) {
                                auto found = session.stat(where.path);
                                if (!found) return fail(std::move(found.error()));
                                now = parse_permissions(found->permissions);
                                is_directory = found->type == entry_type::directory;
                            }
                            auto changed = changed_mode(mode, now, is_directory);
                            if (!changed) return fail(std::move(changed.error()));
                            return session.change_mode(where.path, *changed);
                        });
}

} // namespace ferry::cli
