// The public mirror: one event loop, and one run on it.
#include "io/signals.hpp"
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

task<> keep(task<result<mirror_report>> work, result<mirror_report>& got) {
    got = co_await std::move(work);
}

} // namespace

result<mirror_report> mirror::run(const mirror_place& from, const mirror_place& to,
                                  const mirror_options& options) {
    auto& own = *state_;
    result<mirror_report> got = fail(errc::unexpected, "the mirror gave nothing");
    std::optional<io::signal_watch> signals;
    if (options.cancel_on_signals)
        signals.emplace(own.loop,
                        std::initializer_list<int>{io::interrupt_signal, io::terminate_signal},
                        [&own](int) { own.loop.cancel(); });
    try {
        auto shared = transfer::mirror_state::make(options);
        if (!shared) return fail(std::move(shared.error()));
        transfer::mirror_run run(*own.network, from, to, **shared);
        own.loop.run(keep(run.run(), got));
    } catch (const transfer::database_error& problem) {
        return fail(errc::local_file, problem.what());
    }
    own.loop.settle();
    return got;
}

void mirror::cancel() noexcept {
    state_->loop.cancel();
}

namespace transfer {

std::unique_ptr<site> make_site(const mirror_place& place, io::network& network) {
    if (place.is_local()) return std::make_unique<local_site>(place.directory());
    return std::make_unique<remote_site>(place, network);
}

} // namespace transfer

} // namespace ferry
