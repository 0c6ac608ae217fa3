#include "cli/shell/terminal_input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace ferry::cli {

namespace {

// What a signal handler may touch.
std::atomic<int> handler_bell = -1;
std::atomic<unsigned> signals_seen = 0;

void ring(int bell) noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto count = ::write(bell, &one, sizeof one);
}

constexpr unsigned bit_of(int number) noexcept {
    return 1U << static_cast<unsigned>(number);
}

void note_signal(int number) noexcept {
    const int problem = errno;
    signals_seen.fetch_or(bit_of(number));
    ring(handler_bell.load());
    errno = problem;
}

/// Whether one came since it was last asked.
bool take_signal(int number) noexcept {
    return (signals_seen.fetch_and(~bit_of(number)) & bit_of(number)) != 0;
}

} // namespace

terminal_input::terminal_input(int terminal, const interrupts& signals)
    : terminal_(terminal), signals_(&signals), bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

terminal_input::~terminal_input() {
    if (bell_ >= 0) ::close(bell_);
}

void terminal_input::wake() noexcept {
    woken_ = true;
    ring(bell_);
}

std::optional<input_event> terminal_input::signal_event() {
    if (take_signal(SIGTSTP)) return input_event::stopping;
    if (take_signal(SIGCONT)) return input_event::continued;
    if (take_signal(SIGWINCH)) return input_event::resized;
    return std::nullopt;
}

std::optional<input_event> terminal_input::read_byte() {
    const auto count = ::read(terminal_, &byte_, 1);
    if (count == 1) {
        quiet_since_ = clock::now();
        return input_event::byte;
    }
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return std::nullopt;
    return input_event::ended;
}

input_event terminal_input::wait(std::chrono::milliseconds idle_after) {
    using std::chrono::milliseconds;
    for (;;) {
        if (const auto event = signal_event()) return *event;
        if (woken_.exchange(false)) return input_event::woken;
        if (peeked_) {
            byte_ = *peeked_;
            peeked_.reset();
            return input_event::byte;
        }
        std::array<pollfd, 3> events{
            {{signals_->descriptor(), POLLIN, 0}, {bell_, POLLIN, 0}, {terminal_, POLLIN, 0}}};
        const auto left = std::chrono::ceil<milliseconds>(quiet_since_ + idle_after - clock::now());
        const auto patience = idle_after.count() == 0
                                  ? -1
                                  : std::clamp<milliseconds::rep>(left.count(), 0, 3'600'000);
        const int count = ::poll(events.data(), events.size(), static_cast<int>(patience));
        if (count < 0 && errno != EINTR) return input_event::ended;
        if (count < 0) continue;
        if (count == 0) {
            quiet_since_ = clock::now();
            return input_event::idle;
        }
        if (events[0].revents != 0) return input_event::interrupted;
        if (events[1].revents != 0) {
            std::uint64_t times = 0;
            [[maybe_unused]] const auto read = ::read(bell_, &times, sizeof times);
        } else if (const auto event = read_byte()) {
            return *event;
        }
    }
}

std::optional<unsigned char> terminal_input::peek(std::chrono::milliseconds within) {
    pollfd event{terminal_, POLLIN, 0};
    if (!peeked_ && ::poll(&event, 1, static_cast<int>(within.count())) > 0 &&
        read_byte() == input_event::byte)
        peeked_ = byte_;
    return peeked_;
}

void terminal_input::listen() {
    handler_bell = bell_;
    struct sigaction action{};
    action.sa_handler = &note_signal;
    action.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < heard.size(); ++i) {
        ::sigaction(heard[i], nullptr, &before_[i]);
        // Where the user's shell has no job control, Ctrl-Z stays without effect.
        if (before_[i].sa_handler != SIG_IGN) ::sigaction(heard[i], &action, nullptr);
    }
}

void terminal_input::ignore() {
    for (std::size_t i = 0; i < heard.size(); ++i)
        ::sigaction(heard[i], &before_[i], nullptr);
}

void terminal_input::stop() {
    ignore(); // so that SIGTSTP stops, and SIGCONT tells nothing
    (void)::raise(SIGTSTP);
    listen();
}

terminal_input::listening::listening(terminal_input& to) : to_(&to) {
    signals_seen = 0;
    to_->quiet_since_ = clock::now();
    to_->listen();
}

terminal_input::listening::~listening() {
    to_->ignore();
}

} // namespace ferry::cli
