// The control connection as operations see it: commands out, replies in.
//
// Operations are straight-line coroutines over this interface, so the same code runs over TCP, over
// memory, and over a script in the tests. A connection that may be out of step (a reply is missing,
// or one came that nobody asked for) is closed at once and stays so: nothing is ever guessed.
#pragma once

#include "base/endpoint.hpp"
#include "io/task.hpp"

#include <ferry/reply.hpp>
#include <ferry/result.hpp>

#include <string>
#include <string_view>

namespace ferry::client_side {

using io::task;

/// How long to wait for a reply.
enum class patience : std::uint8_t {
    limited,   ///< the reply timeout
    long_work, ///< ten times that: the server has to read a whole file first
    brief,     ///< the same, but a few seconds at most: for what nothing depends on
    unlimited, ///< as long as it takes: while data moves, the data connection has the limit
};

class control {
public:
    control() = default;
    virtual ~control() = default;
    control(const control&) = delete;
    control& operator=(const control&) = delete;

    /// Sends one command. `invalid_argument`, with nothing sent, for an argument that holds a line
    /// end; `connection_lost` if the connection is closed; `protocol_error`, and it is closed, if a
    /// reply has come that nobody asked for.
    [[nodiscard]] virtual task<result<>> send(std::string verb, std::string argument) = 0;
    /// The next reply, preliminary ones included. 421 is `service_unavailable`, whenever it comes.
    [[nodiscard]] virtual task<result<reply>> receive(patience how) = 0;
    /// Telnet IP and Synch, then ABOR (RFC 959, 4.1.3): the one command that may be sent while a
    /// reply is awaited.
    [[nodiscard]] virtual task<result<>> send_abort() = 0;

    virtual void close() noexcept = 0;
    [[nodiscard]] virtual bool is_open() const noexcept = 0;

    /// As far as can be seen without waiting, between operations: open at the server's end too, and
    /// with no reply here that nobody asked for. Nothing is taken or sent.
    [[nodiscard]] virtual bool still_there() const noexcept { return is_open(); }

    [[nodiscard]] virtual endpoint local() const = 0;
    [[nodiscard]] virtual endpoint remote() const = 0;
    /// Tells the log what was decided.
    virtual void note(std::string_view what) = 0;
};

/// Sends a command and waits for the reply that ends it; preliminary replies are passed over.
/// Whatever the code: errors are those of the connection, which is closed then.
[[nodiscard]] task<result<reply>> exchange(control& talk, std::string verb,
                                           std::string argument = {},
                                           patience how = patience::limited);

/// `exchange`, and any reply other than 2xx is an error (`plan::refusal`).
[[nodiscard]] task<result<reply>> command(control& talk, std::string verb,
                                          std::string argument = {});

/// The error that `said` is as an answer to this command. One that cannot be an answer at all puts
/// the connection out of step: it is closed.
[[nodiscard]] failure refuse(control& talk, const reply& said, std::string_view verb,
                             std::string_view argument);

/// Whether the server just said no, all is in step, and something else may be tried.
[[nodiscard]] bool is_refusal(const error& why) noexcept;

/// As `exchange`, for a reply to something sent before.
[[nodiscard]] task<result<reply>> final_reply(control& talk, patience how = patience::limited);

} // namespace ferry::client_side
