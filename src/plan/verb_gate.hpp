// Whether a session may use a verb now: one function over the columns of the verb table, so that
// every verb in every state can be looked at by a test, and no handler checks by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ferry::plan {

enum class verb_argument : std::uint8_t { none, optional, required };

/// What must have come before (RFC 959, 5.4; RFC 7151 for HOST; RFC 4217 for what is about TLS).
enum class verb_stage : std::uint8_t {
    any,
    naming,       ///< USER: over TLS, where a login needs it
    before_login, ///< HOST
    user_given,   ///< PASS
    logged_in,
    rename_begun, ///< RNTO, behind RNFR
    before_tls,   ///< AUTH
    in_tls,       ///< PBSZ
    buffer_given, ///< PROT, behind PBSZ
    leaving_tls,  ///< CCC
};

/// What a verb does to the files.
enum class verb_access : std::uint8_t {
    none,
    read,
    write,
    retrieve, ///< reads over a data connection
    store,    ///< writes over a data connection
};

[[nodiscard]] constexpr bool changes_files(verb_access access) noexcept {
    return access == verb_access::write || access == verb_access::store;
}

/// Whether it wants a data connection.
[[nodiscard]] constexpr bool moves_data(verb_access access) noexcept {
    return access == verb_access::retrieve || access == verb_access::store;
}

struct verb_rule {
    verb_argument argument;
    verb_stage stage;
    verb_access access;
};

/// What the gate needs to know of a session.
struct session_standing {
    bool user_given = false;
    bool logged_in = false;
    bool read_only = false;
    bool rename_begun = false;

    bool tls_offered = false;
    bool login_needs_tls = false;
    bool data_needs_tls = false;
    bool secure = false;      ///< TLS protects the control connection
    bool data_secure = false; ///< TLS will protect data connections
    bool buffer_given = false;
};

/// Whether there is such a verb for this session at all: FEAT and HELP show it then.
[[nodiscard]] bool is_offered(verb_stage stage, const session_standing& session) noexcept;

struct gate_refusal {
    int code;
    std::string_view text;

    friend constexpr bool operator==(const gate_refusal&, const gate_refusal&) = default;
};

/// The reply that refuses a verb; nothing if it may run.
[[nodiscard]] std::optional<gate_refusal>
gate(const verb_rule& rule, const session_standing& session, bool has_argument) noexcept;

} // namespace ferry::plan
