// The control connection, seen from the server: replies out, in order, and lines in.
#pragma once

#include "io/stream.hpp"
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

    /// Every read and write that makes no progress for so long fails with `reply_timeout`.
    void set_limit(io::milliseconds limit) noexcept {
        stream_->set_limit(limit, errc::reply_timeout);
    }

    void close() noexcept { stream_->close(); }

    /// The peer sees the orderly end behind the last reply.
    [[nodiscard]] io::task<> finish();

    [[nodiscard]] bool lost() const noexcept { return lost_; }

    void mark_lost() noexcept { lost_ = true; }

    [[nodiscard]] const endpoint& local() const noexcept { return local_; }

    [[nodiscard]] const endpoint& remote() const noexcept { return remote_; }

private:
    std::unique_ptr<io::stream> stream_;
    endpoint local_;
    endpoint remote_;
    wire::line_splitter lines_;
    std::array<char, 1024> buffer_{};
    std::string out_;
    std::string leaving_; ///< what is being written
    bool lost_ = false;
};

} // namespace ferry::server_side
