// Text goes in pieces between line ends, each found by one search.
#include "wire/ascii.hpp"

namespace ferry::wire {

void to_network_ascii::translate(std::string_view bytes, std::string& out) {
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const auto text = bytes.substr(0, end);
        out += text;
        if (!text.empty()) after_cr_ = text.back() == '\r';
        if (end == std::string_view::npos) return;
        out += after_cr_ ? "\n" : "\r\n";
        after_cr_ = false;
        bytes.remove_prefix(end + 1);
    }
}

void from_network_ascii::translate(std::string_view bytes, std::string& out) {
    while (!bytes.empty()) {
        if (held_cr_ && bytes.front() != '\n') out += '\r';
        const auto end = bytes.find('\r');
        out += bytes.substr(0, end);
        held_cr_ = end != std::string_view::npos;
        if (!held_cr_) return;
        bytes.remove_prefix(end + 1);
    }
}

void from_network_ascii::finish(std::string& out) {
    if (held_cr_) out += '\r';
    held_cr_ = false;
}

} // namespace ferry::wire
