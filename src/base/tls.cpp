#include <ferry/tls.hpp>

#include <algorithm>
#include <array>

namespace ferry {

std::string_view name_of(tls_problem problem) noexcept {
    constexpr std::array<std::string_view, 7> names{
        "expired", "not_yet_valid", "wrong_host", "self_signed", "unknown_ca", "revoked", "other"};
    return names[static_cast<std::size_t>(problem)];
}

bool tls_verdict::has(tls_problem problem) const noexcept {
    return std::ranges::find(findings, problem, &tls_finding::what) != findings.end();
}

std::string tls_verdict::describe() const {
    std::string text;
    for (const auto& one : findings)
        text += (text.empty() ? "" : "; ") + one.detail;
    return text;
}

} // namespace ferry
