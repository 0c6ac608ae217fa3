// The servers that were met over TLS, as ssh's known_hosts: which certificates were trusted, and
// who speaks TLS at all.
//
// A text file, one fact a line: "HOST:PORT sha256:FINGERPRINT" for a certificate that was trusted,
// "HOST:PORT verified" for a server whose certificate an authority vouched for, "HOST:PORT tls" for
// one that spoke TLS at all. Several lines may name one server. Lines that begin with # are
// comments.
#pragma once

#include <ferry/result.hpp>
#include <ferry/url.hpp>

#include <string>
#include <vector>

namespace ferry::cli {

class known_server {
public:
    known_server() = default;
    bool speaks_tls = false;               ///< seen with TLS, or trusted
    bool was_verified = false;             ///< an authority vouched for it
    std::vector<std::string> fingerprints; ///< lower-case hex digits
};

/// How a server is called there: "ftp.example.org:21", "[::1]:2121".
[[nodiscard]] std::string known_name(const url& where);

/// $XDG_DATA_HOME/ferry, or ~/.local/share/ferry.
[[nodiscard]] std::string data_directory();

class known_servers {
public:
    /// `file` need not be there.
    explicit known_servers(std::string file = data_directory() + "/known_servers")
        : file_(std::move(file)) {}

    [[nodiscard]] const std::string& file() const noexcept { return file_; }

    /// What is known of one server. A line that cannot be understood is `local_file`, with its
    /// number: it may be the one that says no.
    [[nodiscard]] result<known_server> find(const std::string& name) const;

    class line {
    public:
        line(std::string server, std::string text)
            : name(std::move(server)), fact(std::move(text)) {}

        std::string name;
        std::string fact; ///< "tls", "verified" or "sha256:FINGERPRINT"
    };

    [[nodiscard]] result<std::vector<line>> all() const;

    // Several programs may do these at the same time.

    [[nodiscard]] result<> add_fingerprint(const std::string& name, const std::string& digits);
    [[nodiscard]] result<> add_tls(const std::string& name);
    [[nodiscard]] result<> add_verified(const std::string& name);
    /// Forgets all of one server. False if there was nothing.
    [[nodiscard]] result<bool> remove(const std::string& name);

private:
    [[nodiscard]] result<> append(const std::string& name, const std::string& fact);
    [[nodiscard]] result<> replace(const std::string& text) const;

    std::string file_;
};

} // namespace ferry::cli
