// The library as its users have it, on real sockets.
#include "support/temporary_directory.hpp"

#include <ferry/client.hpp>
#include <ferry/server.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

/// A TCP socket; reads lines of a control connection.
class plain_socket {
public:
    plain_socket() = default;

    explicit plain_socket(int descriptor) : descriptor_(descriptor) {}

    ~plain_socket() { close(); }

    plain_socket(plain_socket&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)) {}

    plain_socket& operator=(plain_socket&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }

    [[nodiscard]] static plain_socket connect(std::uint16_t port) {
        plain_socket made(::socket(AF_INET, SOCK_STREAM, 0));
        auto at = loopback(port);
        REQUIRE(::connect(made.descriptor_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
        return made;
    }

    [[nodiscard]] static plain_socket listen() {
        plain_socket made(::socket(AF_INET, SOCK_STREAM, 0));
        auto at = loopback(0);
        REQUIRE(::bind(made.descriptor_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
        REQUIRE(::listen(made.descriptor_, 1) == 0);
        return made;
    }

    [[nodiscard]] plain_socket accept() const {
        return plain_socket(::accept(descriptor_, nullptr, nullptr));
    }

    [[nodiscard]] std::uint16_t port() const {
        sockaddr_in at{};
        socklen_t size = sizeof at;
        REQUIRE(::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
        return ntohs(at.sin_port);
    }

    void say(std::string_view text) const {
        const auto sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
        CHECK(static_cast<std::size_t>(sent) == text.size());
    }

    /// Without its end; empty at the end of all.
    [[nodiscard]] std::string read_line() const {
        std::string line;
        char c = 0;
        while (::recv(descriptor_, &c, 1, 0) == 1 && c != '\n')
            if (c != '\r') line += c;
        return line;
    }

    /// Reads one byte, and goes while more are on their way: the peer, told of the end first, finds
    /// out by its next write.
    void break_off() {
        char c = 0;
        CHECK(::recv(descriptor_, &c, 1, 0) == 1);
        ::shutdown(descriptor_, SHUT_WR);
        close();
    }

    void close() {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = -1;
    }

private:
    [[nodiscard]] static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return at;
    }

    int descriptor_ = -1;
};

/// A server of one connection, which says what it is told to.
class lone_server {
public:
    lone_server() : listening_(plain_socket::listen()) {}

    void greet(client& visitor) {
        const auto greet = [this] {
            control = listening_.accept();
            control.say("220 ready\r\n");
        };
        auto greeting = std::async(std::launch::async, greet);
        REQUIRE(visitor.connect("127.0.0.1", port()));
        greeting.get();
    }

    [[nodiscard]] std::uint16_t port() const { return listening_.port(); }

    /// Answers one client until it goes; its uploads are broken off.
    void break_uploads() {
        control = listening_.accept();
        control.say("220 ready\r\n");
        plain_socket passive;
        for (auto line = control.read_line(); !line.empty(); line = control.read_line()) {
            if (line == "EPSV") {
                passive = plain_socket::listen();
                control.say("229 here (|||" + std::to_string(passive.port()) + "|)\r\n");
            } else if (line.starts_with("STOR")) {
                auto data = passive.accept();
                control.say("150 send\r\n");
                data.break_off();
                control.say("426 had enough\r\n");
            } else {
                control.say(line.starts_with("TYPE") ? "200 ok\r\n" : "502 what\r\n");
            }
        }
    }

    plain_socket control;

private:
    plain_socket listening_;
};

/// Packets on loopback take no time worth naming, but some.
bool becomes_lost(const client& visitor) {
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    while (visitor.still_there() && std::chrono::steady_clock::now() < give_up)
        std::this_thread::yield();
    return !visitor.still_there();
}

/// A directory with a file, "large", that no socket buffer holds.
class large_file {
public:
    large_file() {
        directory.write("large", "");
        std::filesystem::resize_file(directory / "large", 1U << 28U); // sparse
    }

    test::temporary_directory directory;
};

/// A process of its own in which SIGPIPE does what it does by default: it ends it. `work` says by
/// its number how it went.
class child {
public:
    explicit child(const std::function<int()>& work) : pid_(::fork()) {
        if (pid_ != 0) return;
        std::signal(SIGPIPE, SIG_DFL);
        ::alarm(30);
        ::_exit(work());
    }

    /// The number of `work`, or the negative one of the signal that ended it.
    [[nodiscard]] int wait() const {
        int status = 0;
        REQUIRE(::waitpid(pid_, &status, 0) == pid_);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    void terminate() const { ::kill(pid_, SIGTERM); }

private:
    pid_t pid_;
};

/// 0 if it failed with one of these.
int ended_by(const result<transfer_report>& done, std::initializer_list<errc> causes) {
    if (done) return 1;
    return std::ranges::find(causes, done.error().code()) != causes.end() ? 0 : 2;
}

} // namespace

TEST_CASE("still_there: an idle session -> until the server closes it or says something") {
    client_options options;
    options.tls.mode = tls_mode::off; // it answers nothing
    client visitor(options);
    CHECK_FALSE(visitor.still_there());

    lone_server server;
    server.greet(visitor);
    CHECK(visitor.still_there());
    server.control.say("421 idle for too long\r\n");
    CHECK(becomes_lost(visitor));
    CHECK(visitor.connected());
    const auto answer = visitor.no_operation();
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code() == errc::service_unavailable);

    lone_server other;
    other.greet(visitor);
    CHECK(visitor.still_there());
    other.control.close();
    CHECK(becomes_lost(visitor));
}

TEST_CASE("SIGPIPE: an upload whose server breaks it off -> an error, and the process lives") {
    const large_file file;
    lone_server server;
    const child uploader([&] {
        client visitor;
        if (!visitor.connect("127.0.0.1", server.port())) return 3;
        transfer_options options;
        options.in_place = true;
        const auto done =
            visitor.upload(local_end::path(file.directory / "large"), "large", options);
        return ended_by(done, {errc::transfer_aborted});
    });
    server.break_uploads();
    CHECK(uploader.wait() == 0);
}

TEST_CASE("SIGPIPE: a server whose client breaks a download off -> goes on serving") {
    const large_file file;
    std::array<int, 2> told{};
    REQUIRE(::pipe(told.data()) == 0);
    const child serving([&] {
        server_options options;
        options.directory = file.directory.path();
        options.port = 0;
        options.anonymous = true;
        options.stop_on_signals = true;
        server one(options);
        if (!one.start()) return 3;
        const auto port = one.port();
        if (::write(told[1], &port, sizeof port) != sizeof port) return 4;
        return one.run() ? 0 : 1;
    });
    std::uint16_t port = 0;
    REQUIRE(::read(told[0], &port, sizeof port) == sizeof port);
    const auto control = plain_socket::connect(port);
    const auto ask = [&](const std::string& command) {
        if (!command.empty()) control.say(command + "\r\n");
        return control.read_line();
    };
    CHECK(ask("").starts_with("220"));
    CHECK(ask("USER anonymous").starts_with("331"));
    CHECK(ask("PASS x").starts_with("230"));
    CHECK(ask("TYPE I").starts_with("200"));
    for (int i = 0; i < 3; ++i) {
        const auto passive = ask("EPSV");
        const auto bar = passive.find("|||");
        REQUIRE(bar != std::string::npos);
        auto data =
            plain_socket::connect(static_cast<std::uint16_t>(std::stoi(passive.substr(bar + 3))));
        CHECK(ask("RETR large").starts_with("150"));
        data.break_off();
        CHECK(ask("").starts_with("426"));
    }
    CHECK(ask("NOOP").starts_with("200"));
    serving.terminate();
    CHECK(serving.wait() == 0);
    ::close(told[0]);
    ::close(told[1]);
}

TEST_CASE("SIGPIPE: a download into a pipe that nobody reads -> an error, and the process lives") {
    const large_file file;
    server_options options;
    options.directory = file.directory.path();
    options.port = 0;
    options.anonymous = true;
    server one(options);
    REQUIRE(one.start());
    const child downloader([&] {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) return 4;
        ::close(ends[0]);
        client visitor;
        if (!visitor.connect("127.0.0.1", one.port()) || !visitor.login(credentials())) return 3;
        const auto done =
            visitor.download("large", local_end::descriptor(ends[1]), transfer_options());
        return ended_by(done, {errc::local_file});
    });
    auto running = std::async(std::launch::async, [&] { return one.run(); });
    CHECK(downloader.wait() == 0);
    one.stop();
    CHECK(running.get());
}
