// The client as users of the library have it, on real sockets.
#include <ferry/client.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <string_view>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

/// A server of one connection, on loopback, which says what it is told to.
class lone_server {
public:
    lone_server() : listening_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        auto* const address = reinterpret_cast<sockaddr*>(&at);
        REQUIRE(::bind(listening_, address, size) == 0);
        REQUIRE(::listen(listening_, 1) == 0);
        REQUIRE(::getsockname(listening_, address, &size) == 0);
        port_ = ntohs(at.sin_port);
    }

    ~lone_server() {
        hang_up();
        ::close(listening_);
    }

    lone_server(const lone_server&) = delete;
    lone_server& operator=(const lone_server&) = delete;

    void greet(client& visitor) {
        const auto greeting = std::async(std::launch::async, [this] {
            control_ = ::accept(listening_, nullptr, nullptr);
            say("220 ready\r\n");
        });
        REQUIRE(visitor.connect("127.0.0.1", port_));
    }

    void say(std::string_view text) const {
        const auto sent = ::send(control_, text.data(), text.size(), MSG_NOSIGNAL);
        CHECK(static_cast<std::size_t>(sent) == text.size());
    }

    void hang_up() {
        if (control_ >= 0) ::close(control_);
        control_ = -1;
    }

private:
    int listening_;
    int control_ = -1;
    std::uint16_t port_ = 0;
};

/// Packets on loopback take no time worth naming, but some.
bool becomes_lost(const client& visitor) {
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    while (visitor.still_there() && std::chrono::steady_clock::now() < give_up)
        std::this_thread::yield();
    return !visitor.still_there();
}

} // namespace

TEST_CASE("still_there: an idle session -> until the server closes it or says something") {
    client visitor;
    CHECK_FALSE(visitor.still_there());

    lone_server server;
    server.greet(visitor);
    CHECK(visitor.still_there());
    server.say("421 idle for too long\r\n");
    CHECK(becomes_lost(visitor));
    CHECK(visitor.connected());
    const auto answer = visitor.no_operation();
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code() == errc::service_unavailable);

    lone_server other;
    other.greet(visitor);
    CHECK(visitor.still_there());
    other.hang_up();
    CHECK(becomes_lost(visitor));
}
