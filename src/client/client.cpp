// The blocking face of a session: each call runs the loop until its task has ended.
#include "client/download.hpp"
#include "client/listing.hpp"
#include "client/login.hpp"
#include "client/operations.hpp"
#include "client/security.hpp"
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

task<result<>> log_in(client_side::session& with, credentials who) {
    auto in = co_await client_side::login(with.talk(), std::move(who));
    if (!in) co_return in;
    // At once and not with the first file: some servers (pure-ftpd) let nobody look before.
    in = co_await client_side::choose_protection(with);
    if (!in || !with.options().tls.clear_control) co_return in;
    co_return co_await client_side::leave_tls(with);
}

task<result<>> quit_politely(client_side::control& talk) {
    co_await client_side::quit(talk);
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
    return state_->run(state_->with.connect(host, port, implicit_tls));
}

result<> client::login(const credentials& who) {
    return state_->run(log_in(state_->with, who));
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
        const auto ended = state_->run(quit_politely(state_->talk()), true);
        static_cast<void>(ended);
    } catch (...) {
        state_->talk().close();
    }
}

result<std::string> client::working_directory() {
    return state_->run(client_side::working_directory(state_->talk()));
}

result<> client::change_directory(const std::string& path) {
    return state_->run(client_side::change_directory(state_->talk(), path));
}

result<> client::parent_directory() {
    return state_->run(client_side::parent_directory(state_->talk()));
}

result<> client::make_directory(const std::string& path) {
    return state_->run(client_side::make_directory(state_->talk(), path));
}

result<> client::remove_directory(const std::string& path) {
    return state_->run(client_side::remove_directory(state_->talk(), path));
}

result<> client::remove_file(const std::string& path) {
    return state_->run(client_side::remove_file(state_->talk(), path));
}

result<> client::rename(const std::string& from, const std::string& to) {
    return state_->run(client_side::rename(state_->talk(), from, to));
}

result<> client::change_mode(const std::string& path, unsigned mode) {
    return state_->run(client_side::change_mode(state_->talk(), path, mode));
}

result<std::uint64_t> client::size(const std::string& path) {
    return state_->run(client_side::size(state_->with, path));
}

result<std::chrono::sys_seconds> client::modification_time(const std::string& path) {
    return state_->run(client_side::modification_time(state_->with, path));
}

result<> client::set_modification_time(const std::string& path, std::chrono::sys_seconds time) {
    return state_->run(client_side::set_modification_time(state_->with, path, time));
}

result<entry> client::stat(const std::string& path) {
    return state_->run(client_side::stat(state_->with, path));
}

result<listing_report> client::list(const std::string& path, const entry_function& each,
                                    const listing_options& options) {
    return state_->run(client_side::list(state_->with, path, each, options));
}

result<listing_report> client::names(const std::string& path, const entry_function& each) {
    return state_->run(client_side::names(state_->with, path, each));
}

result<std::string> client::system() {
    return state_->run(client_side::system(state_->talk()));
}

result<std::vector<std::string>> client::features() {
    return state_->run(client_side::feature_lines(state_->with));
}

result<> client::no_operation() {
    return state_->run(client_side::no_operation(state_->talk()));
}

result<reply> client::raw(const std::string& line) {
    return state_->run(client_side::raw(state_->with, line));
}

result<transfer_report> client::download(const std::string& remote, const local_end& to,
                                         const transfer_options& options) {
    return state_->run(client_side::download(state_->with, remote, to, options));
}

result<transfer_report> client::upload(const local_end& from, const std::string& remote,
                                       const transfer_options& options) {
    return state_->run(client_side::upload(state_->with, from, remote, options));
}

void client::cancel() noexcept {
    if (state_) state_->loop.cancel();
}

} // namespace ferry
