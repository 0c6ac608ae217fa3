// A reply of an FTP server (RFC 959, 4.2).
#pragma once

#include <string>
#include <vector>

namespace ferry {

/// `code` is 100 to 599. `lines` holds the text without the code, one element a line, bytes as the
/// server sent them.
class reply {
public:
    reply() = default;

    reply(int reply_code, std::string text) : code(reply_code), lines{std::move(text)} {}

    int code = 0;
    std::vector<std::string> lines;

    /// 1 for 1xx up to 5 for 5xx.
    [[nodiscard]] int kind() const noexcept { return code / 100; }

    [[nodiscard]] bool preliminary() const noexcept { return kind() == 1; }

    [[nodiscard]] bool completed() const noexcept { return kind() == 2; }

    [[nodiscard]] bool intermediate() const noexcept { return kind() == 3; }

    /// The lines joined by a space: for messages of one line.
    [[nodiscard]] std::string text() const;
};

} // namespace ferry
