#include "cli/host_pattern.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace ferry::cli {

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return to_lower(c); });
    return out;
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

host_pattern::host_pattern(std::string_view host, std::optional<std::uint16_t> port)
    : host_(host), wanted_(lower(host)), port_(port) {}

bool host_pattern::fits(std::string_view host, std::uint16_t port) const {
    return (!port_ || *port_ == port) && wanted_.matches(lower(host));
}

} // namespace ferry::cli
