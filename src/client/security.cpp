#include "client/security.hpp"

#include "client/stream_control.hpp"
#include "plan/refusal.hpp"

namespace ferry::client_side {

namespace {

/// The names of FTP for ALPN, so that a server of another protocol with the same certificate takes
/// no part (ALPACA, threats S14). "ftp-data" is what FileZilla made of it; others know only "ftp".
const std::vector<std::string> control_protocols{"ftp"};
const std::vector<std::string> data_protocols{"ftp-data", "ftp"};

/// Why a server that has no TLS is left.
error no_tls(const session& with, const reply& said) {
    const bool is_known = with.is_known_for_tls();
    error why(errc::tls_failed, is_known ? "the server spoke TLS before, and refuses it now"
                                         : "the server refuses TLS");
    why.advise(is_known ? "if its owner says that this is right: ferry trust --remove"
                        : "a server that speaks TLS from the first byte is named ftps://");
    why.at("AUTH TLS").said(said.code, said.text());
    return why;
}

/// Whether this peer is the right one.
result<> judge(const tls_options& options, const tls_peer& peer) {
    if (options.decide) return options.decide(peer);
    if (peer.verdict.verified()) return {};
    return fail(errc::untrusted, peer.verdict.describe());
}

std::string describe(const tls_facts& facts) {
    return facts.version + ", " + facts.cipher + (facts.resumed ? ", resumed" : ", not resumed");
}

} // namespace

result<io::tls_client_context> make_tls_context(const tls_options& options) {
    io::tls_client_settings settings;
    settings.minimum = options.minimum;
    settings.ciphers = options.ciphers;
    settings.cipher_suites = options.cipher_suites;
    settings.ca_file = options.ca_file;
    if (!options.certificate_file.empty()) {
        auto own = io::tls_identity::load(options.certificate_file, options.key_file);
        if (!own) return fail(std::move(own.error()));
        settings.identity = std::move(*own);
    }
    return io::tls_client_context::make(settings);
}

task<result<>> ask_for_tls(session& with, std::string host) {
    const bool required = with.options().tls.mode == tls_mode::required || with.is_known_for_tls();
    auto said = co_await exchange(with.talk(), "AUTH", "TLS");
    // Servers from before RFC 4217 know it by the name of a draft.
    if (said && required && said->code == 504) said = co_await exchange(with.talk(), "AUTH", "SSL");
    if (!said) {
        auto why = std::move(said.error());
        if (why.code() == errc::connection_lost && !required)
            why.advise("if this server cannot bear the question: --tls=off");
        co_return fail(std::move(why));
    }
    if (said->code == 234) co_return co_await secure_control(with, std::move(host));
    if (required || said->kind() < 4) {
        with.talk().close();
        co_return fail(no_tls(with, *said));
    }
    with.talk().note("no TLS: the server refuses it");
    co_return result<>();
}

task<result<>> secure_control(session& with, std::string host) {
    auto& wire = *with.wire();
    session_security made;
    made.host = host;
    made.sessions = std::make_shared<io::tls_session_cache>();
    const auto context = with.tls_context();
    if (!context) {
        wire.close();
        co_return fail(error(context.error()));
    }
    auto below = wire.detach();
    if (!below) co_return fail(std::move(below.error()));
    io::tls_client_handshake wanted(std::move(host));
    wanted.alpn = control_protocols;
    wanted.sessions = made.sessions;
    auto tls = std::make_unique<io::tls_stream>(**context, std::move(*below), std::move(wanted));
    auto& shaken = *tls;
    wire.resume(std::move(tls));
    shaken.set_limit(with.options().reply_timeout, errc::reply_timeout);
    auto done = co_await shaken.handshake();
    if (done) {
        made.facts = shaken.facts();
        made.peer = shaken.peer();
        made.control = &shaken;
        with.talk().note("TLS: " + describe(made.facts) + ", " + made.peer.certificate.subject);
        done = judge(with.options().tls, made.peer);
        if (!done) done.error().at("TLS handshake");
    } else {
        done.error().at("TLS handshake");
    }
    if (!done) {
        wire.close();
        co_return done;
    }
    with.memory() = server_memory();
    with.security() = std::move(made);
    co_return result<>();
}

task<result<>> choose_protection(session& with) {
    if (!with.security() || with.security()->protects_data) co_return result<>();
    const bool wanted = !with.options().tls.clear_data;
    auto size = co_await exchange(with.talk(), "PBSZ", "0");
    if (!size) co_return fail(std::move(size.error()));
    const std::string level = wanted ? "P" : "C";
    auto said = co_await exchange(with.talk(), "PROT", level);
    if (!said) co_return fail(std::move(said.error()));
    if (!said->completed()) {
        error why(errc::tls_failed, wanted ? "the server does not protect data connections"
                                           : "the server wants data connections protected");
        why.at("PROT " + level).said(said->code, said->text());
        why.advise(wanted ? "--clear-data moves files unprotected" : "run it without --clear-data");
        with.talk().close();
        co_return fail(std::move(why));
    }
    with.security()->protects_data = wanted;
    co_return result<>();
}

task<result<>> leave_tls(session& with) {
    auto chosen = co_await choose_protection(with);
    if (!chosen || !with.security() || with.security()->control == nullptr) co_return chosen;
    auto said = co_await command(with.talk(), "CCC");
    if (!said) co_return fail(std::move(said.error()));
    auto rest = co_await with.security()->control->leave();
    with.security()->control = nullptr;
    if (rest && !rest->early.empty())
        rest = fail(errc::protocol_error, "a reply that nobody asked for");
    if (!rest) {
        with.talk().close();
        co_return fail(std::move(rest.error().at("CCC")));
    }
    with.wire()->resume(std::move(rest->connection));
    with.talk().note("TLS: ended on the control connection");
    co_return result<>();
}

bool protects_data(session& with) noexcept {
    return with.security() && with.security()->protects_data == true;
}

result<std::unique_ptr<io::tls_stream>> wrap_data(session& with,
                                                  std::unique_ptr<io::stream> below) {
    const auto context = with.tls_context();
    if (!context) return fail(context.error());
    io::tls_client_handshake wanted(with.security()->host);
    wanted.alpn = data_protocols;
    wanted.sessions = with.security()->sessions;
    wanted.traffic = io::tls_traffic::bulk;
    return std::make_unique<io::tls_stream>(**context, std::move(below), std::move(wanted));
}

task<result<>> secure_data(session& with, io::tls_stream& data) {
    data.set_limit(with.options().data_timeout, errc::data_stalled);
    auto done = co_await data.handshake();
    if (!done && done.error().code() == errc::data_stalled) {
        error why(errc::data_stalled, done.error().detail() + " for its TLS handshake");
        why.advise("try --active or --passive, or raise --timeout; a firewall may be in the way");
        co_return fail(std::move(why));
    }
    if (!done) co_return done;
    with.talk().note("TLS: data connection, " + describe(data.facts()));
    // One that resumes the session is the same server; another must at least look the same.
    const auto& shown = data.peer().certificate.fingerprint;
    if (shown != with.security()->peer.certificate.fingerprint)
        co_return fail(errc::untrusted, "the data connection shows another certificate (SHA-256 " +
                                            shown + ") than the control connection");
    co_return result<>();
}

} // namespace ferry::client_side
