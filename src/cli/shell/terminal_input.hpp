// What may happen while the shell waits for a key.
//
// Signals that are about the terminal (its size, stop and continue) become events only while a
// `listening` lives, which is while a line is edited: at any other time they do what they always
// do.
#pragma once

#include "cli/shell/interrupts.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include <signal.h>

namespace ferry::cli {

enum class input_event : std::uint8_t {
    byte,        ///< `byte` has it
    interrupted, ///< the `interrupts` happened, and were not cleared
    woken,       ///< `wake` was called
    resized,     ///< SIGWINCH
    stopping,    ///< SIGTSTP: whoever is ready for it calls `stop`
    continued,   ///< SIGCONT, after a stop that nobody announced
    idle,        ///< nothing of all this for some time
    ended,       ///< there is no terminal any more
};

class terminal_input {
public:
    /// Reads `terminal`, which stays the caller's. `signals` must live longer.
    terminal_input(int terminal, const interrupts& signals);
    ~terminal_input();
    terminal_input(const terminal_input&) = delete;
    terminal_input& operator=(const terminal_input&) = delete;

    /// Waits for one event. `idle` comes when no byte has come for `idle_after`, and each time that
    /// has passed again; never if it is zero.
    [[nodiscard]] input_event wait(std::chrono::milliseconds idle_after);

    [[nodiscard]] unsigned char byte() const noexcept { return byte_; }

    /// The byte that `wait` will give next, if it is there or comes within this time.
    [[nodiscard]] std::optional<unsigned char> peek(std::chrono::milliseconds within);

    /// From any thread.
    void wake() noexcept;

    /// Stops the process, as Ctrl-Z does, and returns when it goes on.
    void stop();

    class listening {
    public:
        explicit listening(terminal_input& to);
        ~listening();
        listening(const listening&) = delete;
        listening& operator=(const listening&) = delete;

    private:
        terminal_input* to_;
    };

private:
    using clock = std::chrono::steady_clock;

    void listen();
    void ignore();
    std::optional<input_event> signal_event();
    std::optional<input_event> read_byte();

    static constexpr std::array heard{SIGWINCH, SIGTSTP, SIGCONT};

    int terminal_;
    const interrupts* signals_;
    int bell_; ///< eventfd: a signal, or `wake`
    std::atomic<bool> woken_ = false;
    unsigned char byte_ = 0;
    std::optional<unsigned char> peeked_;
    clock::time_point quiet_since_;
    std::array<struct sigaction, heard.size()> before_{};
};

} // namespace ferry::cli
