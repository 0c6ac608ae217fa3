// The public mirror: one event loop, and one run on it.
#include "io/signals.hpp"
#include "io/tree_watch.hpp"
#include "transfer/local_site.hpp"
#include "transfer/mirror_run.hpp"
#include "transfer/remote_site.hpp"

#include <array>

namespace ferry {

using io::task;

struct mirror::state {
    state() : network(io::make_tcp_network(loop)) {}

    io::context loop;
    std::unique_ptr<io::network> network;
    std::optional<io::tree_watch> watched; ///< nothing for a directory on a server

    /// Runs `work` to its end. With `signals` SIGINT and SIGTERM cancel it.
    template<class T>
    [[nodiscard]] result<T> run(task<result<T>> work, bool signals);
};

mirror_place mirror_place::local(std::string directory) {
    mirror_place made;
    made.directory_ = std::move(directory);
    return made;
}

mirror_place mirror_place::remote(url where, credentials who, client_options options) {
    mirror_place made;
    made.directory_ = where.path;
    made.where_ = std::move(where);
    made.who_ = std::move(who);
    made.options_ = std::move(options);
    return made;
}

std::string_view name_of(mirror_step step) noexcept {
    constexpr std::array<std::string_view, 8> names{
        "list", "make_directory", "copy", "make_link", "set_time", "set_mode", "remove", "skip"};
    return names[static_cast<std::size_t>(step)];
}

mirror::mirror() : state_(std::make_unique<state>()) {}

mirror::~mirror() = default;

namespace {

template<class T>
task<> keep(task<result<T>> work, result<T>& got) {
    got = co_await std::move(work);
}

using directories = std::vector<std::string>;

task<result<directories>> changes_in(io::tree_watch& watched, std::chrono::milliseconds quiet) {
    auto seen = co_await watched.next(quiet);
    if (!seen) co_return fail(std::move(seen.error()));
    if (seen->everything) co_return directories();
    co_return directories(seen->directories.begin(), seen->directories.end());
}

task<result<directories>> after(std::chrono::milliseconds pause) {
    auto rested = co_await io::sleep_for(pause);
    if (!rested) co_return fail(std::move(rested.error()));
    co_return directories();
}

} // namespace

template<class T>
result<T> mirror::state::run(task<result<T>> work, bool signals) {
    result<T> got = fail(errc::unexpected, "the mirror gave nothing");
    std::optional<io::signal_watch> stops;
    if (signals)
        stops.emplace(loop, std::initializer_list<int>{io::interrupt_signal, io::terminate_signal},
                      [this](int) { loop.cancel(); });
    loop.run(keep(std::move(work), got));
    loop.settle();
    return got;
}

result<mirror_report> mirror::run(const mirror_place& from, const mirror_place& to,
                                  const mirror_options& options) {
    try {
        auto shared = transfer::mirror_state::make(options);
        if (!shared) return fail(std::move(shared.error()));
        transfer::mirror_run run(*state_->network, from, to, **shared);
        return state_->run(run.run(), options.cancel_on_signals);
    } catch (const transfer::database_error& problem) {
        return fail(errc::local_file, problem.what());
    }
}

result<> mirror::watch(const mirror_place& from) {
    state_->watched.reset();
    if (!from.is_local()) return {};
    auto opened = io::tree_watch::open(from.directory());
    if (!opened) return fail(std::move(opened.error()));
    state_->watched = std::move(*opened);
    return {};
}

result<std::vector<std::string>> mirror::wait_for_changes(std::chrono::milliseconds quiet,
                                                          bool cancel_on_signals) {
    if (state_->watched) return state_->run(changes_in(*state_->watched, quiet), cancel_on_signals);
    return state_->run(after(quiet), cancel_on_signals);
}

void mirror::cancel() noexcept {
    state_->loop.cancel();
}

namespace transfer {

std::unique_ptr<site> make_site(const mirror_place& place, io::network& network, bool with_modes) {
    if (place.is_local()) return std::make_unique<local_site>(place.directory());
    return std::make_unique<remote_site>(place, network, with_modes);
}

} // namespace transfer

} // namespace ferry
