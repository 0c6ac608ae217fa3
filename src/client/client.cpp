// The blocking face of a session: each call runs the loop until its task has ended.
#include "client/changes.hpp"
#include "client/download.hpp"
#include "client/listing.hpp"
#include "client/listing_replay.hpp"
#include "client/operations.hpp"
#include "client/recovery.hpp"
#include "client/upload.hpp"
#include "io/signals.hpp"

#include <ferry/client.hpp>

namespace ferry {

using io::task;

struct client::state {
    explicit state(client_options options)
        : network(io::make_tcp_network(loop)), with(*network, std::move(options)) {}

    /// Runs `work` and gives what it gave. If `always`, also when the user wants to stop.
    template<class T>
    [[nodiscard]] result<T> run(task<result<T>> work, bool always = false) {
        bool interrupted = false;
        std::optional<io::signal_watch> signals;
        if (with.options().cancel_on_signals)
            signals.emplace(loop,
                            std::initializer_list<int>{io::interrupt_signal, io::terminate_signal},
                            [&](int) {
                                interrupted = true;
                                loop.cancel();
                            });
        result<T> got = fail(errc::unexpected, "the task gave nothing");
        const auto& should_stop = with.options().should_stop;
        loop.run(keep(std::move(work), got, always || !should_stop ? nullptr : &should_stop));
        loop.settle(); // a signal that came as the work ended
        // The work may have ended in the same moment: who asked to stop means what follows, too.
        if (interrupted && got) got = fail(errc::interrupted);
        return got;
    }

    /// Runs tasks of `attempt` until one succeeds, as far as the options allow.
    template<class T, class Attempt>
    [[nodiscard]] result<T> retry(plan::operation what, client_side::try_memory& memory,
                                  const Attempt& attempt) {
        return run(client_side::with_retries<T>(with, what, memory, attempt));
    }

    /// The same for what remembers nothing but failures.
    template<class T, class Attempt>
    [[nodiscard]] result<T> retry(plan::operation what, const Attempt& attempt) {
        client_side::try_memory memory;
        return retry<T>(what, memory, attempt);
    }

    /// A change that is looked at first when it may have been made already.
    template<class Change>
    [[nodiscard]] result<> change(plan::operation what, const Change& make) {
        client_side::try_memory memory;
        return retry<void>(what, memory, [&] { return make(memory); });
    }

    [[nodiscard]] client_side::control& talk() noexcept { return with.talk(); }

