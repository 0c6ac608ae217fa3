// OpenSSL by itself: loops with nothing around them, the limit that a program's TLS can come near.
#pragma once

#include "io/tls_context.hpp"
#include "io/tls_openssl.hpp"

#include <cstdint>
#include <string>

namespace ferry::bench {

enum class bare_bio : std::uint8_t {
    socket, ///< OpenSSL's own: one recv for the head of a record and one for its body
    memory, ///< OpenSSL's memory BIOs, filled and emptied by the loop
    gather, ///< a BIO over a buffer made once: many records with one system call
};

/// How a bare loop moves bytes.
class bare_loop {
public:
    bare_loop(std::string shown, bare_bio kind, std::size_t size, std::size_t ahead = 0)
        : name(std::move(shown)), bio(kind), block(size), read_ahead(ahead) {}

    std::string name;
    bare_bio bio;
    std::size_t block;      ///< of SSL_read and SSL_write
    std::size_t read_ahead; ///< OpenSSL's read buffer, with `socket`; the recv, with the others
};

/// A side that holds no more than it needs: no store of authorities, one suite of TLS 1.3.
[[nodiscard]] io::library_context_pointer bare_client(const std::string& suite);
[[nodiscard]] io::library_context_pointer bare_server(const std::string& suite,
                                                      const io::tls_identity& identity);

/// One connection over a blocking socket, which it leaves open. Any failure ends the process.
class bare_connection {
public:
    bare_connection(SSL_CTX& library, int socket, const bare_loop& how, bool is_client);
    ~bare_connection();
    bare_connection(const bare_connection&) = delete;
    bare_connection& operator=(const bare_connection&) = delete;

    /// `bytes` bytes, all the same, or those of the file; then goodbye, until the peer says so too.
    void send(std::uint64_t bytes, int from_file);
    /// Until the peer's goodbye; to the file if there is one.
    void receive(int to_file);

private:
    class wire;

    [[nodiscard]] int read(char* into, std::size_t room);
    void flush();
    void part();

    int socket_;
    const bare_loop& how_;
    std::unique_ptr<wire> wire_;
    io::connection_pointer connection_;
};

} // namespace ferry::bench
