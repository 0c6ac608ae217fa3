// What can go wrong, as one table.
//
// An `errc` names a cause. `describe` gives the row of that cause: the message, whose fault it is,
// whether trying again can help, whether the control connection is still usable, the reply a server
// gives for it, and the exit status of the program. An `error` adds to the cause the step that
// failed, what the server said, and a detail of our own. What the server said is kept apart and is
// escaped when a message is made of it, because it comes from outside.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace ferry {

enum class errc : std::uint8_t {
    unexpected,
    // the caller
    usage,
    invalid_argument,
    invalid_url,
    interrupted,
    deletion_refused,
    // the network
    resolve_failed,
    resolve_timeout,
    connect_failed,
    connect_timeout,
    reply_timeout,
    connection_lost,
    data_connection_failed,
    data_stalled,
    transfer_aborted,
    truncated,
    limit_exceeded,
    protocol_error,
    service_unavailable,
    // the server said no
    login_refused,
    account_needed,
    not_found,
    permission_denied,
    refused,
    try_later,
    not_supported,
    no_space_there,
    already_exists,
    restart_refused,
    // the local side
    local_file,
    local_not_found,
    local_exists,
    local_no_space,
    unsafe_name,
    // the sum of many
    some_failed,
    verification_failed,
    tls_failed,
    untrusted,
};

/// How many causes there are; `errc` values run from 0 to this, exclusive.
inline constexpr std::size_t errc_count = static_cast<std::size_t>(errc::untrusted) + 1;

/// Whose fault a failure is.
enum class blame : std::uint8_t { caller, network, peer, local, ferry };

/// One row of the error table.
struct error_description {
    errc code;
    std::string_view name;    ///< stable, for JSON: "not_found"
    std::string_view message; ///< "not found"
    std::string_view advice;  ///< what to try, or empty
    blame who;
    bool retryable;         ///< the same request may succeed later
    bool connection_usable; ///< the control connection is still in step
    int reply_code;         ///< what our server answers for it (RFC 959, 4.2)
    int exit_status;
};

/// The row of `code`. Never fails.
[[nodiscard]] const error_description& describe(errc code) noexcept;

/// A failure: cause, step, the server's words, our detail. A value, cheap to move.
class error {
public:
    explicit error(errc code, std::string detail = {}) : code_(code), detail_(std::move(detail)) {}

    /// A failure of the operating system: chooses the cause from `os` (no space, not found, exists,
    /// denied), or `otherwise` if none fits. The system's own words become the detail.
    [[nodiscard]] static error from_system(std::error_code os, errc otherwise,
                                           std::string_view what);

    /// Names the step that failed, as the user would: "RETR pub/big.iso", "connect to [::1]:21".
    /// The first name given stays: it is nearest to the cause.
    error& at(std::string_view step);
    /// Keeps what the server said, unescaped.
    error& said(int reply_code, std::string_view text);
    /// Replaces the table's advice.
    error& advise(std::string_view advice);

    [[nodiscard]] errc code() const noexcept { return code_; }

    [[nodiscard]] const std::string& step() const noexcept { return step_; }

    [[nodiscard]] const std::string& detail() const noexcept { return detail_; }

    [[nodiscard]] int reply_code() const noexcept { return reply_code_; }

    [[nodiscard]] const std::string& reply_text() const noexcept { return reply_text_; }

    [[nodiscard]] std::string_view advice() const noexcept;

    [[nodiscard]] bool retryable() const noexcept { return describe(code_).retryable; }

    [[nodiscard]] bool connection_usable() const noexcept {
        return describe(code_).connection_usable;
    }

    [[nodiscard]] int exit_status() const noexcept { return describe(code_).exit_status; }

    /// One printable line: what failed, at which step, what the server said, what to try.
    [[nodiscard]] std::string message() const;

private:
    errc code_;
    int reply_code_ = 0;
    std::string step_;
    std::string detail_;
    std::string reply_text_;
    std::string advice_;
};

} // namespace ferry
