// Telnet bytes are rare, so text is taken in pieces between them: without an IAC, `feed` is one
// search and one copy, and `next` is one search.
#include "wire/line_splitter.hpp"

#include <algorithm>

namespace ferry::wire {

namespace {

// RFC 854: commands are 240 to 254; WILL, WONT, DO and DONT carry an option byte.
constexpr unsigned char first_command = 240;
constexpr unsigned char will = 251;
constexpr unsigned char dont = 254;

} // namespace

void line_splitter::feed(std::string_view bytes) {
    // Read bytes go when nothing is left or they are the larger half: each byte moves once.
    if (begin_ == buffer_.size()) {
        buffer_.clear();
        begin_ = scanned_ = 0;
    } else if (begin_ > buffer_.size() / 2) {
        buffer_.erase(0, begin_);
        scanned_ -= std::min(scanned_, begin_);
        begin_ = 0;
    }
    if (kind_ == content::telnet)
        feed_telnet(bytes);
    else
        append(bytes);
}

void line_splitter::feed_telnet(std::string_view bytes) {
    while (!bytes.empty()) {
        if (telnet_ == telnet_state::text) {
            const auto iac = bytes.find(telnet_iac);
            append(bytes.substr(0, iac));
            if (iac == std::string_view::npos) return;
            telnet_ = telnet_state::iac;
            bytes.remove_prefix(iac + 1);
            continue;
        }
        const auto byte = static_cast<unsigned char>(bytes.front());
        const bool after_iac = telnet_ == telnet_state::iac;
        telnet_ =
            after_iac && byte >= will && byte <= dont ? telnet_state::option : telnet_state::text;
        // What is no command stays: where urgent data is taken out of the stream, the IAC of a
        // Synch stands alone before the "ABOR" it announces.
        if (after_iac && (byte < first_command || bytes.front() == telnet_iac))
            append(bytes.substr(0, 1));
        bytes.remove_prefix(1);
    }
}

void line_splitter::append(std::string_view text) {
    if (skipping_) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) {
            skipped_ += text.size();
            return;
        }
        skipping_ = false;
        skipped_ = 0;
        text.remove_prefix(end + 1);
    }
    buffer_ += text;
}

bool line_splitter::beyond_cap(std::string_view unfinished) const noexcept {
    // A CR at the end may belong to the line's end.
    return unfinished.size() > cap_ && (unfinished.size() > cap_ + 1 || unfinished.back() != '\r');
}

result<std::optional<std::string_view>> line_splitter::next() {
    const auto end = buffer_.find('\n', std::max(begin_, scanned_));
    auto line = std::string_view(buffer_).substr(begin_, end - begin_);
    if (end == std::string::npos) {
        scanned_ = buffer_.size();
        if (!beyond_cap(line)) return std::nullopt;
        skipping_ = true;
        skipped_ = line.size();
        buffer_.clear();
        begin_ = scanned_ = 0;
    } else {
        begin_ = end + 1;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.size() <= cap_) return line;
    }
    return fail(errc::limit_exceeded, "a line of more than " + std::to_string(cap_) + " bytes");
}

std::size_t line_splitter::pending() const noexcept {
    const std::size_t half_a_command = telnet_ == telnet_state::text ? 0 : 1;
    return buffer_.size() - begin_ + skipped_ + half_a_command;
}

void line_splitter::clear() noexcept {
    buffer_.clear();
    begin_ = scanned_ = skipped_ = 0;
    skipping_ = false;
    telnet_ = telnet_state::text;
}

} // namespace ferry::wire
