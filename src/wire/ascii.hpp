// TYPE A: line ends on the wire are CRLF (RFC 959, 3.1.1.1), here they are LF.
#pragma once

#include <string>
#include <string_view>

namespace ferry::wire {

/// LF becomes CRLF. A CR that already stands before an LF is not doubled, also across calls.
class to_network_ascii {
public:
    /// Appends the translation of `bytes` to `out`.
    void translate(std::string_view bytes, std::string& out);

private:
    bool after_cr_ = false;
};

/// CRLF becomes LF; a CR before anything else stays. `finish` gives a CR held at the very end.
class from_network_ascii {
public:
    void translate(std::string_view bytes, std::string& out);
    void finish(std::string& out);

private:
    bool held_cr_ = false;
};

} // namespace ferry::wire
