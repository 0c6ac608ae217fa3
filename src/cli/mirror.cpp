#include "cli/mirror.hpp"

#include "base/keyed_hash.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/known_servers.hpp"
#include "cli/local.hpp"
#include "cli/mirror_reporter.hpp"
#include "cli/reporter.hpp"
#include "cli/terminal.hpp"

#include <fmt/core.h>

#include <filesystem>

namespace ferry::cli {

namespace {

/// One name for one place, also of a directory that is not there yet.
std::string called(const mirror_place& place) {
    if (place.where()) return format_url(*place.where());
    std::error_code problem;
    auto whole = std::filesystem::absolute(place.directory(), problem);
    if (!problem) whole = std::filesystem::weakly_canonical(whole, problem);
    auto name = problem ? place.directory() : whole.string();
    while (name.size() > 1 && name.ends_with('/'))
        name.pop_back();
    return name;
}

/// A file of the two ends' own. Empty where ferry keeps nothing, or may not write.
std::string journal_of(const mirror_place& from, const mirror_place& to) {
    const auto data = data_directory();
    if (data.empty()) return {};
    const auto directory = data + "/mirrors";
    std::error_code problem;
    std::filesystem::create_directories(directory, problem);
    if (problem) return {};
    const hash_key plain{};
    return fmt::format("{}/{:016x}.journal", directory,
                       keyed_hash(called(from) + '\n' + called(to), plain));
}

std::string run_name() {
    return format_time_val(
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

/// The rules, with the text of their files.
result<std::vector<mirror_rule>> rules_of(const arguments& asked) {
    std::vector<mirror_rule> rules;
    for (const auto& rule : asked.tree.rules) {
        if (rule.is != mirror_rule::kind::lines) {
            rules.push_back(rule);
            continue;
        }
        auto text = read_small_file(rule.text);
        if (!text) return fail(std::move(text.error()));
        rules.emplace_back(rule.is, std::move(text->text));
    }
    return rules;
}

result<mirror_options> options_of(const arguments& asked, const mirror_place& from,
                                  const mirror_place& to) {
    auto options = asked.tree;
    auto rules = rules_of(asked);
    if (!rules) return fail(std::move(rules.error()));
    options.rules = *std::move(rules);
    options.keep_times = asked.keep_time;
    options.verify = asked.verify;
    options.limit = asked.limit_each;
    options.cancel_on_signals = !asked.in_shell;
    options.run_name = run_name();
    if (asked.keep_journal) options.journal = journal_of(from, to);
    return options;
}

/// Whether what is called so lies in the other, as far as the names tell: the path behind "/%2F"
/// begins at the server's root, not at the login directory.
bool lies_in(std::string_view inner, std::string_view outer) {
    if (outer.ends_with('/')) outer.remove_suffix(1);
    if (!inner.starts_with(outer)) return false;
    inner.remove_prefix(outer.size());
    return inner.starts_with('/') && !inner.starts_with("/%2F");
}

/// A copy into its own source would be copied too, and so on; and of a source in the destination
/// --delete would remove what is not in itself.
result<> check_apart(const mirror_place& from, const mirror_place& to) {
    if (from.is_local() != to.is_local()) return {};
    const auto one = called(from);
    const auto other = called(to);
    if (one == other) return fail(errc::usage, "SRC and DST are the same directory");
    if (lies_in(other, one)) return fail(errc::usage, "DST lies in SRC, and would hold itself");
    if (lies_in(one, other)) return fail(errc::usage, "SRC lies in DST, and would be changed");
    return {};
}

result<> check(const arguments& asked, const mirror_place& from, const mirror_place& to) {
    const auto& options = asked.tree;
    if (asked.upload && !asked.in_shell)
        return fail(errc::usage, "-R is for the shell: here SRC and DST say the direction");
    if (options.links == mirror_links::copy && !to.is_local())
        return fail(errc::usage, "--links copy needs a DST here: FTP makes no links");
    if (!options.remove && (options.most_removals || !options.trash.empty()))
        return fail(errc::usage, "--max-delete and --trash say how --delete works: it is missing");
    if (options.manifest && !from.is_local())
        return fail(errc::usage, "--manifest needs a SRC here: it is about what is deployed");
    if (options.manifest && (options.checksum || options.only_newer || !options.trash.empty()))
        return fail(errc::usage, "--manifest goes without --checksum, --only-newer and --trash");
    if (options.checksum && options.only_newer)
        return fail(errc::usage, "--checksum goes by content and --only-newer by time: give one");
    if (options.fxp && (from.is_local() || to.is_local()))
        return fail(errc::usage, "--fxp goes from server to server: SRC and DST have to be URLs");
    if (options.fxp && asked.verify == verify_mode::hash)
        return fail(errc::usage, "--fxp moves files past here, where no hash can be taken of them: "
                                 "no --verify=hash");
    if (asked.watch && options.dry_run)
        return fail(errc::usage, "--dry-run does nothing, so there is nothing to --watch for");
    return check_apart(from, to);
}

/// A word is a URL, or a directory: here, or in the shell on its server.
result<mirror_place> place_of(connections& open, const std::string& word, bool is_remote) {
    if (!is_remote && !looks_like_url(word)) return mirror_place::local(word);
    auto where = open.locate(word);
    if (!where) return fail(std::move(where.error()));
    return open.place(*where);
}

} // namespace

namespace {

/// One run, told of.
result<int> run_once(const arguments& asked, connections& open, mirror& work,
                     const mirror_place& from, const mirror_place& to, mirror_options options) {
    mirror_reporter report(asked, open);
    options.on_event = [&](const mirror_event& what) {
        report.take(what);
        if (output_is_unread()) work.cancel();
    };
    options.on_notice = [&](const std::string& path, const std::string& text) {
        report.notice(path, text);
    };
    report.begin(from, to);
    auto done = work.run(from, to, options);
    if (done) return report.finish(*done);
    report.ended(done.error());
    if (done.error().code() == errc::interrupted)
        done.error().advise("what has come is kept: run the same again to go on");
    return fail(std::move(done.error()));
}

/// Does again what changes, until that is interrupted or makes no sense any more.
result<int> run_on(const arguments& asked, connections& open, mirror& work,
                   const mirror_place& from, const mirror_place& to, mirror_options options) {
    const auto pause =
        asked.watch_interval.value_or(std::chrono::seconds(from.is_local() ? 1 : 60));
    bool is_complete = true; // nothing is left of the last run
    while (true) {
        auto changed = work.wait_for_changes(pause, options.cancel_on_signals);
        if (!changed) return fail(std::move(changed.error()));
        options.only_in = is_complete ? *std::move(changed) : std::vector<std::string>();
        options.run_name = run_name();
        const auto done = run_once(asked, open, work, from, to, options);
        is_complete = done && *done == 0;
        if (done) continue;
        if (!done.error().retryable()) return fail(error(done.error()));
        print_problem("mirror", done.error());
    }
}

} // namespace

result<int> mirror_trees(const arguments& asked, connections& open, const mirror_place& from,
                         const mirror_place& to) {
    if (auto fits = check(asked, from, to); !fits) return fail(std::move(fits.error()));
    auto options = options_of(asked, from, to);
    if (!options) return fail(std::move(options.error()));
    mirror work;
    if (asked.watch)
        if (auto watched = work.watch(from); !watched) return fail(std::move(watched.error()));
    open.cancels([&work] { work.cancel(); });
    auto done = run_once(asked, open, work, from, to, *options);
    if (done && asked.watch) done = run_on(asked, open, work, from, to, *options);
    open.cancels({});
    return done;
}

result<int> run_mirror(const arguments& asked, connections& open) {
    const bool in_shell = asked.in_shell;
    auto from = place_of(open, asked.operands[0], in_shell && !asked.upload);
    if (!from) return fail(std::move(from.error()));
    auto to = place_of(open, asked.operands[1], in_shell && asked.upload);
    if (!to) return fail(std::move(to.error()));
    return mirror_trees(asked, open, *from, *to);
}

} // namespace ferry::cli
