// When a failed operation is tried again, after how long, and what must be known before that.
#pragma once

#include <ferry/error.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace ferry::plan {

/// What a client does, as far as it matters for doing it again.
enum class operation : std::uint8_t {
    connect,        ///< to the first reply, and TLS
    login,          ///< USER, PASS, ACCT
    ask,            ///< PWD, SIZE, MDTM, MLST, LIST, MLSD, NLST, FEAT, SYST
    move,           ///< CWD, CDUP
    set,            ///< MFMT, SITE CHMOD
    make_directory, ///< MKD
    remove,         ///< DELE, RMD
    rename,         ///< RNFR, RNTO
    retrieve,       ///< RETR
    store,          ///< STOR, and the RNTO behind it
    append,         ///< APPE
    raw,            ///< whatever the user types
};

inline constexpr std::size_t operation_count = static_cast<std::size_t>(operation::raw) + 1;

/// What to do when a command was sent, and its reply was lost with the connection: it may have been
/// carried out.
enum class after_loss : std::uint8_t {
    repeat,     ///< twice is as good as once
    look_first, ///< see what is there: it may be done already
    report,     ///< nobody can know
};

[[nodiscard]] after_loss when_lost(operation what) noexcept;

class retry_limits {
public:
    retry_limits() = default;

    retry_limits(unsigned retries_in_a_row, std::optional<std::chrono::milliseconds> total = {})
        : retries(retries_in_a_row), most_time(total) {}

    unsigned retries = 0; ///< in a row without progress
    /// No retry begins when so much time has passed since the operation began.
    std::optional<std::chrono::milliseconds> most_time;
};

/// How a try ended, and in what circumstances.
class failed_try {
public:
    failed_try() = default;

    bool progressed = false;              ///< a transfer got further than ever before
    bool host_answered = false;           ///< the server was seen to be there, in this run
    std::chrono::milliseconds elapsed{0}; ///< since the operation began
    std::uint32_t chance = 0;             ///< any number, for the jitter
};

/// The tries of one operation.
class retry_plan {
public:
    explicit retry_plan(retry_limits limits) noexcept : limits_(limits) {}

    /// How long to wait before the next try; nothing to give up.
    [[nodiscard]] std::optional<std::chrono::milliseconds> after(const error& why,
                                                                 const failed_try& how) noexcept;

    /// How many retries there were, or are about to be, since the last progress.
    [[nodiscard]] unsigned in_a_row() const noexcept { return in_a_row_; }

    [[nodiscard]] unsigned most() const noexcept { return limits_.retries; }

private:
    retry_limits limits_;
    unsigned in_a_row_ = 0;
    unsigned of_verification_ = 0;
};

} // namespace ferry::plan
