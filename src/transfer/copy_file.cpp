// One file from one tree into another: each of the four ways.
#include "client/download.hpp"
#include "client/upload.hpp"
#include "io/copy.hpp"
#include "io/replacement_file.hpp"
#include "transfer/between_servers.hpp"

namespace ferry::transfer {

namespace {

using transferred = result<transfer_report>;
using client_side::with_retries;
using plan::operation;

/// Messages name the path, and not the descriptor that the file was reached by.
error about(const error& why, const std::string& reached_by, const std::string& path) {
    const auto replace = [](std::string& text, std::string_view what, std::string_view by) {
        const auto at = text.find(what);
        if (at != std::string::npos) text.replace(at, what.size(), by);
    };
    const auto reworded = [&](std::string text) {
        replace(text, reached_by, path);
        // The part beside it.
        const auto name = path.substr(path.rfind('/') + 1);
        if (reached_by.ends_with('/' + name))
            replace(text, std::string_view(reached_by).substr(0, reached_by.size() - name.size()),
                    std::string_view(path).substr(0, path.size() - name.size()));
        return text;
    };
    error made(why.code(), reworded(why.detail()));
    made.at(reworded(why.step())).said(why.reply_code(), why.reply_text());
    if (why.advice() != describe(why.code()).advice) made.advise(why.advice());
    return made;
}

task<transferred> download(site& from, const io::local_tree& to, std::string path,
                           transfer_options options) {
    const auto parent = to.parent_of(path);
    if (!parent) co_return fail(error(parent.error()));
    const auto name = io::local_tree::name_in(*parent, path);
    const auto end = local_end::path(name);
    const auto remote = from.remote_path(path);
    client_side::transfer_memory memory;
    const auto attempt = [&] {
        return client_side::download(*from.session(), remote, end, options, memory);
    };
    auto done = co_await with_retries<transfer_report>(*from.session(), operation::retrieve, memory,
                                                       attempt);
    if (!done) co_return fail(about(done.error(), name, path));
    done->path = path;
    co_return done;
}

task<transferred> upload(const io::local_tree& from, site& to, std::string path,
                         transfer_options options, bool follow_links) {
    const auto source = from.open_to_read(path, follow_links);
    if (!source) co_return fail(error(source.error()));
    const auto name = "/proc/self/fd/" + std::to_string(source->descriptor());
    const auto end = local_end::path(name);
    const auto remote = to.remote_path(path);
    client_side::transfer_memory memory;
    const auto attempt = [&] {
        return client_side::upload(*to.session(), end, remote, options, memory);
    };
    auto done =
        co_await with_retries<transfer_report>(*to.session(), operation::store, memory, attempt);
    if (!done) co_return fail(about(done.error(), name, path));
    co_return done;
}

task<transferred> copy_here(const io::local_tree& from, const io::local_tree& to, std::string path,
                            transfer_options options, bool follow_links) {
    auto source = from.open_to_read(path, follow_links);
    if (!source) co_return fail(std::move(source.error()));
    const auto is_file = source->is_regular();
    if (!is_file || !*is_file) co_return fail(errc::local_file, path + " is no file any more");
    const auto new_parent = to.parent_of(path);
    if (!new_parent) co_return fail(error(new_parent.error()));
    const auto name = io::local_tree::name_in(*new_parent, path);
    const io::replacement_options how;
    auto made = io::replacement_file::open(io::current_directory, name, how);
    if (!made) co_return fail(about(made.error(), name, path));
    const io::progress_function progress = [&options](std::uint64_t bytes) {
        if (!options.on_progress) return;
        transfer_progress now;
        now.position = bytes;
        options.on_progress(now);
    };
    auto copied = co_await io::copy_contents(*source, made->content(), progress);
    if (!copied) {
        made->discard();
        co_return fail(std::move(copied.error()));
    }
    auto named = made->commit();
    if (!named) co_return fail(about(named.error(), name, path));
    transfer_report report;
    report.bytes = report.size = *copied;
    report.proof.kind = proof_kind::size;
    co_return report;
}

} // namespace

task<result<>> fetch_file(site& from, std::string path, io::file& into) {
    if (from.local() != nullptr) {
        auto source = from.local()->open_to_read(path, false);
        if (!source) co_return fail(std::move(source.error()));
        const io::progress_function nobody;
        auto copied = co_await io::copy_contents(*source, into, nobody);
        if (!copied) co_return fail(std::move(copied.error()));
        co_return result<>();
    }
    const auto end = local_end::descriptor(into.descriptor());
    const auto remote = from.remote_path(path);
    const transfer_options plain;
    client_side::transfer_memory memory;
    const auto attempt = [&] {
        return client_side::download(*from.session(), remote, end, plain, memory);
    };
    auto done = co_await with_retries<transfer_report>(*from.session(), operation::retrieve, memory,
                                                       attempt);
    if (!done) co_return fail(std::move(done.error()));
    co_return result<>();
}

task<result<>> store_file(io::file& from, site& to, std::string path) {
    if (to.local() != nullptr) {
        const auto parent = to.local()->parent_of(path);
        if (!parent) co_return fail(error(parent.error()));
        const io::replacement_options how;
        auto made = io::replacement_file::open(io::current_directory,
                                               io::local_tree::name_in(*parent, path), how);
        if (!made) co_return fail(std::move(made.error()));
        const io::progress_function nobody;
        auto copied = co_await io::copy_contents(from, made->content(), nobody);
        if (copied) co_return made->commit();
        made->discard();
        co_return fail(std::move(copied.error()));
    }
    const auto end = local_end::path("/proc/self/fd/" + std::to_string(from.descriptor()));
    const auto remote = to.remote_path(path);
    const transfer_options plain;
    client_side::transfer_memory memory;
    const auto attempt = [&] {
        return client_side::upload(*to.session(), end, remote, plain, memory);
    };
    auto done =
        co_await with_retries<transfer_report>(*to.session(), operation::store, memory, attempt);
    if (!done) co_return fail(std::move(done.error()));
    co_return result<>();
}

task<result<std::optional<bool>>> has_same_content(site& one, site& other, std::string path,
                                                   std::uint64_t size) {
    // Who has to be asked comes first: what is here can always be read.
    site& first = one.session() != nullptr ? one : other;
    site& second = one.session() != nullptr ? other : one;
    for (const auto kind : io::digest_kinds) {
        const auto there = co_await first.hash(kind, path, size);
        if (!there) co_return fail(error(there.error()));
        if (!*there) continue;
        const auto here = co_await second.hash(kind, path, size);
        if (!here) co_return fail(error(here.error()));
        if (*here) co_return **here == **there;
    }
    co_return std::nullopt;
}

task<transferred> copy_file(site& from, site& to, std::string path, transfer_options options,
                            bool follow_links, server_route& route) {
    if (from.local() != nullptr && to.local() != nullptr)
        return copy_here(*from.local(), *to.local(), std::move(path), std::move(options),
                         follow_links);
    if (to.local() != nullptr)
        return download(from, *to.local(), std::move(path), std::move(options));
    if (from.local() != nullptr)
        return upload(*from.local(), to, std::move(path), std::move(options), follow_links);
    return copy_between_servers(from, to, std::move(path), std::move(options), route);
}

} // namespace ferry::transfer
