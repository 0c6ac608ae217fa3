// Handshakes of TLS: what a connection costs the client and the server, in ferry's streams and in
// OpenSSL by itself.
//
// usage: tls_handshake_bench [CONNECTIONS] [ROUNDS]
//
// Each connection is made over loopback; the server says a line, which brings the tickets of TLS
// 1.3 along; both say goodbye. The certificate is an ECDSA one, verified by both clients. One side
// is measured and the other is OpenSSL by itself.
#include "io/tcp.hpp"
#include "io/tls_certificate.hpp"
#include "io/tls_stream.hpp"
#include "processes.hpp"
#include "tls_bare.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <vector>

using namespace ferry;
using namespace ferry::bench;

namespace {

constexpr std::string_view greeting = "220 hello\r\n";

class plan {
public:
    int connections;
    tls_version version;
    bool resume;
    io::tls_identity identity;
    std::string ca_file;
};

[[noreturn]] void give_up(const error& why) {
    std::fprintf(stderr, "%s\n", why.message().c_str());
    std::exit(1);
}

void must(bool fine, const char* what) {
    if (!fine) give_up(io::tls_error(what));
}

template<class T>
T take(result<T> made) {
    if (!made) give_up(made.error());
    return std::move(*made);
}

io::tls_stream make_client(io::context& where, const io::tls_client_context& context,
                           io::tls_client_handshake wanted, const sockaddr_in& at) {
    io::tcp::socket socket(where.native(), io::tcp::v4(), connect_to(at));
    return {context, std::make_unique<io::tcp_stream>(std::move(socket)), std::move(wanted)};
}

io::tls_stream make_server(io::context& where, const io::tls_server_context& context,
                           int listening) {
    io::tcp::socket socket(where.native(), io::tcp::v4(), accept_from(listening));
    const io::tls_server_handshake wanted;
    return {context, std::make_unique<io::tcp_stream>(std::move(socket)), wanted};
}

io::task<> read_to_end(io::tls_stream& from) {
    std::array<char, 512> room{};
    while (true) {
        auto got = co_await from.read_some(room);
        if (!got) give_up(got.error());
        if (*got == 0) co_return;
    }
}

io::task<> ferry_client(io::context& where, const plan& work, const sockaddr_in& at, cost& out) {
    io::tls_client_settings settings;
    settings.minimum = settings.maximum = work.version;
    settings.ca_file = work.ca_file;
    const auto context = take(io::tls_client_context::make(settings));
    const auto sessions = std::make_shared<io::tls_session_cache>();
    const meter spent;
    for (int i = 0; i < work.connections; ++i) {
        io::tls_client_handshake wanted("localhost");
        if (work.resume) wanted.sessions = sessions;
        auto over = make_client(where, context, std::move(wanted), at);
        auto done = co_await over.handshake();
        if (!done) give_up(done.error());
        must(over.peer().verdict.verified(), "not verified");
        must(over.facts().resumed == (work.resume && i > 0), "resumed, or not");
        std::array<char, 512> room{};
        auto got = co_await over.read_some(room);
        if (!got) give_up(got.error());
        done = co_await over.finish_writing();
        if (!done) give_up(done.error());
        co_await read_to_end(over);
    }
    out = spent.spent();
}

io::task<> ferry_server(io::context& where, const plan& work, int listening, cost& out) {
    io::tls_server_settings settings(work.identity);
    settings.minimum = settings.maximum = work.version;
    const auto context = take(io::tls_server_context::make(settings));
    const meter spent;
    for (int i = 0; i < work.connections; ++i) {
        auto over = make_server(where, context, listening);
        auto done = co_await over.handshake();
        if (!done) give_up(done.error());
        done = co_await over.write(greeting);
        if (!done) give_up(done.error());
        co_await read_to_end(over);
        done = co_await over.finish_writing();
        if (!done) give_up(done.error());
    }
    out = spent.spent();
}

int version_of(const plan& work) {
    return work.version == tls_version::tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

io::session_pointer& newest_session() {
    static io::session_pointer session;
    return session;
}

int keep_session(SSL*, SSL_SESSION* session) {
    newest_session().reset(session);
    return 1;
}

void read_to_end(SSL& from) {
    std::array<char, 512> room{};
    while (SSL_read(&from, room.data(), room.size()) > 0)
        continue;
    must((SSL_get_shutdown(&from) & SSL_RECEIVED_SHUTDOWN) != 0, "no goodbye");
}

cost bare_client(const plan& work, const sockaddr_in& at) {
    const io::library_context_pointer library(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_min_proto_version(library.get(), version_of(work));
    SSL_CTX_set_max_proto_version(library.get(), version_of(work));
    SSL_CTX_set_verify(library.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_load_verify_file(library.get(), work.ca_file.c_str());
    SSL_CTX_set_session_cache_mode(library.get(), SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(library.get(), keep_session);
    const meter spent;
    for (int i = 0; i < work.connections; ++i) {
        const int socket = connect_to(at);
        const io::connection_pointer over(SSL_new(library.get()));
        SSL_set_fd(over.get(), socket);
        SSL_set_tlsext_host_name(over.get(), "localhost");
        SSL_set1_host(over.get(), "localhost");
        if (work.resume && newest_session()) SSL_set_session(over.get(), newest_session().get());
        must(SSL_connect(over.get()) == 1, "connect");
        must((SSL_session_reused(over.get()) == 1) == (work.resume && i > 0), "resumed, or not");
        std::array<char, 512> room{};
        must(SSL_read(over.get(), room.data(), room.size()) > 0, "read");
        SSL_shutdown(over.get());
        read_to_end(*over);
        ::close(socket);
    }
    return spent.spent();
}

cost bare_server(const plan& work, int listening) {
    const auto library = bench::bare_server("TLS_AES_128_GCM_SHA256", work.identity);
    SSL_CTX_set_min_proto_version(library.get(), version_of(work));
    SSL_CTX_set_max_proto_version(library.get(), version_of(work));
    const meter spent;
    for (int i = 0; i < work.connections; ++i) {
        const int socket = accept_from(listening);
        const io::connection_pointer over(SSL_new(library.get()));
        SSL_set_fd(over.get(), socket);
        must(SSL_accept(over.get()) == 1, "accept");
        SSL_write(over.get(), greeting.data(), static_cast<int>(greeting.size()));
        read_to_end(*over);
        SSL_shutdown(over.get());
        ::close(socket);
    }
    return spent.spent();
}

cost measure(const plan& work, bool client_is_ours, bool server_is_ours) {
    const auto [listening, at] = listen_here();
    const auto client = [&, at = at] {
        if (!client_is_ours) return bare_client(work, at);
        cost out;
        io::context where;
        where.run(ferry_client(where, work, at, out));
        return out;
    };
    const auto server = [&, listening = listening] {
        if (!server_is_ours) return bare_server(work, listening);
        cost out;
        io::context where;
        where.run(ferry_server(where, work, listening, out));
        return out;
    };
    const auto spent = run_both({client, server});
    ::close(listening);
    return {spent[0].cpu, spent[1].cpu}; // of client and server
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void compare(const plan& work, int rounds) {
    std::vector<double> client;
    std::vector<double> bare_client_too;
    std::vector<double> server;
    std::vector<double> bare_server_too;
    for (int round = 0; round < rounds; ++round) {
        const auto bare = measure(work, false, false);
        bare_client_too.push_back(bare.cpu);
        bare_server_too.push_back(bare.wall);
        client.push_back(measure(work, true, false).cpu);
        server.push_back(measure(work, false, true).wall);
    }
    const auto each = [&](const std::vector<double>& values) {
        return median(values) / work.connections * 1e6;
    };
    std::printf("  %-8s%-9s%8.0f%8.0f%7.2f  %8.0f%8.0f%7.2f\n",
                work.version == tls_version::tls_1_2 ? "TLS 1.2" : "TLS 1.3",
                work.resume ? "resumed" : "full", each(client), each(bare_client_too),
                each(client) / each(bare_client_too), each(server), each(bare_server_too),
                each(server) / each(bare_server_too));
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
    const int connections = argc > 1 ? std::atoi(argv[1]) : 500;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto shown = take(io::make_self_signed(
        {"localhost"}, {now - std::chrono::hours(1), now + std::chrono::hours(24)}));
    std::string ca_file = "/tmp/tls_handshake_bench-XXXXXX";
    ::close(::mkstemp(ca_file.data()));
    std::ofstream(ca_file) << shown.certificate;
    std::printf("CPU us for a connection       client  (OpenSSL)          server  (OpenSSL)\n");
    for (const auto version : {tls_version::tls_1_3, tls_version::tls_1_2})
        for (const bool resume : {false, true})
            compare(plan(connections, version, resume,
                         io::tls_identity(shown.certificate, shown.key), ca_file),
                    rounds);
    ::unlink(ca_file.c_str());
    return 0;
}
