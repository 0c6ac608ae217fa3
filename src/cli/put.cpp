// ferry put.
#include "cli/commands.hpp"
#include "cli/connections.hpp"
#include "cli/mirror.hpp"
#include "cli/reporter.hpp"
#include "cli/tree_options.hpp"
#include "cli/walk.hpp"

#include <algorithm>
#include <filesystem>
#include <span>

#include <unistd.h>

namespace ferry::cli {

namespace {

/// Where files go on the server.
struct target {
    url where;
    bool is_directory = false;
    bool is_entered = false; ///< it is the session's working directory
};

/// The URL a local file gets.
url url_of(const target& to, const std::string& name) {
    url whole = to.where;
    if (!to.is_directory) return whole;
    if (!whole.path.empty() && !whole.path.ends_with('/')) whole.path += '/';
    whole.path += name;
    return whole;
}

bool names_directory(const url& where) {
    return where.path.empty() || where.path.ends_with('/');
}

/// The URL, and the directory and name that options add to it.
url below(url where, const arguments& asked) {
    if (asked.directory) where.path = path_below(where.path, *asked.directory) + '/';
    if (asked.output) where.path = path_below(where.path, *asked.output);
    return where;
}

result<> check(const arguments& asked, std::span<const std::string> files, const url& where) {
    for (const auto& file : files)
        if (file == "-" && (files.size() > 1 || names_directory(where)))
            return fail(errc::usage, "standard input needs a URL that names a file");
    if (asked.resume && std::ranges::find(files, "-") != files.end())
        return fail(errc::usage, "-c cannot continue standard input: what was read is gone");
    if (asked.output && files.size() > 1)
        return fail(errc::usage, "-o names one file; for several give a directory with -d");
    if (asked.append && asked.resume)
        return fail(errc::usage, "--append adds to the remote file, -c completes it: give one");
    return {};
}

bool is_local_directory(const std::string& file) {
    std::error_code problem;
    return file != "-" && std::filesystem::is_directory(file, problem);
}

result<> check_local(const std::string& file) {
    if (!is_local_directory(file)) return {};
    error problem(errc::local_file, file + " is a directory");
    problem.advise("upload all of it with -r");
    return fail(std::move(problem));
}

/// The name that a local file or directory has, also of "." and "dir/".
std::string name_of_local(const std::string& file) {
    std::error_code problem;
    auto path = std::filesystem::path(file);
    if (!path.has_filename() || path.filename() == "." || path.filename() == "..") {
        const auto whole = std::filesystem::canonical(path, problem);
        if (!problem) path = whole;
    }
    return path.filename().string();
}

/// A path without a slash behind it may still be a directory: the server is asked, by CWD, which
/// every server has.
result<> find_out(client& session, target& to, bool in_shell) {
    if (to.is_directory) return {};
    if (in_shell) {
        // The shell's directory is to stay what it is.
        const auto there = session.stat(to.where.path);
        if (!there && !session.connected()) return fail(there.error());
        to.is_directory = there && there->type == entry_type::directory;
        return {};
    }
    auto entered = session.change_directory(to.where.path);
    if (!entered && (!session.connected() || entered.error().code() == errc::interrupted))
        return entered;
    to.is_entered = entered.has_value();
    to.is_directory = to.is_entered;
    return {};
}

result<transfer_report> upload(const arguments& asked, const std::string& file, target& to,
                               bool alone, connections& open, reporter& report) {
    if (auto fits = check_local(file); !fits) return fail(std::move(fits.error()));
    auto session = open.open(to.where);
    if (!session) return fail(std::move(session.error()));
    if (alone && file != "-")
        if (auto known = find_out(**session, to, asked.in_shell); !known)
            return fail(std::move(known.error()));
    const auto name = std::filesystem::path(file).filename().string();
    report.locate(open.name_of(url_of(to, name)));
    transfer_options options;
    options.resume = asked.resume;
    options.append = asked.append;
    options.in_place = asked.in_place;
    options.ascii = asked.ascii || to.where.type == 'a';
    options.keep_time = asked.keep_time;
    options.verify = asked.verify;
    options.limit = asked.limit_each;
    report.follow(options, file == "-" ? url_of(to, name).file_name() : name);
    auto done = (*session)->upload(file == "-" ? local_end::descriptor(STDIN_FILENO)
                                               : local_end::path(file),
                                   to.is_entered ? name : url_of(to, name).path, options);
    if (!done && done.error().code() == errc::interrupted && file != "-")
        done.error().advise("what has arrived is kept: continue with -c");
    return done;
}

/// A directory with all that is in it: into a directory of the server under its name, or as the
/// directory that the URL names.
result<int> put_tree(const arguments& asked, const std::string& file, target& to, bool alone,
                     connections& open) {
    auto session = open.open(to.where);
    if (!session) return fail(std::move(session.error()));
    if (alone && !to.is_directory) {
        const auto there = (*session)->stat(to.where.path);
        if (!there && !(*session)->connected()) return fail(error(there.error()));
        to.is_directory = there && there->type == entry_type::directory;
    }
    auto place = open.place(url_of(to, name_of_local(file)));
    if (!place) return fail(std::move(place.error()));
    return mirror_trees(asked, open, mirror_place::local(file), *place);
}

} // namespace

result<int> run_put(const arguments& asked, connections& open) {
    const std::span files(asked.operands.data(), asked.operands.size() - 1);
    const auto where = open.locate(asked.operands.back());
    if (!where) return fail(where.error());
    target to;
    to.where = below(*where, asked);
    if (auto fits = check(asked, files, to.where); !fits) return fail(std::move(fits.error()));
    if (auto fits = check_tree_options(asked); !fits) return fail(std::move(fits.error()));
    to.is_directory = names_directory(to.where) || files.size() > 1;

    reporter report(asked, open);
    for (const auto& file : files) {
        const auto name = name_of_local(file);
        report.start(open.name_of(url_of(to, name)), file);
        if (asked.recursive && is_local_directory(file)) {
            const auto done = put_tree(asked, file, to, files.size() == 1, open);
            if (done)
                report.ended_with(*done);
            else
                report.failed(done.error());
            if (report.should_stop()) break;
            continue;
        }
        const auto done = upload(asked, file, to, files.size() == 1, open, report);
        if (done)
            report.done(file == "-" ? to.where.file_name() : name, *done);
        else
            report.failed(done.error());
        if (report.should_stop()) break;
    }
    return report.finish();
}

} // namespace ferry::cli
