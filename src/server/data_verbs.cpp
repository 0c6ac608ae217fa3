// Where the next data connection comes from: PORT, PASV (RFC 959, 4.1.2), EPRT, EPSV (RFC 2428).
#include "base/limits.hpp"
#include "base/text.hpp"
#include "server/handlers.hpp"
#include "wire/address.hpp"

namespace ferry::server_side {

namespace {

reply after_epsv_all() {
    return reply(503, "Only EPSV after EPSV ALL");
}

/// PORT and EPRT: only back to the client itself, and to no port of a service, or the server could
/// be made to attack others (threats S1).
reply accept_target(session& s, const result<endpoint>& target) {
    if (s.parameters.only_epsv) return after_epsv_all();
    if (!target && target.error().code() == errc::not_supported)
        return reply(522, "Unknown network protocol, use (1,2)");
    if (!target) return reply(501, "Not an address and a port");
    if (!wire::same_address(target->address, s.control.remote().address)) {
        s.tell("refused: data connection to " + to_string(*target));
        return reply(504, "Data connections go to your own address only");
    }
    if (target->port < limits::lowest_data_port)
        return reply(504, "Data connections go to ports from " +
                              std::to_string(limits::lowest_data_port) + " only");
    s.data.connect_to(*target);
    return reply(200, "Will connect there");
}

reply cannot_listen(session& s, const error& why) {
    s.tell("no port for data: " + why.detail());
    return reply(425, "No port can be opened now");
}

} // namespace

reply port(session& s, const std::string& argument) {
    return accept_target(s, wire::parse_port_argument(argument));
}

reply eprt(session& s, const std::string& argument) {
    return accept_target(s, wire::parse_eprt_argument(argument));
}

reply pasv(session& s, const std::string&) {
    if (s.parameters.only_epsv) return after_epsv_all();
    if (s.control.local().is_v6()) return reply(425, "PASV cannot name an IPv6 address, use EPSV");
    const auto listening = s.data.listen();
    if (!listening) return cannot_listen(s, listening.error());
    return reply(227, wire::format_pasv_reply(*listening));
}

reply epsv(session& s, const std::string& argument) {
    if (equal_ignoring_case(argument, "ALL")) {
        s.parameters.only_epsv = true;
        return reply(200, "Only EPSV from now on");
    }
    const std::string_view own = s.control.local().is_v6() ? "2" : "1";
    if (!argument.empty() && argument != own) {
        if (argument != "1" && argument != "2") return reply(501, "Use EPSV [1 | 2 | ALL]");
        return reply(522, "Network protocol not supported here, use (" + std::string(own) + ")");
    }
    const auto listening = s.data.listen();
    if (!listening) return cannot_listen(s, listening.error());
    return reply(229, wire::format_epsv_reply(listening->port));
}

} // namespace ferry::server_side
