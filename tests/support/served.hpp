// A server on a network in memory, and a visitor who speaks to it line by line.
#pragma once

#include "io/memory_network.hpp"
#include "io/task_group.hpp"
#include "server/service.hpp"
#include "server/storage.hpp"
#include "support/temporary_directory.hpp"
#include "wire/address.hpp"
#include "wire/line_splitter.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::test {

inline constexpr const char* server_address = "10.0.0.1";
inline constexpr const char* visitor_address = "10.0.0.9";

/// What a test runs against. Options may be changed before `run`.
class served {
public:
    explicit served(io::memory_faults faults = io::memory_faults()) : network(where, faults) {
        options.users.emplace_back("alice", "secret");
        options.failed_login_delay = io::milliseconds(0);
        options.on_event = [this](std::string_view line) { (events += line) += '\n'; };
        auto opened = server_side::open_directory_storage(root.path().string());
        REQUIRE(opened);
        files = std::move(*opened);
    }

    /// Runs the script beside the server, then stops the server.
    void run(io::task<> (*script)(served&)) { where.run(run_both(script)); }

    io::context where;
    io::memory_network network;
    temporary_directory root;
    std::unique_ptr<server_side::storage> files;
    server_options options;
    std::optional<io::tls_server_context> tls; ///< with `options.tls`
    server_side::service* service = nullptr;   ///< while it runs
    std::string events;

private:
    io::task<> run_both(io::task<> (*script)(served&)) {
        server_side::service serving(network, *files, options, tls);
        service = &serving;
        auto listening = network.listen(endpoint(server_address, 21), 5);
        auto listening_tls = network.listen(endpoint(server_address, 990), 5);
        REQUIRE(listening);
        REQUIRE(listening_tls);
        io::task_group group(where);
        group.spawn(serving.serve(**listening, tls ? listening_tls->get() : nullptr));
        co_await script(*this);
        serving.stop();
        co_await group.join();
        service = nullptr;
    }
};

class visitor {
public:
    explicit visitor(served& world, std::string address = visitor_address)
        : world_(&world), address_(std::move(address)), lines_(64 * 1024) {}

    /// Without a reply to the greeting.
    [[nodiscard]] io::task<> connect(std::uint16_t port = 21) {
        auto dialed = co_await dial(port);
        REQUIRE(dialed);
        stream_ = std::move(*dialed);
    }

    [[nodiscard]] io::task<> log_in(std::string user = "alice", std::string password = "secret") {
        co_await connect();
        co_await expect_reply("220 ferry ready");
        co_await expect("USER " + user, "331 ...");
        co_await expect("PASS " + password, "230 ...");
        co_await expect("TYPE I", "200 TYPE is I");
    }

    [[nodiscard]] io::task<> send(std::string bytes) {
        const auto sent = co_await stream_->write(bytes);
        CHECK(sent);
    }

    /// The next whole reply, its lines joined by LF; "(end)" at the end of the connection.
    [[nodiscard]] io::task<std::string> read_reply() {
        std::string text;
        std::array<char, 512> buffer{};
        while (true) {
            const auto line = lines_.next();
            REQUIRE(line);
            if (*line) {
                (text += text.empty() ? "" : "\n") += **line;
                const auto is_last = (*line)->size() > 3 && (**line)[3] == ' ' &&
                                     (**line).substr(0, 3) == text.substr(0, 3);
                if (is_last) co_return text;
                continue;
            }
            const auto got = co_await stream_->read_some(buffer);
            if (!got || *got == 0) co_return text.empty() ? "(end)" : text + "(end)";
            lines_.feed(std::string_view(buffer.data(), *got));
        }
    }

    /// `wanted` is the whole reply, or its beginning when it ends in "...".
    [[nodiscard]] io::task<> expect_reply(std::string wanted) {
        auto got = co_await read_reply();
        if (wanted.ends_with("...")) {
            wanted.resize(wanted.size() - 3);
            got.resize(std::min(got.size(), wanted.size()));
        }
        CHECK(got == wanted);
    }

    [[nodiscard]] io::task<> expect(std::string command, std::string wanted) {
        co_await send(command + "\r\n");
        INFO("to ", command);
        co_await expect_reply(std::move(wanted));
    }

    [[nodiscard]] io::task<std::string> ask(std::string command) {
        co_await send(command + "\r\n");
        co_return co_await read_reply();
    }

    /// EPSV, and the connection to the port it gives.
    [[nodiscard]] io::task<std::unique_ptr<io::stream>> open_data() {
        const auto reply = co_await ask("EPSV");
        const auto port = wire::parse_epsv_reply(reply.substr(4));
        REQUIRE(port);
        auto dialed = co_await dial(*port);
        REQUIRE(dialed);
        co_return std::move(*dialed);
    }

    [[nodiscard]] io::task<result<std::unique_ptr<io::stream>>> dial(std::uint16_t port) {
        io::dial_options options;
        options.local_address = address_;
        return world_->network.dial(server_address, port, options);
    }

    /// All that comes over `data` up to its end.
    [[nodiscard]] static io::task<std::string> read_all(io::stream& data) {
        std::string text;
        std::array<char, 4096> buffer{};
        while (true) {
            const auto got = co_await data.read_some(buffer);
            if (!got || *got == 0) co_return text;
            text.append(buffer.data(), *got);
        }
    }

    /// A command that brings data, which is given back.
    [[nodiscard]] io::task<std::string> fetch(std::string command) {
        const auto data = co_await open_data();
        co_await expect(command, "150 ...");
        auto text = co_await read_all(*data);
        co_await expect_reply("226 Transfer complete");
        co_return text;
    }

    /// A command that takes data.
    [[nodiscard]] io::task<> store(std::string command, std::string bytes) {
        const auto data = co_await open_data();
        co_await expect(command, "150 ...");
        const auto sent = co_await data->write(bytes);
        CHECK(sent);
        data->close();
        co_await expect_reply("226 ...");
    }

    [[nodiscard]] io::stream& stream() noexcept { return *stream_; }

    void close() noexcept { stream_->close(); }

protected:
    served* world_;
    std::string address_;
    std::unique_ptr<io::stream> stream_;
    wire::line_splitter lines_;
};

} // namespace ferry::test
