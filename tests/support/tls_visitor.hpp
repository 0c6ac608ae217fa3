// A server that offers TLS, and a visitor who uses it.
#pragma once

#include "io/tls_certificate.hpp"
#include "io/tls_stream.hpp"
#include "support/served.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace ferry::test {

inline const std::string server_name = "ftp.example.org";

/// `options.tls` may be changed before `run`.
class tls_served : public served {
public:
    explicit tls_served(tls_version only = tls_version::tls_1_3) {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const std::chrono::hours day(24);
        auto own = io::make_self_signed({server_name}, {now - day, now + day});
        REQUIRE(own);
        options.tls.emplace();
        const io::tls_server_settings settings(io::tls_identity(own->certificate, own->key));
        tls = *io::tls_server_context::make(settings);
        trusted.write("ca.pem", own->certificate);
        io::tls_client_settings wanted;
        wanted.minimum = wanted.maximum = only;
        wanted.ca_file = trusted / "ca.pem";
        client = *io::tls_client_context::make(wanted);
    }

    /// For both versions of TLS.
    static void run_each(io::task<> (*script)(served&)) {
        for (const auto version : {tls_version::tls_1_2, tls_version::tls_1_3}) {
            CAPTURE(version);
            tls_served world(version);
            world.run(script);
        }
    }

    temporary_directory trusted;
    std::optional<io::tls_client_context> client;
};

class tls_visitor : public visitor {
public:
    explicit tls_visitor(served& world, std::string address = visitor_address)
        : visitor(world, std::move(address))
        , sessions(std::make_shared<io::tls_session_cache>())
        , client_(*static_cast<tls_served&>(world).client) {}

    /// A handshake on the control connection.
    [[nodiscard]] io::task<result<>> begin_tls() {
        auto secured = over(std::move(stream_), sessions);
        auto& shaking = *secured;
        control = secured.get();
        stream_ = std::move(secured);
        return shaking.handshake();
    }

    /// To the end of the login, with protected data.
    [[nodiscard]] io::task<> log_in_safely() {
        co_await connect();
        co_await expect_reply("220 ferry ready");
        co_await expect("AUTH TLS", "234 TLS may begin");
        const auto shaken = co_await begin_tls();
        REQUIRE(shaken);
        co_await name_and_password();
        co_await expect("PBSZ 0", "200 PBSZ=0");
        co_await expect("PROT P", "200 ...");
    }

    [[nodiscard]] io::task<> name_and_password() {
        co_await expect("USER alice", "331 ...");
        co_await expect("PASS secret", "230 ...");
        co_await expect("TYPE I", "200 TYPE is I");
    }

    /// Back to the clear, as CCC has it.
    [[nodiscard]] io::task<> leave_tls() {
        auto rest = co_await control->leave();
        REQUIRE(rest);
        CHECK(rest->early.empty());
        stream_ = std::move(rest->connection);
        control = nullptr;
    }

    /// TLS over a connection, not yet shaken hands. `of`: whose session it resumes.
    [[nodiscard]] std::unique_ptr<io::tls_stream> over(std::unique_ptr<io::stream> below,
                                                       std::shared_ptr<io::tls_session_cache> of) {
        bare = below.get();
        io::tls_client_handshake wanted(server_name);
        wanted.sessions = std::move(of);
        wanted.alpn = protocols;
        return std::make_unique<io::tls_stream>(client_, std::move(below), std::move(wanted));
    }

    /// A transfer that is on its way: the command sent, 150 read, hands shaken.
    [[nodiscard]] io::task<std::unique_ptr<io::tls_stream>> begin(std::string command) {
        auto below = co_await open_data();
        auto data = over(std::move(below), sessions);
        co_await expect(command, "150 ...");
        const auto shaken = co_await data->handshake();
        CHECK(shaken);
        co_return data;
    }

    [[nodiscard]] io::task<std::string> fetch_safely(std::string command) {
        const auto data = co_await begin(std::move(command));
        std::string text;
        std::array<char, 4096> buffer{};
        while (true) {
            const auto got = co_await data->read_some(buffer);
            REQUIRE(got); // or the end is none: close_notify is missing
            if (*got == 0) break;
            text.append(buffer.data(), *got);
        }
        co_await expect_reply("226 Transfer complete");
        co_return text;
    }

    [[nodiscard]] io::task<> store_safely(std::string command, std::string bytes) {
        const auto data = co_await begin(std::move(command));
        if (!bytes.empty()) CHECK(co_await data->write(bytes));
        CHECK(co_await data->finish_writing());
        std::array<char, 1> more{};
        const auto end = co_await data->read_some(more);
        CHECK(end == 0U); // the server says goodbye too
        co_await expect_reply("226 ...");
    }

    std::shared_ptr<io::tls_session_cache> sessions;
    std::vector<std::string> protocols; ///< ALPN
    io::tls_stream* control = nullptr;
    io::stream* bare = nullptr; ///< below the TLS that was made last, to do what TLS does not

private:
    io::tls_client_context client_;
};

} // namespace ferry::test
