#include "transfer/between_servers.hpp"

#include "client/download.hpp"
#include "client/operations.hpp"
#include "client/upload.hpp"
#include "io/copy.hpp"
#include "io/replacement_file.hpp"
#include "io/task_group.hpp"

namespace ferry::transfer {

namespace {

using transferred = result<transfer_report>;
using client_side::with_retries;
using plan::operation;

task<> remove_part(site& to, std::string part) {
    if (!to.session()->talk().is_open()) co_return;
    const auto removed = co_await client_side::remove_file(to.session()->talk(), std::move(part));
    static_cast<void>(removed); // it failed either way, and its reason is known
}

/// From one server to the other through a pipe, under a temporary name there: only when both sides
/// have all of it does it get its own.
class relay {
public:
    relay(site& from, site& to, std::string path, transfer_options options)
        : from_(&from)
        , to_(&to)
        , path_(std::move(path))
        , part_(io::replacement_file::part_name(to.remote_path(path_)))
        , options_(std::move(options))
        , tasks_(from.session()->network().where()) {}

    [[nodiscard]] task<transferred> run();

private:
    [[nodiscard]] task<> fetch(io::file into);
    [[nodiscard]] task<> store(io::file out_of);
    [[nodiscard]] task<transferred> conclude();

    site* from_;
    site* to_;
    std::string path_;
    std::string part_;
    transfer_options options_;
    io::task_group tasks_;
    transferred fetched_ = fail(errc::interrupted);
    transferred stored_ = fail(errc::interrupted);
};

task<> relay::fetch(io::file into) {
    transfer_options plain;
    plain.verify = options_.verify;
    plain.on_progress = options_.on_progress;
    plain.limit = options_.limit;
    const auto end = local_end::descriptor(into.descriptor());
    fetched_ = co_await client_side::download(*from_->session(), from_->remote_path(path_), end,
                                              std::move(plain));
}

task<> relay::store(io::file out_of) {
    transfer_options plain;
    plain.verify = options_.verify;
    plain.in_place = true;
    const auto end = local_end::descriptor(out_of.descriptor());
    stored_ = co_await client_side::upload(*to_->session(), end, part_, std::move(plain));
}

task<transferred> relay::conclude() {
    if (fetched_ && stored_ && fetched_->bytes == stored_->bytes) {
        auto named =
            co_await client_side::rename(to_->session()->talk(), part_, to_->remote_path(path_));
        if (!named) co_return fail(std::move(named.error()));
        // No more is proved than by the server that proves less.
        if (stored_->proof.kind < fetched_->proof.kind) fetched_->proof = stored_->proof;
        co_return fetched_;
    }
    co_await remove_part(*to_, part_);
    // A side that fails breaks the pipe for the other: the first cause is the one to tell.
    const bool only_an_echo = !fetched_ && describe(fetched_.error().code()).who == blame::local;
    if (!fetched_ && (!only_an_echo || stored_)) co_return fetched_;
    if (!stored_) co_return stored_;
    co_return fail(errc::truncated, "the two servers do not agree on the size");
}

task<transferred> relay::run() {
    auto ends = io::make_pipe();
    if (!ends) co_return fail(std::move(ends.error()));
    tasks_.spawn(fetch(std::move(ends->in)));
    tasks_.spawn(store(std::move(ends->out)));
    co_await tasks_.join();
    co_return co_await conclude();
}

/// Whether the way between the servers failed, and not one of them for reasons of its own.
bool is_about_the_way(const error& why, const client_side::direct_way& way) {
    switch (why.code()) {
    case errc::data_connection_failed:
    case errc::not_supported:
    case errc::tls_failed:
        return true;
    case errc::data_stalled:
    case errc::reply_timeout:
    case errc::transfer_aborted:
    case errc::truncated:
        return !way.works;
    default:
        return false;
    }
}

/// A file that goes, or fails to go, from one server to the other by all the ways there are.
class server_copy {
public:
    server_copy(site& from, site& to, std::string path, transfer_options options,
                server_route& route)
        : from_(&from)
        , to_(&to)
        , path_(std::move(path))
        , part_(io::replacement_file::part_name(to.remote_path(path_)))
        , options_(std::move(options))
        , route_(&route) {}

    /// One try.
    [[nodiscard]] task<transferred> run();

private:
    [[nodiscard]] task<result<>> connect();
    [[nodiscard]] task<transferred> go_once();
    [[nodiscard]] task<transferred> go_directly();
    [[nodiscard]] task<transferred> name_it(transferred done);
    void give_up_directness(const error& why);

    site* from_;
    site* to_;
    std::string path_;
    std::string part_;
    transfer_options options_;
    server_route* route_;
    int tries_ = 0;
};

task<result<>> server_copy::connect() {
    auto connected = co_await from_->connect();
    if (connected) connected = co_await to_->connect();
    co_return connected;
}

/// Told once, by the first of the workers that sees it.
void server_copy::give_up_directness(const error& why) {
    if (!std::exchange(route_->direct, false) || !options_.on_notice) return;
    options_.on_notice("the servers do not connect to each other: through here (" + why.message() +
                       ')');
}

task<transferred> server_copy::name_it(transferred done) {
    if (!done) {
        co_await remove_part(*to_, part_);
        co_return done;
    }
    auto named =
        co_await client_side::rename(to_->session()->talk(), part_, to_->remote_path(path_));
    if (!named) co_return fail(std::move(named.error()));
    co_return done;
}

task<transferred> server_copy::go_once() {
    auto done =
        co_await client_side::copy_between(*from_->session(), *to_->session(),
                                           from_->remote_path(path_), part_, options_, route_->way);
    co_return co_await name_it(std::move(done));
}

/// Whether nobody came where one of them listened. Who refuses PORT would not let the other in.
bool found_nobody(const error& why) {
    return why.code() == errc::data_connection_failed && !why.step().starts_with("PORT") &&
           !why.step().starts_with("EPRT");
}

/// Of two servers one may be reached from outside and the other not (NAT, firewalls).
task<transferred> server_copy::go_directly() {
    auto& way = route_->way;
    const bool source_listened = way.source_listens;
    auto done = co_await go_once();
    const bool is_settled = way.works && way.source_listens == source_listened;
    if (done || is_settled || !found_nobody(done.error())) co_return done;
    auto connected = co_await connect();
    if (!connected) co_return fail(std::move(connected.error()));
    way.source_listens = !source_listened;
    co_return co_await go_once();
}

task<transferred> server_copy::run() {
    auto connected = co_await connect();
    if (!connected) co_return fail(std::move(connected.error()));
    // What the way itself does not explain is tried again through here.
    if (tries_++ == 0 && route_->direct) {
        auto done = co_await go_directly();
        if (done || !is_about_the_way(done.error(), route_->way)) co_return done;
        give_up_directness(done.error());
        connected = co_await connect();
        if (!connected) co_return fail(std::move(connected.error()));
    }
    relay through_here(*from_, *to_, path_, options_);
    co_return co_await through_here.run();
}

} // namespace

/// Both sides lose their part when either fails, so all begins anew with a retry.
task<transferred> copy_between_servers(site& from, site& to, std::string path,
                                       transfer_options options, server_route& route) {
    client_side::try_memory memory;
    server_copy copy(from, to, std::move(path), std::move(options), route);
    const auto attempt = [&copy] { return copy.run(); };
    co_return co_await with_retries<transfer_report>(*from.session(), operation::retrieve, memory,
                                                     attempt);
}

} // namespace ferry::transfer
