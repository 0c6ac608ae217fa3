// Downloads into what somebody reads at their own pace: pipes and sockets.
#include "support/temporary_directory.hpp"

#include <ferry/client.hpp>
#include <ferry/server.hpp>

#include <doctest/doctest.h>

#include <array>
#include <future>
#include <string>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace ferry;

namespace {

/// A server of a directory, on a thread of its own.
class running_server {
public:
    running_server() : server_(options_for(root.path().string())) {
        REQUIRE(server_.start());
        running_ = std::async(std::launch::async, [this] { return server_.run(); });
    }

    ~running_server() { server_.stop(); }

    running_server(const running_server&) = delete;
    running_server& operator=(const running_server&) = delete;

    void log_in(client& visitor) {
        REQUIRE(visitor.connect(server_.address(), server_.port()));
        REQUIRE(visitor.login(credentials()));
    }

    test::temporary_directory root;

private:
    [[nodiscard]] static server_options options_for(std::string directory) {
        server_options options;
        options.directory = std::move(directory);
        options.port = 0;
        options.anonymous = true;
        return options;
    }

    server server_;
    std::future<result<>> running_;
};

enum class channel : std::uint8_t { small_pipe, pipe, socket };

/// Two ends: what is written to one is read from the other.
class two_ends {
public:
    explicit two_ends(channel kind) {
        if (kind == channel::socket)
            REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) == 0);
        else
            REQUIRE(::pipe(ends_.data()) == 0);
        if (kind == channel::small_pipe) REQUIRE(::fcntl(ends_[1], F_SETPIPE_SZ, 4096) > 0);
    }

    ~two_ends() {
        ::close(ends_[0]);
        close_writing();
    }

    two_ends(const two_ends&) = delete;
    two_ends& operator=(const two_ends&) = delete;

    [[nodiscard]] int to_write() const noexcept { return ends_[1]; }

    void close_writing() noexcept {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }

    /// In bites of many sizes, until the end.
    [[nodiscard]] std::string read_all() const {
        std::string text;
        std::array<char, 5000> bite{};
        for (std::size_t size = 1;; size = size * 7 % bite.size() + 1) {
            const auto got = ::read(ends_[0], bite.data(), size);
            if (got <= 0) return text;
            text.append(bite.data(), static_cast<std::size_t>(got));
        }
    }

    [[nodiscard]] bool takes_more() const {
        pollfd end{ends_[1], POLLOUT, 0};
        return ::poll(&end, 1, 0) == 1;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

/// Lines in which every position looks different.
std::string numbered_lines(std::size_t size) {
    std::string text;
    for (std::size_t i = 0; text.size() < size; ++i)
        text += std::to_string(i) + (i % 7 == 0 ? '\n' : ' ');
    text.resize(size);
    return text;
}

} // namespace

TEST_CASE("download: into a pipe or a socket, its reader in no hurry -> every byte, in order") {
    running_server there;
    client visitor;
    there.log_in(visitor);
    for (const std::size_t size : {0UL, 1UL, 2048UL, 4097UL, 300'000UL, 3'000'001UL})
        for (const auto kind : {channel::small_pipe, channel::pipe, channel::socket})
            for (const bool ascii : {false, true}) {
                CAPTURE(size);
                CAPTURE(static_cast<int>(kind));
                CAPTURE(ascii);
                const auto text = numbered_lines(size);
                there.root.write("file", text);
                two_ends ends(kind);
                auto read = std::async(std::launch::async, [&ends] { return ends.read_all(); });
                transfer_options options;
                options.ascii = ascii;
                const auto done =
                    visitor.download("file", local_end::descriptor(ends.to_write()), options);
                ends.close_writing();
                const auto came = read.get();
                CHECK((came == text));
                REQUIRE_MESSAGE(done, done.error().message());
                CHECK(done->bytes >= size);
            }
}

TEST_CASE("cancel: while nobody reads what is downloaded -> it ends, and the session goes on") {
    running_server there;
    there.root.write("file", numbered_lines(30'000'000));
    for (const auto kind : {channel::small_pipe, channel::socket})
        for (const bool ascii : {false, true}) {
            client visitor;
            there.log_in(visitor);
            two_ends ends(kind);
            transfer_options options;
            options.ascii = ascii;
            auto download = [&] {
                return visitor.download("file", local_end::descriptor(ends.to_write()), options);
            };
            auto running = std::async(std::launch::async, download);
            while (ends.takes_more())
                std::this_thread::yield();
            visitor.cancel();
            const auto done = running.get();
            REQUIRE_FALSE(done);
            CHECK(done.error().code() == errc::interrupted);
            // Both replies to ABOR were awaited, and came in time.
            CHECK(visitor.no_operation());
        }
}

TEST_CASE("download: into a descriptor of others -> it is left blocking") {
    running_server there;
    client visitor;
    there.log_in(visitor);
    there.root.write("file", "some text");
    const two_ends ends(channel::pipe);
    REQUIRE(visitor.download("file", local_end::descriptor(ends.to_write()), transfer_options()));
    CHECK((::fcntl(ends.to_write(), F_GETFL) & O_NONBLOCK) == 0);
}
