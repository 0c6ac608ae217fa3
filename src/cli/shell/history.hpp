// The lines typed into the shell, kept from one run to the next.
//
// Each line is appended to the file as soon as it is entered, under a lock of the directory, so
// that shells that run side by side do not lose each other's lines. What may be a password is not
// kept, not even in memory.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace ferry::cli {

/// Whether a line holds, or may hold, a password: a URL with one, `user NAME PASSWORD`,
/// `quote PASS ...`, `account ...`, `set x-password ...`, `--password ...`. In doubt it does.
[[nodiscard]] bool holds_secret(std::string_view line);

/// $XDG_STATE_HOME/ferry/history, or else ~/.local/state/ferry/history. Empty without a home.
[[nodiscard]] std::filesystem::path history_file();

class history {
public:
    using warn_function = std::function<void(std::string_view)>;

    /// Reads `file`, and cuts it down to `most_lines` if it holds more. An empty path keeps the
    /// lines for this run only. A file that cannot be read or written is told to `warn`, once, and
    /// nothing else comes of it.
    history(std::filesystem::path file, warn_function warn);

    /// Keeps a line, without its end, and tells whether it did. Not kept are empty lines, lines
    /// that begin with a blank, secrets, and what was entered just before.
    bool add(std::string_view line);

    /// The oldest first.
    [[nodiscard]] const std::deque<std::string>& lines() const noexcept { return lines_; }

    static constexpr std::size_t most_lines = 2000;
    static constexpr std::size_t longest_line = 8192; ///< bytes

private:
    bool remember(std::string_view line);
    void load();
    void warn(const std::string& what);

    std::filesystem::path file_; ///< empty once it could not be written
    warn_function warn_;
    std::deque<std::string> lines_;
};

} // namespace ferry::cli
