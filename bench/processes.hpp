// Two processes with a connection over loopback between them, and what each costs.
#pragma once

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ferry::bench {

class cost {
public:
    double cpu = 0;
    double wall = 0;
};

/// What this process has spent since it was made.
class meter {
public:
    [[nodiscard]] cost spent() const {
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin_;
        return {cpu_seconds() - cpu_, wall.count()};
    }

private:
    static double cpu_seconds() {
        rusage usage{};
        ::getrusage(RUSAGE_SELF, &usage);
        const auto seconds = [](const timeval& t) {
            return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
        };
        return seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }

    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    double cpu_ = cpu_seconds();
};

/// A socket that listens on loopback, and where.
inline std::pair<int, sockaddr_in> listen_here() {
    const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* const any = reinterpret_cast<sockaddr*>(&at);
    if (::bind(listening, any, size) != 0 || ::listen(listening, 128) != 0 ||
        ::getsockname(listening, any, &size) != 0)
        std::exit(1);
    return {listening, at};
}

/// As ferry does. Without it a handshake waits 40 ms for an acknowledgement now and then.
inline int without_delay(int socket) {
    const int on = 1;
    if (::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) std::exit(1);
    return socket;
}

inline int connect_to(const sockaddr_in& at) {
    const int made = without_delay(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(made, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) std::exit(1);
    return made;
}

inline int accept_from(int listening) {
    return without_delay(::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC));
}

/// Runs both at once, each in a process of its own. What each says it has spent.
inline std::array<cost, 2> run_both(const std::array<std::function<cost()>, 2>& sides) {
    std::array<std::array<int, 2>, 2> results{};
    std::array<pid_t, 2> children{};
    for (std::size_t i = 0; i < 2; ++i) {
        if (::pipe(results[i].data()) != 0) std::exit(1);
        children[i] = ::fork();
        if (children[i] != 0) continue;
        const auto spent = sides[i]();
        ::_exit(::write(results[i][1], &spent, sizeof spent) == sizeof spent ? 0 : 1);
    }
    std::array<cost, 2> spent;
    for (std::size_t i = 0; i < 2; ++i) {
        ::close(results[i][1]);
        const bool told = ::read(results[i][0], &spent[i], sizeof(cost)) == sizeof(cost);
        ::close(results[i][0]);
        int status = 0;
        if (::waitpid(children[i], &status, 0) != children[i] || status != 0 || !told) {
            std::fprintf(stderr, "a process failed\n");
            std::exit(1);
        }
    }
    return spent;
}

} // namespace ferry::bench
