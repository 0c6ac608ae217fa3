#include "plan/verb_gate.hpp"

namespace ferry::plan {

namespace {

constexpr gate_refusal not_logged_in{530, "Please log in with USER and PASS"};
constexpr gate_refusal no_tls_yet{503, "Use AUTH TLS first"};

/// RFC 2228, 3, and RFC 4217, 5: 533 if there is nothing to clear, 534 if it is not wanted.
std::optional<gate_refusal> check_leaving(const session_standing& session) noexcept {
    if (!session.logged_in) return not_logged_in;
    if (!session.secure) return gate_refusal{533, "The control connection is not protected"};
    if (session.data_needs_tls) return gate_refusal{534, "TLS is needed here to the end"};
    return std::nullopt;
}

/// The verbs of RFC 4217.
std::optional<gate_refusal> check_tls_stage(verb_stage stage,
                                            const session_standing& session) noexcept {
    if (!session.tls_offered) return gate_refusal{502, "TLS is not offered here"};
    if (stage == verb_stage::leaving_tls) return check_leaving(session);
    if (stage == verb_stage::before_tls) {
        if (session.secure) return gate_refusal{503, "TLS is on already"};
        return std::nullopt;
    }
    if (!session.secure) return no_tls_yet;
    if (stage == verb_stage::buffer_given && !session.buffer_given)
        return gate_refusal{503, "Send PBSZ 0 first"};
    return std::nullopt;
}

std::optional<gate_refusal> check_stage(verb_stage stage,
                                        const session_standing& session) noexcept {
    switch (stage) {
    case verb_stage::any:
        return std::nullopt;
    case verb_stage::naming:
        // Before the password is sent: RFC 4217, 4.2 has a server refuse what it will not take.
        if (session.login_needs_tls && !session.secure)
            return gate_refusal{530, "Passwords are not taken in the clear, use AUTH TLS first"};
        return std::nullopt;
    case verb_stage::before_login:
        if (session.logged_in) return gate_refusal{503, "Only before login"};
        return std::nullopt;
    case verb_stage::user_given:
        if (session.logged_in) return gate_refusal{503, "Already logged in"};
        if (!session.user_given) return gate_refusal{503, "Send USER first"};
        return std::nullopt;
    case verb_stage::logged_in:
        if (!session.logged_in) return not_logged_in;
        return std::nullopt;
    case verb_stage::rename_begun:
        if (!session.logged_in) return not_logged_in;
        if (!session.rename_begun) return gate_refusal{503, "Send RNFR first"};
        return std::nullopt;
    case verb_stage::before_tls:
    case verb_stage::in_tls:
    case verb_stage::buffer_given:
    case verb_stage::leaving_tls:
        return check_tls_stage(stage, session);
    }
    return not_logged_in;
}

/// RFC 4217, 10.2.
std::optional<gate_refusal> check_data(const session_standing& session) noexcept {
    if (!session.data_needs_tls || session.data_secure) return std::nullopt;
    if (!session.secure)
        return gate_refusal{521, "Data is not sent in the clear here, use AUTH TLS first"};
    return gate_refusal{521, "Data is not sent in the clear here, use PROT P first"};
}

constexpr bool is_about_tls(verb_stage stage) noexcept {
    return stage == verb_stage::before_tls || stage == verb_stage::in_tls ||
           stage == verb_stage::buffer_given || stage == verb_stage::leaving_tls;
}

} // namespace

bool is_offered(verb_stage stage, const session_standing& session) noexcept {
    if (stage == verb_stage::leaving_tls && session.data_needs_tls) return false;
    return session.tls_offered || !is_about_tls(stage);
}

std::optional<gate_refusal> gate(const verb_rule& rule, const session_standing& session,
                                 bool has_argument) noexcept {
    // The stage first: nobody learns more before login.
    if (const auto refusal = check_stage(rule.stage, session)) return refusal;
    if (rule.argument == verb_argument::required && !has_argument)
        return gate_refusal{501, "An argument is needed"};
    if (rule.argument == verb_argument::none && has_argument)
        return gate_refusal{501, "No argument is allowed"};
    // RFC 959, 5.4: 553 is what STOR and its kin may answer, 550 the others.
    if (session.read_only && rule.access == verb_access::store)
        return gate_refusal{553, "Permission denied: this session is read-only"};
    if (session.read_only && rule.access == verb_access::write)
        return gate_refusal{550, "Permission denied: this session is read-only"};
    if (moves_data(rule.access)) return check_data(session);
    return std::nullopt;
}

} // namespace ferry::plan
