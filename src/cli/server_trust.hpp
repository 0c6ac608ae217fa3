// Trust in one server, from before the connection to what is remembered of it.
#pragma once

#include "cli/arguments.hpp"
#include "cli/known_servers.hpp"
#include "cli/trust.hpp"

#include <ferry/client.hpp>
#include <ferry/url.hpp>

#include <memory>

namespace ferry::cli {

class server_trust {
public:
    /// `options` are those for this server.
    server_trust(const url& where, const arguments& options);

    /// What a client for this server is told about TLS. Errors: files that cannot be read.
    /// Afterwards this must outlive the client's connecting.
    [[nodiscard]] result<tls_options> prepare();

    /// The server as the last handshake showed it; nullptr before one.
    [[nodiscard]] const tls_peer* peer() const noexcept { return peer_ ? &*peer_ : nullptr; }

    /// Of the last handshake.
    [[nodiscard]] const std::optional<trust_judgement>& judgement() const noexcept {
        return judgement_;
    }

    /// After a refusal: asks on the terminal whether to trust the server from now on, if that can
    /// be asked, and remembers a yes. True: try again. `errc::interrupted`.
    [[nodiscard]] result<bool> ask();

    /// After a connection: remembers that the server speaks TLS. What cannot be written is told in
    /// a line, and nothing else is lost.
    void remember(bool has_tls);

    [[nodiscard]] const trust_basis& basis() const noexcept { return basis_; }

    [[nodiscard]] known_servers& store() noexcept { return store_; }

private:
    known_servers store_;
    trust_basis basis_;
    tls_options tls_;
    std::string name_; ///< as the store has it
    bool speaks_tls_ = false;
    bool quiet_ = false;
    std::optional<tls_peer> peer_;
    std::optional<trust_judgement> judgement_;
};

/// The certificate in lines of text, for people: each "  name  value".
[[nodiscard]] std::string describe_certificate(const certificate_facts& facts);

} // namespace ferry::cli
