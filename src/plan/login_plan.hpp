// The order of USER, PASS and ACCT (RFC 959, 6, "Login").
#pragma once

#include <cstdint>

namespace ferry::plan {

/// Which command was answered.
enum class login_stage : std::uint8_t { user, password, account };

enum class login_step : std::uint8_t { send_password, send_account, done, refused, account_needed };

/// What follows a reply with `code`. `has_account`: there is one to send.
[[nodiscard]] login_step next_login_step(login_stage answered, int code, bool has_account) noexcept;

} // namespace ferry::plan
