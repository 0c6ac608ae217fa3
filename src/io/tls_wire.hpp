// The bytes between OpenSSL and the stream below it. For the .cpp files of TLS only.
//
// OpenSSL reads what has arrived here and writes to what is to be sent, and never waits: the stream
// of TLS does the waiting. Whole blocks of many records are received and sent at once.
#pragma once

#include "io/tls_openssl.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ferry::io {

class tls_wire {
public:
    /// Receives at most `room` bytes at once.
    explicit tls_wire(std::size_t room) : room_(room) {}

    tls_wire(const tls_wire&) = delete;
    tls_wire& operator=(const tls_wire&) = delete;

    /// A BIO over this, which must outlive it.
    [[nodiscard]] bio_pointer make_bio();

    /// Where the next bytes from below belong. Only when all before have been read.
    [[nodiscard]] std::span<char> room();
    /// So many have come there; 0: the end.
    void arrived(std::size_t count) noexcept;

    [[nodiscard]] std::string_view unread() const noexcept {
        return {in_.get() + begin_, end_ - begin_};
    }

    [[nodiscard]] bool ended() const noexcept { return ended_; }

    [[nodiscard]] bool has_output() const noexcept { return !out_.empty(); }

    [[nodiscard]] std::size_t output_size() const noexcept { return out_.size(); }

    /// What is to be sent, from now on the caller's.
    [[nodiscard]] std::string take_output() noexcept { return std::exchange(out_, {}); }

    /// Gives the room of what has been sent back, so that it need not be made anew.
    void reuse(std::string sent) noexcept;

    /// For OpenSSL: the bytes taken or given.
    [[nodiscard]] std::size_t read(std::span<char> into) noexcept;
    [[nodiscard]] bool write(std::string_view bytes) noexcept;

private:
    std::size_t room_;
    std::unique_ptr<char[]> in_; ///< made when it is first needed
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string out_;
    bool ended_ = false;
};

} // namespace ferry::io
