// What the sessions of one event loop share, and the loop that accepts them.
//
// A service lives on one context. More contexts would each have a service of their own, over one
// storage and with the admission shared between them.
#pragma once

#include "io/mailbox.hpp"
#include "io/stream.hpp"
#include "io/task_group.hpp"
#include "io/tls_context.hpp"
#include "server/storage.hpp"

#include <ferry/server.hpp>

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::server_side {

class session;
enum class session_start : std::uint8_t;

class service {
public:
    /// All three must outlive it. `tls` if the options have it.
    service(io::network& network, storage& files, const server_options& options,
            std::optional<io::tls_server_context> tls = std::nullopt);

    /// Accepts and serves until `stop`, and then until the last session has ended. Sessions on
    /// `listening_tls`, which may be null, begin with TLS.
    [[nodiscard]] io::task<> serve(io::acceptor& listening, io::acceptor* listening_tls = nullptr);
    /// See `server::stop`. On the context. A second call ends running transfers, too.
    void stop();

    [[nodiscard]] io::network& network() const noexcept { return *network_; }

    [[nodiscard]] storage& files() const noexcept { return *files_; }

    [[nodiscard]] const server_options& options() const noexcept { return *options_; }

    /// Null where TLS is not offered.
    [[nodiscard]] const io::tls_server_context* tls() const noexcept {
        return tls_ ? &*tls_ : nullptr;
    }

    /// Hands one line to `on_event`; what is not printable in it is escaped.
    void tell(std::string_view event) const;

private:
    [[nodiscard]] io::task<> accept_sessions(io::acceptor& listening, session_start start);
    [[nodiscard]] io::task<> run_session(std::unique_ptr<io::stream> connection,
                                         session_start start);
    [[nodiscard]] static io::task<> turn_away(io::stream& connection, std::string_view why);
    [[nodiscard]] io::task<> drain();
    [[nodiscard]] io::task<> wait_until_empty(io::milliseconds limit);
    /// Why a connection from this address is one too many; empty if it is not.
    [[nodiscard]] std::string_view refusal_for(const std::string& address) const;

    io::network* network_;
    storage* files_;
    const server_options* options_;
    std::optional<io::tls_server_context> tls_;
    std::vector<io::acceptor*> listening_;
    io::task_group accepting_;
    io::task_group tasks_;
    io::wake_up ended_; ///< a session has ended, or patience with them has
    std::list<session*> sessions_;
    std::size_t admitted_ = 0; ///< sessions that count against the limits
    std::map<std::string, std::size_t, std::less<>> per_address_;
    bool stopping_ = false;
    bool hurry_ = false;
};

} // namespace ferry::server_side
