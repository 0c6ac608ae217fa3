// What one session with a server consists of. Operations take it apart again: they are functions
// over the parts they need.
#pragma once

#include "client/control.hpp"
#include "io/digest.hpp"
#include "io/pump.hpp"
#include "io/stream.hpp"
#include "io/tls_stream.hpp"
#include "plan/data_ladder.hpp"
#include "wire/features.hpp"

#include <ferry/client.hpp>

#include <memory>
#include <optional>
#include <set>

namespace ferry::client_side {

/// How a file gets its time where FEAT lists no MFMT, in the order in which they are tried.
enum class time_command : std::uint8_t {
    mdtm,        ///< MDTM TIME PATH
    utime,       ///< SITE UTIME PATH ACCESSED MODIFIED CHANGED UTC
    short_utime, ///< SITE UTIME TIME PATH
    none,
};

/// What has been learned of the server since the connection began.
class server_memory {
public:
    server_memory() = default;

    std::optional<wire::features> features; ///< once FEAT was asked
    char type = 0;                          ///< of the last TYPE: 'A', 'I', or 0 for none yet
    bool restart_is_set = false;            ///< a REST was answered and no transfer has used it up
    std::set<std::string> unknown_verbs;    ///< answered with 500 or 502
    std::optional<io::digest_kind> hash_in_use; ///< what HASH gives, if that is known
    bool hash_was_changed = false;              ///< by the user: what FEAT said is out of date
    bool refuses_part_names = false;            ///< no temporary names, or no renaming of them
    /// Whether "LIST -a PATH" lists PATH; not known before a listing has shown it.
    std::optional<bool> takes_list_options;
    time_command sets_time_by = time_command::mdtm; ///< the first that has not failed
    bool asked_for_modes = false;                   ///< OPTS MLST with UNIX.mode was sent
    bool sets_time = false;                         ///< `sets_time_by` was seen to do so
};

/// What TLS a session has.
class session_security {
public:
    session_security() = default;

    std::string host; ///< whom certificates must be for
    std::shared_ptr<io::tls_session_cache> sessions;
    tls_peer peer;
    tls_facts facts;                   ///< of the control connection
    io::tls_stream* control = nullptr; ///< nothing once TLS was left there (CCC)
    std::optional<bool> protects_data; ///< the last PROT; nothing before it
};

/// What brings a new connection to where the last one was.
class way_back {
public:
    way_back() = default;

    std::string host; ///< empty: there was none
    std::uint16_t port = 0;
    bool implicit_tls = false;
    bool answered = false;                ///< it was there once
    bool has_tls = false;                 ///< and spoke TLS: it must not come back without
    std::optional<credentials> who;       ///< once logged in
    std::vector<std::string> directories; ///< entered one after the other since then

    void enter(const std::string& directory) {
        if (directory.starts_with('/')) directories.clear();
        directories.push_back(directory);
    }
};

class stream_control;

class session {
public:
    /// The network must outlive the session.
    session(io::network& network, client_options options);

    /// Connects, reads the greeting, and protects the connection as the options say; with
    /// `implicit_tls` before the greeting. A connection that was there is closed.
    [[nodiscard]] task<result<>> connect(std::string host, std::uint16_t port,
                                         bool implicit_tls = false);
    /// Takes a connection that stands already, its greeting read.
    void attach(std::unique_ptr<control> connection);

    /// Never nothing: without a connection, one that is closed.
    [[nodiscard]] control& talk() noexcept { return *talk_; }

    [[nodiscard]] server_memory& memory() noexcept { return memory_; }

    [[nodiscard]] plan::data_ladder& data_ways() noexcept { return data_ways_; }

    [[nodiscard]] io::network& network() noexcept { return *network_; }

    [[nodiscard]] const client_options& options() const noexcept { return options_; }

    /// Nothing while nothing is protected.
    [[nodiscard]] std::optional<session_security>& security() noexcept { return security_; }

    /// What the handshakes of this session have in common. Errors as of its `make`.
    [[nodiscard]] result<const io::tls_client_context*> tls_context();

    [[nodiscard]] way_back& back() noexcept { return back_; }

    /// Whether the server spoke TLS before, so that it has to now.
    [[nodiscard]] bool is_known_for_tls() const noexcept {
        return options_.tls.known || back_.has_tls;
    }

    /// The connection that `connect` made, to be put into TLS or taken out; nothing after `attach`.
    [[nodiscard]] stream_control* wire() noexcept { return wire_; }

private:
    io::network* network_;
    client_options options_;
    std::unique_ptr<control> talk_;
    stream_control* wire_ = nullptr; ///< the same as `talk_`
    std::optional<io::tls_client_context> tls_context_;
    std::optional<session_security> security_;
    server_memory memory_;
    way_back back_;
    plan::data_ladder data_ways_;
};

/// What a transfer of this session keeps to.
[[nodiscard]] io::rate_limits limits_of(const session& with, const transfer_options& options);

/// What the server lists in answer to FEAT, asked once; none if it refuses. Where it lists UTF8,
/// that is switched on.
[[nodiscard]] task<result<const wire::features*>> features_of(session& with);

/// TYPE, unless it is set already. `type` is 'A' or 'I'.
[[nodiscard]] task<result<>> set_type(session& with, char type);

} // namespace ferry::client_side
