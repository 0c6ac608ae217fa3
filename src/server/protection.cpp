// TLS: AUTH, PBSZ, PROT, CCC (RFC 2228, 3; RFC 4217), and the handshakes.
#include "base/text.hpp"
#include "base/units.hpp"
#include "server/handlers.hpp"
#include "server/transfer.hpp"

#include <algorithm>
#include <array>

namespace ferry::server_side {

namespace {

/// What AUTH may ask for. All of it is TLS of today.
struct mechanism {
    std::string_view name;
    bool protects_data; ///< without PBSZ and PROT
};

// RFC 4217, 17, for the first two. The others are of drafts before it, in which they stood for
// protected data too; old clients go by that, and newer ones send PBSZ and PROT whatever they asked
// for here.
constexpr std::array mechanisms{
    mechanism{"TLS", false},
    mechanism{"TLS-C", false},
    mechanism{"SSL", true},
    mechanism{"TLS-P", true},
};

/// What FileZilla offers: whoever agrees to it protects data without being told to.
constexpr std::string_view filezilla_protocol = "x-filezilla-ftp";

/// As the others of this session have to be, or nobody could tell whose data it is (threats S2).
bool belongs(const session& s) {
    if (!s.host.options().tls->require_reuse) return true;
    const auto* const control = s.control.tls();
    return control != nullptr && s.data.tls()->resumes(*control);
}

} // namespace

io::task<bool> session::begin_tls() {
    io::tls_server_handshake wanted;
    wanted.alpn = {std::string(filezilla_protocol), "ftp"};
    const auto left = patience();
    control.set_limit(left ? std::max(*left, io::milliseconds(1)) : io::milliseconds(0));
    shaking_hands_ = true;
    const auto shaken = co_await control.begin_tls(*host.tls(), std::move(wanted));
    shaking_hands_ = false;
    if (!shaken) {
        tell("no TLS: " + shaken.error().message());
        co_return false;
    }
    const auto& facts = control.tls()->facts();
    protection = data_protection();
    // No RFC describes sessions that begin with TLS; their data has always been protected.
    protection.on = began_with_tls() || facts.alpn == filezilla_protocol;
    tell("TLS: " + facts.version + ' ' + facts.cipher);
    co_return true;
}

io::task<> auth(session& s, std::string name) {
    const auto* const known = std::ranges::find(mechanisms, to_upper(name), &mechanism::name);
    if (known == mechanisms.end()) {
        s.control.queue(reply(504, "Only TLS is known"));
        co_return;
    }
    // Said in the clear, by anybody, and meant to be taken for what comes over TLS (threats S11).
    if (s.control.has_unread()) {
        s.tell("refused: commands in the clear behind AUTH");
        s.control.queue(reply(421, "Nothing may follow AUTH before TLS, closing"));
        s.end();
        co_return;
    }
    s.control.queue(reply(234, "TLS may begin"));
    co_await s.control.flush();
    // RFC 2228, 3: what was before counts no more, and users have to log in again.
    s.log_out();
    const bool begun = co_await s.begin_tls();
    if (begun && known->protects_data) s.protection.on = true;
}

reply pbsz(session& s, const std::string& argument) {
    if (!parse_number<std::uint32_t>(argument)) return reply(501, "Use PBSZ 0");
    s.protection.buffer_given = true;
    return reply(200, "PBSZ=0"); // RFC 4217, 9: TLS has its own blocks, whatever was asked for
}

reply prot(session& s, const std::string& argument) {
    const auto level = to_upper(argument);
    if (level == "P") {
        s.protection.on = true;
        return reply(200, "Data connections are protected");
    }
    if (level == "C") {
        if (s.host.options().tls->required_data)
            return reply(534, "Data is not sent in the clear here, use PROT P");
        s.protection.on = false;
        return reply(200, "Data connections are clear");
    }
    if (level == "S" || level == "E") return reply(536, "TLS has no such level, use PROT P");
    return reply(504, "Use PROT P or PROT C");
}

io::task<> ccc(session& s, std::string) {
    s.control.queue(reply(200, "The control connection is clear behind the end of TLS"));
    return s.end_tls();
}

io::task<> session::end_tls() {
    co_await control.flush();
    const auto left = co_await control.end_tls();
    tell(left ? "TLS left" : "TLS not left: " + left.error().message());
}

io::task<std::optional<reply>> secure_data(session& s) {
    io::tls_server_handshake wanted;
    // FileZilla's name for it; others offer what they offer for the control connection.
    wanted.alpn = {"ftp-data", "ftp"};
    wanted.traffic = io::tls_traffic::bulk;
    wanted.tickets = !s.running->stores;
    const auto limit = s.host.options().data_timeout;
    const auto shaken = co_await s.data.secure(*s.host.tls(), std::move(wanted), limit);
    if (!shaken) {
        s.tell("no TLS for data: " + shaken.error().message());
        co_return reply(522, "The TLS handshake of the data connection failed");
    }
    if (belongs(s)) co_return std::nullopt;
    co_return reply(522, "The data connection does not resume the TLS session of the control "
                         "connection: switch session reuse on in the client");
}

} // namespace ferry::server_side
