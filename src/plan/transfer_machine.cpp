#include "plan/transfer_machine.hpp"

#include <array>
#include <utility>

namespace ferry::plan {

enum class transfer_reaction : std::uint8_t {
    wait,    ///< nothing new: a second 1xx, the end of a connection we closed
    begin,   ///< 1xx: the server is ready
    connect, ///< the data connection is there
    drop,    ///< a connection that comes too late is closed
    end,     ///< the data has ended well, the reply is still to come
    early,   ///< 2xx before the end of the data
    succeed,
    refuse,    ///< the server ended it
    fail_data, ///< no more data: the server will say why
    fail_disk, ///< on our side: the server must be stopped
    stop_data, ///< as these three, when the server is done already
    stop_disk,
    stop_user,
    abort,   ///< the user: ABOR
    answer,  ///< one of the replies that an ABOR leaves outstanding
    settle,  ///< the reply that a failed transfer ends with
    explain, ///< the same, and it tells the cause
    extra,   ///< a reply too many
    overdue, ///< the awaited reply does not come
    quit,    ///< no more patience, for a transfer that has failed anyway
    detach,  ///< the control connection is gone, but all was said on it
    lose,    ///< the control connection is gone
};

namespace {

using enum transfer_state;
using outcome = transfer_outcome;

constexpr transfer_actions bits(transfer_action one) noexcept {
    return static_cast<transfer_actions>(one);
}

using row = std::array<transfer_reaction, transfer_event_count>;

constexpr std::array<row, transfer_state_count> build_table() {
    using enum transfer_reaction;
    // In the order of transfer_event: preliminary, completed, refused, data_opened, data_failed,
    // data_ended, local_failed, cancelled, reply_overdue, control_lost.
    return {{
        /* started */
        {begin, early, refuse, connect, fail_data, end, fail_disk, abort, overdue, lose},
        /* open */
        {wait, early, refuse, connect, fail_data, end, fail_disk, abort, overdue, lose},
        /* data_done */
        {wait, succeed, refuse, wait, wait, wait, fail_disk, abort, overdue, lose},
        /* reply_first */
        {wait, extra, extra, connect, stop_data, succeed, stop_disk, stop_user, wait, detach},
        /* aborting */
        {wait, answer, answer, drop, wait, wait, wait, quit, quit, quit},
        /* failing */
        {wait, settle, explain, drop, wait, wait, wait, quit, quit, quit},
        /* finished */
        {wait, wait, wait, wait, wait, wait, wait, wait, wait, wait},
    }};
}

constexpr auto table = build_table();

} // namespace

transfer_actions transfer_machine::start() noexcept {
    transfer_actions actions = bits(transfer_action::expect_reply);
    if (connected_ && direction_ == transfer_direction::download) actions |= begin_moving();
    return actions;
}

transfer_actions transfer_machine::on(transfer_event what) noexcept {
    const auto& cells = table[static_cast<std::size_t>(state_)];
    auto actions = obey(cells[static_cast<std::size_t>(what)]);
    if (reply_is_due()) actions |= bits(transfer_action::expect_reply);
    return actions;
}

transfer_actions transfer_machine::obey(transfer_reaction what) noexcept {
    using enum transfer_reaction;
    switch (what) {
    case wait:
        return 0;
    case begin:
        state_ = open;
        return connected_ ? begin_moving() : transfer_actions{0};
    case connect:
        connected_ = true;
        // A server reads an upload only when it has said so; downloads lie ready at once.
        return direction_ == transfer_direction::upload && state_ == started ? transfer_actions{0}
                                                                             : begin_moving();
    case drop:
        return bits(transfer_action::close_data);
    case end:
        state_ = data_done;
        return 0;
    case early:
        // An upload that the server ended before it was begun has stored nothing.
        if (direction_ == transfer_direction::upload && !moving_)
            return finish(outcome::data_failed, true);
        state_ = reply_first;
        return 0;
    case succeed:
        return finish(outcome::succeeded, in_step_);
    case refuse:
        return finish(outcome::refused, true);
    case fail_data:
        return give_up(failing, outcome::data_failed);
    case fail_disk:
        return give_up(aborts_when_disk_fails() ? aborting : failing, outcome::local_failed);
    case stop_data:
        return finish(outcome::data_failed, in_step_);
    case stop_disk:
        return finish(outcome::local_failed, in_step_);
    case stop_user:
        return finish(outcome::cancelled, in_step_);
    case abort:
        return give_up(aborting, outcome::cancelled);
    case answer:
        return --replies_due_ == 0 ? finish(outcome_, true) : transfer_actions{0};
    case settle:
        return finish(outcome_, true);
    case explain:
        // What the server says of a broken data connection ("disk full") is nearer to the cause.
        return finish(outcome_ == outcome::data_failed ? outcome::refused : outcome_, true);
    case extra:
    case detach:
        in_step_ = false;
        return 0;
    case overdue:
        return finish(outcome::reply_overdue, false);
    case quit:
        return finish(outcome_, false);
    case lose:
        return finish(outcome::control_lost, false);
    }
    std::unreachable();
}

transfer_actions transfer_machine::begin_moving() noexcept {
    if (std::exchange(moving_, true)) return 0;
    return bits(transfer_action::move_data);
}

transfer_actions transfer_machine::give_up(transfer_state next, transfer_outcome why) noexcept {
    state_ = next;
    outcome_ = why;
    if (next != aborting) return bits(transfer_action::close_data);
    replies_due_ = 2;
    return bits(transfer_action::send_abort) | bits(transfer_action::close_data);
}

transfer_actions transfer_machine::finish(transfer_outcome how, bool in_step) noexcept {
    state_ = finished;
    outcome_ = how;
    in_step_ = in_step;
    return bits(transfer_action::close_data) | bits(transfer_action::finish);
}

/// To a server that reads, closing the connection says "complete": it must be told otherwise. A
/// server that writes notices by itself.
bool transfer_machine::aborts_when_disk_fails() const noexcept {
    return direction_ == transfer_direction::upload && state_ != data_done;
}

/// While data moves, the data connection has its own limit of patience.
bool transfer_machine::reply_is_due() const noexcept {
    return state_ == started || state_ == data_done || state_ == aborting || state_ == failing;
}

} // namespace ferry::plan
