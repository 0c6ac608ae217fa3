#include "cli/host_pattern.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace ferry::cli {

namespace {

/// Goes back to the last * only, so the time is bounded by the product of both lengths.
bool matches(std::string_view pattern, std::string_view text) noexcept {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t taken = 0; // by that star, up to here
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            taken = t;
        } else if (p < pattern.size() &&
                   (pattern[p] == '?' || to_lower(pattern[p]) == to_lower(text[t]))) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++taken;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

} // namespace

result<host_pattern> host_pattern::parse(std::string_view text) {
    auto host = text;
    std::optional<std::string_view> port_text;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return fail(errc::usage, "has no ] for its [");
        host = text.substr(1, end - 1);
        const auto rest = text.substr(end + 1);
        if (!rest.empty() && rest.front() != ':')
            return fail(errc::usage, "has something other than a port behind its ]");
        if (!rest.empty()) port_text = rest.substr(1);
    } else if (std::ranges::count(text, ':') == 1) { // more of them: an IPv6 address
        port_text = text;
        host = take_until(*port_text, ':');
    }
    if (host.empty() || text.find_first_of("/@ \t") != std::string_view::npos)
        return fail(errc::usage, "is not the name of a host, such as ftp.example.org or *:2121");
    if (!port_text) return host_pattern(host, std::nullopt);
    const auto port = parse_number<std::uint16_t>(*port_text);
    if (!port || *port == 0) return fail(errc::usage, "wants a port from 1 to 65535 behind its :");
    return host_pattern(host, port);
}

bool host_pattern::fits(std::string_view host, std::uint16_t port) const noexcept {
    return (!port_ || *port_ == port) && matches(host_, host);
}

} // namespace ferry::cli
