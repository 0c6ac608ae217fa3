// ferry get and ferry cat.
#include "cli/commands.hpp"
#include "cli/each_url.hpp"
#include "cli/mirror.hpp"
#include "cli/terminal.hpp"
#include "cli/tree_options.hpp"

#include <filesystem>

#include <unistd.h>

namespace ferry::cli {

namespace {

transfer_options options_of(const arguments& asked, const url& where) {
    transfer_options options;
    options.resume = asked.resume;
    options.ascii = asked.ascii || where.type == 'a';
    options.keep_time = asked.keep_time;
    options.verify = asked.verify;
    options.limit = asked.limit_each;
    return options;
}

result<> check(const arguments& asked) {
    const bool to_stdout = asked.output == "-";
    if (asked.output && asked.directory)
        return fail(errc::usage, "-o names a file, -d a directory: give one of them");
    if (asked.output && !to_stdout && asked.operands.size() > 1)
        return fail(errc::usage, "-o takes one URL; for several give a directory with -d");
    if (to_stdout && asked.resume)
        return fail(errc::usage, "-c cannot continue what went to standard output");
    if (to_stdout && asked.json)
        return fail(errc::usage, "--json and -o - both write to standard output");
    return {};
}

/// Where the file of a URL goes. The name comes from the URL, which may have come from anywhere.
result<std::string> local_name(const arguments& asked, const url& where) {
    const auto name = where.file_name();
    if (where.type == 'd' || name.empty()) {
        error problem(errc::usage, "this is a directory");
        problem.advise("list it with ferry ls, or get all of it with -r");
        return fail(std::move(problem));
    }
    if (asked.output) return *asked.output;
    if (!is_safe_name(name)) return fail(errc::unsafe_name, name);
    return asked.directory ? (std::filesystem::path(*asked.directory) / name).string() : name;
}

result<> make_local_directory(const std::string& path) {
    std::error_code problem;
    std::filesystem::create_directories(path, problem);
    if (problem) return fail(error::from_system(problem, errc::local_file, path));
    return {};
}

result<transfer_report> download(const arguments& asked, const url& where, const std::string& name,
                                 connections& open, reporter& report) {
    auto session = open.open(where);
    if (!session) return fail(std::move(session.error()));
    auto options = options_of(asked, where);
    const bool to_stdout = name == "-";
    report.follow(options, to_stdout ? where.file_name() : name);
    auto done = (*session)->download(
        where.path, to_stdout ? local_end::descriptor(STDOUT_FILENO) : local_end::path(name),
        options);
    if (!done && done.error().code() == errc::interrupted && !to_stdout)
        done.error().advise("what has come is kept: continue with -c");
    return done;
}

/// Whether a URL leads to a directory. What cannot be told shows with the download.
result<bool> leads_to_directory(connections& open, const url& where) {
    if (where.path.empty() || where.path.ends_with('/')) return true;
    auto session = open.open(where);
    if (!session) return fail(std::move(session.error()));
    const auto what = (*session)->stat(where.path);
    return what && what->type == entry_type::directory;
}

/// The last name of a path, which may end with slashes; empty for a root.
std::string last_name(std::string path) {
    while (path.ends_with('/'))
        path.pop_back();
    return path.substr(path.rfind('/') + 1);
}

/// A directory with all that is in it, under its name; what a root holds goes in as it is.
result<int> get_tree(const arguments& asked, const url& where, connections& open) {
    const auto name = last_name(where.path);
    if (asked.output) return fail(errc::usage, "-o names a file, and this is a directory: use -d");
    if (!name.empty() && !is_safe_name(name)) return fail(errc::unsafe_name, name);
    const std::filesystem::path into = asked.directory.value_or(".");
    auto from = open.place(where);
    if (!from) return fail(std::move(from.error()));
    const auto to = mirror_place::local(name.empty() ? into.string() : (into / name).string());
    return mirror_trees(asked, open, *from, to);
}

void get_one(const arguments& asked, const std::string& word, connections& open, reporter& report) {
    const auto where = open.locate(word);
    if (where && asked.recursive) {
        const auto is_tree = leads_to_directory(open, *where);
        if (!is_tree || *is_tree) {
            report.start(open.name_of(*where), where->path);
            const auto done = is_tree ? get_tree(asked, *where, open) : fail(is_tree.error());
            if (!done) return report.failed(done.error());
            return report.ended_with(*done);
        }
    }
    const auto name = where ? local_name(asked, *where) : fail(where.error());
    report.start(where ? open.name_of(*where) : without_password(word), name.value_or(""));
    if (!name) return report.failed(name.error());
    const auto done = download(asked, *where, *name, open, report);
    if (done)
        report.done(*name == "-" ? where->file_name() : *name, *done);
    else if (*name != "-" || !reader_is_gone())
        report.failed(done.error());
}

} // namespace

result<int> run_get(const arguments& asked, connections& open) {
    if (auto fits = check(asked); !fits) return fail(std::move(fits.error()));
    if (auto fits = check_tree_options(asked); !fits) return fail(std::move(fits.error()));
    if (asked.directory)
        if (auto made = make_local_directory(*asked.directory); !made)
            return fail(std::move(made.error()));
    reporter report(asked, open);
    for (const auto& word : asked.operands) {
        get_one(asked, word, open, report);
        if (report.should_stop()) break;
    }
    return report.finish();
}

result<int> run_cat(const arguments& asked, connections& open) {
    return for_each_url(
        asked, open, asked.operands, [&](client& session, const url& where, reporter&) -> result<> {
            auto done = session.download(where.path, local_end::descriptor(STDOUT_FILENO),
                                         options_of(asked, where));
            if (done || reader_is_gone()) return {};
            return fail(std::move(done.error()));
        });
}

} // namespace ferry::cli
