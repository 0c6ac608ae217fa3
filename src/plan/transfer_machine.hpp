// One transfer over a data connection as a machine: events in, actions out (RFC 959, 5.4 and 6).
//
// The replies on the control connection and the bytes on the data connection race: 150 may come
// before or after the data connection, 226 before or after the last byte, an error at any time, and
// the user may cancel. The table in transfer_machine.cpp says what to do in each case; the client
// feeds it and obeys.
#pragma once

#include <cstdint>
#include <string_view>

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
    none = 0,
    move_data = 1,   ///< begin to read or write the data connection
    close_data = 2,  ///< close it at once; what is on its way is not wanted
    send_abort = 4,  ///< Telnet IP, Synch, ABOR (RFC 959, 4.1.3)
    expect_soon = 8, ///< a reply is due: start its timer
    finish = 16,     ///< over: `outcome` and `in_step` are final
};

enum class transfer_outcome : std::uint8_t {
    running,
    succeeded,
    refused,      ///< the server's reply says why
    data_failed,  ///< also when the server then said 2xx
    local_failed,
    cancelled,
    reply_overdue,
    control_lost,
};

enum class transfer_state : std::uint8_t {
    started,       ///< command sent, no reply, no data
    open,          ///< data may move, final reply not seen
    data_done,     ///< data ended well, final reply not seen
    reply_first,   ///< 2xx seen, data not ended
    aborting,      ///< gave up: ABOR sent, its replies are awaited
    failing,       ///< data or disk failed: waiting for the reply that ends the transfer
    finished,
};

inline constexpr int transfer_state_count = 7;

class transfer_machine {
public:
    /// `connected`: the data connection is open already (passive mode).
    transfer_machine(transfer_direction direction, bool connected) noexcept;

    /// The actions to take now, in the order of their bits (move_data first).
    std::uint8_t on(transfer_event what) noexcept;

    [[nodiscard]] transfer_state state() const noexcept { return state_; }

    [[nodiscard]] transfer_outcome outcome() const noexcept { return outcome_; }

    /// After `finish`: whether the control connection may be used for another command.
    [[nodiscard]] bool in_step() const noexcept { return in_step_; }

private:
    transfer_direction direction_;
    transfer_state state_ = transfer_state::started;
    transfer_outcome outcome_ = transfer_outcome::running;
    bool connected_;
    bool moving_ = false;
    bool in_step_ = true;
    std::uint8_t replies_due_ = 1; ///< final replies outstanding: of the transfer, and of ABOR
};

} // namespace ferry::plan
