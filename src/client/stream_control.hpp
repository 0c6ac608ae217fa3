// A control connection over a stream.
#pragma once

#include "client/control.hpp"
#include "io/stream.hpp"
#include "wire/reply_parser.hpp"

#include <ferry/client.hpp>

#include <memory>

namespace ferry::client_side {

using conversation_function = std::function<void(conversation, std::string_view)>;

class stream_control final : public control {
public:
    /// `log` may be empty.
    stream_control(std::unique_ptr<io::stream> connection, io::milliseconds reply_timeout,
                   conversation_function log);

    [[nodiscard]] task<result<>> send(std::string verb, std::string argument) override;
    [[nodiscard]] task<result<reply>> receive(patience how) override;
    [[nodiscard]] task<result<>> send_abort() override;

    void close() noexcept override;

    [[nodiscard]] bool is_open() const noexcept override { return open_; }

    [[nodiscard]] bool still_there() const noexcept override {
        return open_ && !replies_.has_pending() && stream_->is_quiet();
    }

    [[nodiscard]] endpoint local() const override { return stream_->local(); }

    [[nodiscard]] endpoint remote() const override { return stream_->remote(); }

    void note(std::string_view what) override;

    /// Takes the connection out, to be put into TLS. `tls_failed` if something of the server's lies
    /// here: it was said before anybody knew who says it, and must not be believed afterwards
    /// (threats C8). Closed then.
    [[nodiscard]] result<std::unique_ptr<io::stream>> detach();

    /// Goes on over this connection.
    void resume(std::unique_ptr<io::stream> connection) noexcept {
        stream_ = std::move(connection);
    }

private:
    /// Zero: none.
    [[nodiscard]] io::milliseconds limit_of(patience how) const noexcept;
    [[nodiscard]] result<> check_in_step();
    [[nodiscard]] result<std::optional<reply>> next_reply();
    void log_command(std::string_view verb, std::string_view argument);
    void log_reply(const reply& what);

    std::unique_ptr<io::stream> stream_;
    io::milliseconds reply_timeout_;
    conversation_function log_;
    wire::reply_parser replies_;
    bool open_ = true;
};

} // namespace ferry::client_side
