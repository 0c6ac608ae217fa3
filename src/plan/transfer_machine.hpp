// One transfer over a data connection as a machine: events in, actions out (RFC 959, 5.4 and 6).
//
// The replies on the control connection and the bytes on the data connection race: 150 may come
// before or after the data connection, 226 before or after the last byte, an error at any time, and
// the user may cancel. The table in transfer_machine.cpp says what to do in each case; the client
// feeds it and obeys.
#pragma once

#include <cstdint>

namespace ferry::plan {

enum class transfer_direction : std::uint8_t { download, upload };

enum class transfer_event : std::uint8_t {
    preliminary,   ///< 1xx
    completed,     ///< 2xx
    refused,       ///< 4xx, 5xx, or a 3xx where none belongs
    data_opened,   ///< active mode: the server has connected
    data_failed,   ///< the data connection could not be opened, broke, or stalled
    data_ended,    ///< download: orderly end; upload: all sent and closed
    local_failed,  ///< the disk or the reader on our side
    cancelled,     ///< the user
    reply_overdue, ///< the wait for a reply took too long
    control_lost,  ///< the control connection is gone or out of step
};

inline constexpr int transfer_event_count = 10;

enum class transfer_action : std::uint8_t {
    move_data = 1,    ///< begin to read or write the data connection
    send_abort = 2,   ///< Telnet IP, Synch, ABOR (RFC 959, 4.1.3)
    close_data = 4,   ///< close it at once; what is on its way is not wanted
    expect_reply = 8, ///< until the next event, wait for a reply no longer than is usual
    finish = 16,      ///< over: `outcome` and `in_step` are final
};

/// Any of `transfer_action`, to be taken in the order of their values.
using transfer_actions = std::uint8_t;

[[nodiscard]] constexpr bool includes(transfer_actions actions, transfer_action one) noexcept {
    return (actions & static_cast<transfer_actions>(one)) != 0;
}

enum class transfer_outcome : std::uint8_t {
    running,
    succeeded,
    refused,     ///< the server's reply says why
    data_failed, ///< also when the server then said 2xx
    local_failed,
    cancelled,
    reply_overdue,
    control_lost,
};

enum class transfer_state : std::uint8_t {
    started,     ///< command sent, no reply, data not ended
    open,        ///< 1xx seen: data may move
    data_done,   ///< data ended well, final reply not seen
    reply_first, ///< 2xx seen, data not ended
    aborting,    ///< gave up: ABOR sent, its replies are awaited
    failing,     ///< data or disk failed: waiting for the reply that ends the transfer
    finished,
};

inline constexpr int transfer_state_count = 7;

/// A cell of the table: what to do about an event in a state.
enum class transfer_reaction : std::uint8_t;

class transfer_machine {
public:
    /// `connected`: the data connection is open already (passive mode).
    transfer_machine(transfer_direction direction, bool connected) noexcept
        : direction_(direction), connected_(connected) {}

    /// What to do when the command has just been sent.
    [[nodiscard]] transfer_actions start() noexcept;
    /// What to do now that `what` has happened.
    [[nodiscard]] transfer_actions on(transfer_event what) noexcept;

    [[nodiscard]] transfer_state state() const noexcept { return state_; }

    /// Known from when it is certain, which may be before `finish`.
    [[nodiscard]] transfer_outcome outcome() const noexcept { return outcome_; }

    /// After `finish`: whether the control connection may be used for another command.
    [[nodiscard]] bool in_step() const noexcept { return in_step_; }

private:
    transfer_actions obey(transfer_reaction what) noexcept;
    transfer_actions begin_moving() noexcept;
    transfer_actions give_up(transfer_state next, transfer_outcome why) noexcept;
    transfer_actions finish(transfer_outcome how, bool in_step) noexcept;
    [[nodiscard]] bool aborts_when_disk_fails() const noexcept;
    [[nodiscard]] bool reply_is_due() const noexcept;

    transfer_direction direction_;
    bool connected_;
    transfer_state state_ = transfer_state::started;
    transfer_outcome outcome_ = transfer_outcome::running;
    bool moving_ = false;
    bool in_step_ = true;
    std::uint8_t replies_due_ = 1; ///< final replies outstanding: of the transfer, and of ABOR
};

} // namespace ferry::plan
