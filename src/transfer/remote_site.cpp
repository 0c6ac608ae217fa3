#include "transfer/remote_site.hpp"

#include "client/changes.hpp"
#include "client/listing.hpp"
#include "client/listing_replay.hpp"
#include "client/operations.hpp"
#include "client/proof.hpp"

namespace ferry::transfer {

namespace {

using client_side::with_retries;
using plan::operation;

} // namespace

remote_site::remote_site(const mirror_place& place, io::network& network, bool with_modes)
    : place_(place), session_(network, place.options()), with_modes_(with_modes) {}

task<result<>> remote_site::connect() {
    if (session_.talk().is_open()) co_return result<>();
    if (session_.back().who) co_return co_await client_side::restore(session_);
    const auto& where = *place_.where();
    auto done = co_await session_.connect(where.host, where.effective_port(), where.implicit_tls);
    if (done) done = co_await client_side::enter(session_, place_.who());
    if (!done) session_.talk().close();
    co_return done;
}

task<> remote_site::leave() {
    if (session_.talk().is_open()) co_await client_side::quit(session_.talk());
}

std::string remote_site::remote_path(const std::string& path) const {
    const auto& root = place_.directory();
    if (root.empty()) return path.empty() ? "." : path;
    if (path.empty()) return root;
    return root.ends_with('/') ? root + path : root + '/' + path;
}

task<result<>> remote_site::list(std::string path, const entry_function& each) {
    client_side::listing_replay replay(each);
    const auto remote = remote_path(path);
    listing_options all(true);
    all.modes = with_modes_;
    const auto attempt = [&] { return client_side::list_again(session_, remote, replay, all); };
    auto listed =
        co_await with_retries<listing_report>(session_, operation::ask, replay.memory(), attempt);
    if (!listed) co_return fail(std::move(listed.error()));
    // The rest may be anything, and what is not understood too: nothing must be removed for its
    // absence.
    if (listed->breaks_off) co_return fail(errc::truncated, "the listing ends within a line");
    if (listed->not_understood > 0)
        co_return fail(errc::protocol_error,
                       "lines of the listing are not understood, the first: " +
                           listed->first_odd_line);
    if (listed->unsafe_names > 0) {
        error unsafe(errc::unsafe_name, "the listing has names that lead out of the directory");
        unsafe.advise("leave the directory out with --exclude");
        co_return fail(std::move(unsafe));
    }
    co_return result<>();
}

task<result<>> remote_site::check_root() {
    client_side::try_memory memory;
    const auto reach = [this] { return connect(); };
    auto connected = co_await with_retries<void>(session_, operation::connect, memory, reach);
    if (!connected) co_return connected;
    const auto root = remote_path({});
    const auto check = [&] { return client_side::check_directory(session_, root); };
    co_return co_await with_retries<void>(session_, operation::ask, memory, check);
}

task<result<>> remote_site::make_if_missing(std::string remote) {
    client_side::try_memory memory;
    const auto attempt = [&] { return client_side::make_directory(session_, remote, memory); };
    auto made = co_await with_retries<void>(session_, operation::make_directory, memory, attempt);
    if (made || !client_side::is_refusal(made.error())) co_return made;
    const auto check = [&] { return client_side::check_directory(session_, remote); };
    auto there = co_await with_retries<void>(session_, operation::ask, memory, check);
    if (there) co_return there;
    co_return made;
}

task<result<>> remote_site::make_root() {
    auto there = co_await check_root();
    if (there || !session_.talk().is_open()) co_return there;
    const auto root = place_.directory();
    for (std::size_t end = root.find('/', 1);; end = root.find('/', end + 1)) {
        const auto part = root.substr(0, end);
        const auto made = co_await make_if_missing(part);
        if (!session_.talk().is_open()) co_return made;
        if (end == std::string::npos) break;
    }
    co_return co_await check_root();
}

task<result<>> remote_site::make_directory(std::string path) {
    return make_if_missing(remote_path(path));
}

task<result<>> remote_site::remove(std::string path, entry_type type) {
    const auto remote = remote_path(path);
    client_side::try_memory memory;
    const auto attempt = [&] {
        return type == entry_type::directory
                   ? client_side::remove_directory(session_, remote, memory)
                   : client_side::remove_file(session_, remote, memory);
    };
    co_return co_await with_retries<void>(session_, operation::remove, memory, attempt);
}

task<result<>> remote_site::rename(std::string from, std::string to) {
    const auto old_path = remote_path(from);
    const auto new_path = remote_path(to);
    client_side::try_memory memory;
    const auto attempt = [&] { return client_side::rename(session_, old_path, new_path, memory); };
    co_return co_await with_retries<void>(session_, operation::rename, memory, attempt);
}

task<result<>> remote_site::set_time(std::string path, std::chrono::sys_seconds time) {
    const auto remote = remote_path(path);
    client_side::try_memory memory;
    const auto attempt = [&] { return client_side::set_modification_time(session_, remote, time); };
    co_return co_await with_retries<void>(session_, operation::set, memory, attempt);
}

task<result<>> remote_site::set_mode(std::string path, unsigned mode) {
    const auto remote = remote_path(path);
    client_side::try_memory memory;
    const auto attempt = [&] { return client_side::change_mode(session_.talk(), remote, mode); };
    co_return co_await with_retries<void>(session_, operation::set, memory, attempt);
}

task<result<>> remote_site::make_link(std::string path, std::string) {
    co_return fail(errc::not_supported, path + ": FTP makes no links");
}

task<result<entry>> remote_site::follow(std::string path) {
    return look_at(std::move(path));
}

task<result<entry>> remote_site::look_at(std::string path) {
    const auto remote = remote_path(path);
    client_side::try_memory memory;
    const auto attempt = [&] { return client_side::stat(session_, remote); };
    co_return co_await with_retries<entry>(session_, operation::ask, memory, attempt);
}

task<result<std::optional<std::chrono::sys_seconds>>> remote_site::exact_time(std::string path) {
    const auto remote = remote_path(path);
    using known = std::optional<std::chrono::sys_seconds>;
    client_side::try_memory memory;
    const auto attempt = [&] { return client_side::modification_time_if_known(session_, remote); };
    co_return co_await with_retries<known>(session_, operation::ask, memory, attempt);
}

task<result<std::optional<std::string>>> remote_site::hash(io::digest_kind kind, std::string path,
                                                           std::uint64_t size) {
    const auto remote = remote_path(path);
    using known = std::optional<std::string>;
    client_side::try_memory memory;
    const auto attempt = [&] { return client_side::hash_of(session_, kind, remote, size); };
    co_return co_await with_retries<known>(session_, operation::ask, memory, attempt);
}

/// By SYST, which the servers of Windows answer with "Windows_NT".
task<result<plan::name_rules>> remote_site::names() {
    plan::name_rules rules;
    const auto system = co_await client_side::system(session_.talk());
    if (system && system->find("Windows") != std::string::npos)
        rules = plan::name_rules::windows();
    else if (!system && !session_.talk().is_open())
        co_return fail(error(system.error()));
    rules.is_ftp = true;
    co_return rules;
}

} // namespace ferry::transfer