    io::context loop;
    std::unique_ptr<io::network> network;
    client_side::session with;

private:
    /// Asks `should_stop` only here, where a `cancel` that comes later takes effect.
    template<class T>
    [[nodiscard]] static task<> keep(task<result<T>> work, result<T>& got,
                                     const std::function<bool()>* should_stop) {
        if (should_stop != nullptr && (*should_stop)()) {
            got = fail(errc::interrupted);
            co_return;
        }
        got = co_await std::move(work);
    }
};

namespace {

constexpr auto ask = plan::operation::ask;
constexpr auto move = plan::operation::move;
constexpr auto set = plan::operation::set;
constexpr auto retrieve = plan::operation::retrieve;
constexpr auto store = plan::operation::store;
constexpr auto append = plan::operation::append;

task<result<>> quit_politely(client_side::session& with) {
    with.back() = client_side::way_back();
    co_await client_side::quit(with.talk());
    co_return result<>();
}

} // namespace

local_end local_end::path(std::string name) {
    local_end made;
    made.path_ = std::move(name);
    return made;
}

local_end local_end::descriptor(int fd) {
    local_end made;
    made.fd_ = fd;
    return made;
}

client::client(client_options options) : state_(std::make_unique<state>(std::move(options))) {}

client::~client() = default;
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;

result<> client::connect(const std::string& host, std::uint16_t port, bool implicit_tls) {
    return state_->retry<void>(plan::operation::connect,
                               [&] { return state_->with.connect(host, port, implicit_tls); });
}

result<> client::login(const credentials& who) {
    return state_->retry<void>(plan::operation::login,
                               [&] { return client_side::enter(state_->with, who); });
}

std::optional<tls_facts> client::tls() const {
    if (!connected() || !state_->with.security()) return std::nullopt;
    const auto& security = *state_->with.security();
    if (security.control == nullptr) return std::nullopt;
    return security.facts;
}

std::string client::peer_address() const {
    return connected() ? state_->talk().remote().address : std::string();
}

bool client::connected() const noexcept {
    return state_ && state_->talk().is_open();
}

bool client::still_there() const noexcept {
    return state_ && state_->talk().still_there();
}

void client::quit() noexcept {
    try {
        const auto ended = state_->run(quit_politely(state_->with), true);
        static_cast<void>(ended);
    } catch (...) {
        state_->talk().close();
    }
}

result<std::string> client::working_directory() {
    auto path = state_->retry<std::string>(
        ask, [&] { return client_side::working_directory(state_->talk()); });
    // Said in one word from now on.
    auto& steps = state_->with.back().directories;
    if (path && !steps.empty()) steps.assign(1, *path);
    return path;
}

result<> client::change_directory(const std::string& path) {
    auto entered = state_->retry<void>(
        move, [&] { return client_side::change_directory(state_->talk(), path); });
    if (entered) state_->with.back().enter(path);
    return entered;
}

result<> client::parent_directory() {
    auto left =
        state_->retry<void>(move, [&] { return client_side::parent_directory(state_->talk()); });
    if (left) state_->with.back().enter("..");
    return left;
}

result<> client::make_directory(const std::string& path) {
    return state_->change(plan::operation::make_directory,
                          [&](const client_side::try_memory& memory) {
                              return client_side::make_directory(state_->with, path, memory);
                          });
}

result<> client::remove_directory(const std::string& path) {
    return state_->change(plan::operation::remove, [&](const client_side::try_memory& memory) {
        return client_side::remove_directory(state_->with, path, memory);
    });
}

result<> client::remove_file(const std::string& path) {
    return state_->change(plan::operation::remove, [&](const client_side::try_memory& memory) {
        return client_side::remove_file(state_->with, path, memory);
    });
}

result<> client::rename(const std::string& from, const std::string& to) {
    return state_->change(plan::operation::rename, [&](const client_side::try_memory& memory) {
        return client_side::rename(state_->with, from, to, memory);
    });
}

result<> client::change_mode(const std::string& path, unsigned mode) {
    return state_->retry<void>(
        set, [&] { return client_side::change_mode(state_->talk(), path, mode); });
}

result<std::uint64_t> client::size(const std::string& path) {
    return state_->retry<std::uint64_t>(ask, [&] { return client_side::size(state_->with, path); });
}

result<std::chrono::sys_seconds> client::modification_time(const std::string& path) {
    return state_->retry<std::chrono::sys_seconds>(
        ask, [&] { return client_side::modification_time(state_->with, path); });
}

result<> client::set_modification_time(const std::string& path, std::chrono::sys_seconds time) {
    return state_->retry<void>(
        set, [&] { return client_side::set_modification_time(state_->with, path, time); });
}

result<entry> client::stat(const std::string& path) {
    return state_->retry<entry>(ask, [&] { return client_side::stat(state_->with, path); });
}

result<listing_report> client::list(const std::string& path, const entry_function& each,
                                    const listing_options& options) {
    client_side::listing_replay replay(each);
    return state_->retry<listing_report>(ask, replay.memory(), [&] {
        return client_side::list_again(state_->with, path, replay, options);
    });
}

result<listing_report> client::names(const std::string& path, const entry_function& each) {
    client_side::listing_replay replay(each);
    return state_->retry<listing_report>(
        ask, replay.memory(), [&] { return client_side::names_again(state_->with, path, replay); });
}

result<std::string> client::system() {
    return state_->retry<std::string>(ask, [&] { return client_side::system(state_->talk()); });
}

result<std::vector<std::string>> client::features() {
    return state_->retry<std::vector<std::string>>(
        ask, [&] { return client_side::feature_lines(state_->with); });
}

result<> client::no_operation() {
    return state_->run(client_side::no_operation(state_->talk()));
}

result<reply> client::raw(const std::string& line) {
    return state_->run(client_side::raw(state_->with, line));
}

result<transfer_report> client::download(const std::string& remote, const local_end& to,
                                         const transfer_options& options) {
    client_side::transfer_memory memory;
    return state_->retry<transfer_report>(retrieve, memory, [&] {
        return client_side::download(state_->with, remote, to, options, memory);
    });
}

result<transfer_report> client::upload(const local_end& from, const std::string& remote,
                                       const transfer_options& options) {
    client_side::transfer_memory memory;
    return state_->retry<transfer_report>(options.append ? append : store, memory, [&] {
        return client_side::upload(state_->with, from, remote, options, memory);
    });
}

void client::cancel() noexcept {
    if (state_) state_->loop.cancel();
}

} // namespace ferry
