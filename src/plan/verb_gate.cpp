#include "plan/verb_gate.hpp"

namespace ferry::plan {

namespace {

constexpr gate_refusal not_logged_in{530, "Please log in with USER and PASS"};

std::optional<gate_refusal> check_stage(verb_stage stage,
                                        const session_standing& session) noexcept {
    switch (stage) {
    case verb_stage::any:
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
    }
    return not_logged_in;
}

} // namespace

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
    return std::nullopt;
}

} // namespace ferry::plan
