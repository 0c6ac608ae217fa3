// One control connection: its parts, and the two tasks that work on it.
//
// One task reads lines and puts them into a queue; the other takes them out, asks the gate of the
// verb table and runs the handler, one command after the other, so that pipelined commands are
// answered in order. Because reading goes on beside a transfer, ABOR and STAT are seen while one
// runs (RFC 959, 4.1.3); QUIT waits for its end, as the RFC says. Behind AUTH, CCC and REIN it
// stops until they are answered: what follows may be TLS.
#pragma once

#include "io/digest.hpp"
#include "io/mailbox.hpp"
#include "io/task_group.hpp"
#include "plan/verb_gate.hpp"
#include "server/control.hpp"
#include "server/data_channel.hpp"
#include "server/service.hpp"
#include "wire/command.hpp"
#include "wire/facts.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace ferry::server_side {

/// Who uses the session.
struct login_state {
    std::string user; ///< as USER gave it
    bool user_given = false;
    bool done = false;
    bool read_only = false;
};

/// What the next transfers go by (RFC 959, 5.3.2).
struct transfer_parameters {
    bool ascii = true; ///< TYPE A is what the RFC begins with
    std::uint64_t restart = 0;
    bool only_epsv = false; ///< after EPSV ALL (RFC 2428, 4)
    wire::fact_set facts = wire::all_facts;
    io::digest_kind hash = io::digest_kind::sha256; ///< what HASH gives
};

/// What RFC 2228 calls the protection of data; that of the control connection it knows itself.
struct data_protection {
    bool buffer_given = false; ///< PBSZ has come
    bool on = false;           ///< PROT P
};

/// How the client begins: RFC 4217 has it ask for TLS, on another port TLS comes first.
enum class session_start : std::uint8_t { plain, tls };

/// The transfer that runs, for STAT and the log.
struct running_transfer {
    std::string what; ///< "RETR /pub/file"
    bool stores = false;
    std::uint64_t bytes = 0;
    std::optional<std::uint64_t> total;
    std::chrono::steady_clock::time_point since;
};

class session {
public:
    session(service& host, std::unique_ptr<io::stream> connection, session_start start);

    /// From the greeting until there is nothing more to do.
    [[nodiscard]] io::task<> run();
    /// Sends the last replies and closes. Must be awaited behind `run`.
    [[nodiscard]] io::task<> finish();

    /// Ends the session with 421 when what it is doing has ended.
    void stop();

    /// Ends what a transfer is doing now.
    void abort_transfer() noexcept { data.abort(); }

    void close() noexcept { control.close(); }

    /// For handlers: no more commands after this one.
    void end() noexcept { ending_ = true; }

    /// For handlers: nobody is logged in any more, and has as long for it as a new client.
    void log_out();

    /// For AUTH, and for sessions that begin so. False if it failed: the session is over then.
    [[nodiscard]] io::task<bool> begin_tls();
    /// For CCC and REIN: sends what is queued, and goes on in the clear.
    [[nodiscard]] io::task<> end_tls();

    [[nodiscard]] bool began_with_tls() const noexcept { return start_ == session_start::tls; }

    /// Whether the client wants no more of what runs: ABOR has come, or it left without QUIT.
    [[nodiscard]] bool transfer_unwanted() const noexcept {
        return aborts_waiting_ > 0 || (control_ended_ && !quit_seen_);
    }

    /// Absolute, from an argument relative to the working directory.
    [[nodiscard]] std::string resolve(std::string_view argument) const;
    /// For the log: one line about this session.
    void tell(std::string_view event) const;

    [[nodiscard]] plan::session_standing standing() const noexcept;
    /// Takes the rights from the perm fact that a read-only session does not have.
    void show_own_rights(entry& item) const;

    service& host;
    control_connection control;
    data_channel data;
    login_state login;
    transfer_parameters parameters;
    data_protection protection;
    std::string directory = "/";
    std::string rename_from;
    std::optional<running_transfer> running;
    int failed_logins = 0;

private:
    using clock = std::chrono::steady_clock;

    enum class arrival : std::uint8_t { command, overlong, malformed, flood, timeout, end, stop };

    class incoming {
    public:
        incoming() = default;

        explicit incoming(arrival what) : kind(what) {}

        arrival kind = arrival::command;
        wire::command command;
        std::size_t cost = 0; ///< bytes of the queue
    };

    [[nodiscard]] io::task<> read_commands();
    /// False when nothing more is to be read.
    [[nodiscard]] io::task<bool> take_lines();
    void look_ahead(const wire::command& command);
    /// How long the client may still be silent, 0 or less if it was for too long; nothing if there
    /// is no limit.
    [[nodiscard]] std::optional<io::milliseconds> patience() const noexcept;

    [[nodiscard]] io::task<> serve();
    [[nodiscard]] io::task<> handle(incoming next);
    [[nodiscard]] io::task<> execute(wire::command command);
    void refuse_unknown(const wire::command& command);

    io::mailbox<incoming> inbox_;
    io::wake_up room_;     ///< the queue has become shorter
    io::wake_up switched_; ///< a command that may change the stream has been answered
    io::task_group readers_;
    session_start start_;
    std::size_t queued_bytes_ = 0;
    clock::time_point started_;
    clock::time_point last_active_;
    int aborts_waiting_ = 0;
    int unknown_before_login_ = 0;
    bool busy_ = false;
    bool shaking_hands_ = false;
    bool ending_ = false;
    bool stopping_ = false;
    bool control_ended_ = false;
    bool quit_seen_ = false;
};

} // namespace ferry::server_side
