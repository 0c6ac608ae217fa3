// The control connection, seen from the server: replies out, in order, and lines in; in the clear,
// over TLS, or first one and then the other.
#pragma once

#include "io/tls_stream.hpp"
#include "wire/line_splitter.hpp"

#include <ferry/reply.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>

namespace ferry::server_side {

class control_connection {
public:
    explicit control_connection(std::unique_ptr<io::stream> stream);

    /// Keeps a reply until `flush`: replies to pipelined commands leave together.
    void queue(const reply& what);

    /// Lines of a reply that is too long to be held: `text` is whole lines with their ends.
    void queue_text(std::string_view text) { out_ += text; }

    /// Writes what is queued. If another task is writing, it writes this too. Failures show in
    /// `lost`, and at the reading side.
    [[nodiscard]] io::task<> flush();
    [[nodiscard]] io::task<> send(reply what);

    [[nodiscard]] std::size_t queued() const noexcept { return out_.size(); }

    /// More bytes for `next_line`. False at the orderly end. Errors of `io::stream::read_some`.
    [[nodiscard]] io::task<result<bool>> read_more();

    /// As `wire::line_splitter::next`.
    [[nodiscard]] result<std::optional<std::string_view>> next_line() { return lines_.next(); }

    /// Whether more came without the end of a line than is sane (threats S7).
    [[nodiscard]] bool flooded() const noexcept;

    /// Whether bytes have come of which no line was made.
    [[nodiscard]] bool has_unread() const noexcept { return lines_.pending() > 0; }

    /// Shakes hands, within the limit as a whole; all that came before is forgotten. Nobody may be
    /// reading or writing. If it fails the connection is lost: nothing can be said over it.
    [[nodiscard]] io::task<result<>> begin_tls(const io::tls_server_context& context,
                                               io::tls_server_handshake wanted);
    /// Goes on in the clear when the client has agreed. As of `begin_tls`.
    [[nodiscard]] io::task<result<>> end_tls();

    /// Whether TLS protects it now.
    [[nodiscard]] bool secure() const noexcept { return secure_; }

    /// The TLS of this connection, also after its end; null if there was none.
    [[nodiscard]] const io::tls_stream* tls() const noexcept { return tls_.get(); }

    /// Every read and write that makes no progress for so long fails with `reply_timeout`.
    void set_limit(io::milliseconds limit) noexcept {
        limit_ = limit;
        stream().set_limit(limit, errc::reply_timeout);
    }

    void close() noexcept { stream().close(); }

    /// The peer sees the orderly end behind the last reply.
    [[nodiscard]] io::task<> finish();

    [[nodiscard]] bool lost() const noexcept { return lost_; }

    void mark_lost() noexcept { lost_ = true; }

    [[nodiscard]] const endpoint& local() const noexcept { return local_; }

    [[nodiscard]] const endpoint& remote() const noexcept { return remote_; }

private:
    [[nodiscard]] io::stream& stream() noexcept;

    std::unique_ptr<io::stream> plain_; ///< null while TLS has it
    std::unique_ptr<io::tls_stream> tls_;
    endpoint local_;
    endpoint remote_;
    wire::line_splitter lines_;
    std::array<char, 1024> buffer_{};
    std::string out_;
    std::string leaving_; ///< what is being written
    io::milliseconds limit_{0};
    bool secure_ = false;
    bool lost_ = false;
};

} // namespace ferry::server_side
