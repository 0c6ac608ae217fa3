#include "plan/retry.hpp"

#include <algorithm>
#include <array>

namespace ferry::plan {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using enum errc;

struct loss_row {
    operation what;
    after_loss then;
};

constexpr std::array losses{
    loss_row{operation::connect, after_loss::repeat},
    loss_row{operation::login, after_loss::repeat},
    loss_row{operation::ask, after_loss::repeat},
    // Where it led is lost with the connection.
    loss_row{operation::move, after_loss::repeat},
    loss_row{operation::set, after_loss::repeat},
    loss_row{operation::make_directory, after_loss::look_first},
    loss_row{operation::remove, after_loss::look_first},
    loss_row{operation::rename, after_loss::look_first},
    loss_row{operation::retrieve, after_loss::repeat},
    loss_row{operation::store, after_loss::look_first},
    loss_row{operation::append, after_loss::look_first},
    loss_row{operation::raw, after_loss::report},
};

constexpr bool losses_are_in_order() {
    for (std::size_t i = 0; i < losses.size(); ++i)
        if (losses[i].what != static_cast<operation>(i)) return false;
    return losses.size() == operation_count;
}

static_assert(losses_are_in_order(), "a row for each operation, in the order of the enumeration");

/// Which hosts a cause is worth a retry of.
enum class of_host : std::uint8_t {
    any,
    /// A name that does not exist and a port where nobody listens are mistyped more often than
    /// passing, unless the server was there a moment ago and is being started again.
    that_answered,
};

struct cause_row {
    errc cause;
    milliseconds first; ///< before the first retry; the others double
    of_host hosts;
};

// What is worth a retry, the same causes that the error table calls retryable. What was only cut is
// tried again at once; a server that says it is busy, or was not there, gets a second. All others
// are final: a wrong password, what is not there or not allowed, trust, usage, the local disk, and
// a full disk of the server (452, 552), which seconds do not empty.
constexpr std::array causes{
    cause_row{resolve_failed, 1s, of_host::that_answered},
    cause_row{resolve_timeout, 1s, of_host::any},
    cause_row{connect_failed, 1s, of_host::that_answered},
    cause_row{connect_timeout, 1s, of_host::any},
    cause_row{reply_timeout, 0s, of_host::any},
    cause_row{connection_lost, 0s, of_host::any},
    cause_row{data_connection_failed, 0s, of_host::any}, // 425
    cause_row{data_stalled, 0s, of_host::any},
    cause_row{transfer_aborted, 0s, of_host::any}, // 426
    cause_row{truncated, 0s, of_host::any},
    cause_row{service_unavailable, 1s, of_host::any}, // 421
    cause_row{try_later, 1s, of_host::any},           // 450, 451, and words that mean it
    cause_row{verification_failed, 0s, of_host::any},
};

/// Twice the same damage is no accident of the way.
constexpr unsigned most_of_verification = 1;
constexpr milliseconds longest_wait = 60s;

/// 0, 1 s, 2 s, 4 s ..., or 1 s, 2 s, 4 s ...
milliseconds wait_before(unsigned retry, milliseconds first) noexcept {
    const unsigned steps = first == 0s ? retry - 1 : retry;
    if (steps == 0) return 0s;
    constexpr unsigned steps_to_longest = 7; // 64 s
    return std::min<milliseconds>(1s * (1U << (std::min(steps, steps_to_longest) - 1)),
                                  longest_wait);
}

/// Up to a quarter longer, so that the clients a server has lost do not all come back at once.
milliseconds with_jitter(milliseconds wait, std::uint32_t chance) noexcept {
    return wait + milliseconds(wait.count() * (chance % 256U) / 1024);
}

} // namespace

after_loss when_lost(operation what) noexcept {
    return losses[static_cast<std::size_t>(what)].then;
}

std::optional<milliseconds> retry_plan::after(const error& why, const failed_try& how) noexcept {
    const auto* const row = std::ranges::find(causes, why.code(), &cause_row::cause);
    if (row == causes.end()) return std::nullopt;
    if (row->hosts == of_host::that_answered && !how.host_answered) return std::nullopt;
    if (why.code() == verification_failed && ++of_verification_ > most_of_verification)
        return std::nullopt;
    if (how.progressed) in_a_row_ = 0;
    if (in_a_row_ >= limits_.retries) return std::nullopt;
    const auto wait = with_jitter(wait_before(in_a_row_ + 1, row->first), how.chance);
    if (limits_.most_time && how.elapsed + wait >= *limits_.most_time) return std::nullopt;
    ++in_a_row_;
    return wait;
}

} // namespace ferry::plan
