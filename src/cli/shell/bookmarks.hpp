// Servers with names: $XDG_DATA_HOME/ferry/bookmarks, one a line, name and URL. Never a password.
#pragma once

#include <ferry/result.hpp>

#include <map>
#include <string>

namespace ferry::cli {

class bookmarks {
public:
    /// `file` need not exist.
    explicit bookmarks(std::string file) : file_(std::move(file)) {}

    /// Read anew each time: other shells may have changed it. `errc::local_file`.
    [[nodiscard]] result<std::map<std::string, std::string>> all() const;
    /// `errc::usage` for a name that is no word or looks like a URL.
    [[nodiscard]] result<> add(const std::string& name, const std::string& url_text) const;
    /// `errc::usage` if there is none of this name.
    [[nodiscard]] result<> remove(const std::string& name) const;

private:
    [[nodiscard]] result<> write(const std::map<std::string, std::string>& marks) const;

    std::string file_;
};

/// Where it lies: $XDG_DATA_HOME/ferry/bookmarks, or below ~/.local/share.
[[nodiscard]] std::string bookmarks_file();

} // namespace ferry::cli
