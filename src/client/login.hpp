// The beginning of a session: greeting and login.
#pragma once

#include "client/control.hpp"

#include <ferry/client.hpp>

namespace ferry::client_side {

/// Waits for 220, through 120 ("ready in nnn minutes"). Anything else is an error, and the
/// connection is closed.
[[nodiscard]] task<result<>> read_greeting(control& talk);

/// USER, PASS, ACCT as the server asks for them.
[[nodiscard]] task<result<>> login(control& talk, credentials who);

} // namespace ferry::client_side
