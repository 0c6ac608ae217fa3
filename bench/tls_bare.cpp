#include "tls_bare.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <sys/socket.h>
#include <unistd.h>

namespace ferry::bench {

namespace {

void must(bool fine, const char* what) {
    if (fine) return;
    std::perror(what);
    ERR_print_errors_fp(stderr);
    std::exit(1);
}

void send_all(int socket, const char* bytes, std::size_t count) {
    while (count > 0) {
        const auto sent = ::send(socket, bytes, count, MSG_NOSIGNAL);
        must(sent > 0, "send");
        bytes += sent;
        count -= static_cast<std::size_t>(sent);
    }
}

io::library_context_pointer bare_side(const SSL_METHOD* method, const std::string& suite) {
    io::library_context_pointer made(SSL_CTX_new(method));
    must(made && SSL_CTX_set_ciphersuites(made.get(), suite.c_str()) == 1, "context");
    SSL_CTX_set_min_proto_version(made.get(), TLS1_3_VERSION);
    return made;
}

} // namespace

/// The buffers of `gather`.
class bare_connection::wire {
public:
    wire(int socket, std::size_t ahead, std::size_t block)
        : socket_(socket)
        , in_(std::make_unique_for_overwrite<char[]>(ahead))
        , in_size_(ahead)
        , out_size_(block + block / 8 + 16 * 1024UL)
        , out_(std::make_unique_for_overwrite<char[]>(out_size_)) {}

    [[nodiscard]] BIO* make_bio() {
        static BIO_METHOD* const method = [] {
            BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "");
            BIO_meth_set_read_ex(made, take);
            BIO_meth_set_write_ex(made, give);
            BIO_meth_set_ctrl(made, [](BIO* bio, int what, long, void*) -> long {
                if (what == BIO_CTRL_FLUSH) of(bio).flush();
                return what == BIO_CTRL_FLUSH ? 1 : 0;
            });
            return made;
        }();
        BIO* const made = BIO_new(method);
        BIO_set_data(made, this);
        BIO_set_init(made, 1);
        return made;
    }

    void flush() {
        send_all(socket_, out_.get(), filled_);
        filled_ = 0;
    }

private:
    static wire& of(BIO* bio) { return *static_cast<wire*>(BIO_get_data(bio)); }

    static int take(BIO* bio, char* into, std::size_t room, std::size_t* given) {
        wire& self = of(bio);
        if (self.begin_ == self.end_) {
            const auto got = ::recv(self.socket_, self.in_.get(), self.in_size_, 0);
            must(got > 0, "recv");
            self.begin_ = 0;
            self.end_ = static_cast<std::size_t>(got);
        }
        *given = std::min(room, self.end_ - self.begin_);
        std::memcpy(into, self.in_.get() + self.begin_, *given);
        self.begin_ += *given;
        return 1;
    }

    static int give(BIO* bio, const char* bytes, std::size_t count, std::size_t* taken) {
        wire& self = of(bio);
        if (self.filled_ + count > self.out_size_) self.flush();
        std::memcpy(self.out_.get() + self.filled_, bytes, count);
        self.filled_ += count;
        *taken = count;
        return 1;
    }

    int socket_;
    std::unique_ptr<char[]> in_;
    std::size_t in_size_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t out_size_;
    std::unique_ptr<char[]> out_;
    std::size_t filled_ = 0;
};

io::library_context_pointer bare_client(const std::string& suite) {
    return bare_side(TLS_client_method(), suite);
}

io::library_context_pointer bare_server(const std::string& suite,
                                        const io::tls_identity& identity) {
    auto made = bare_side(TLS_server_method(), suite);
    const auto certificate_text = io::reading(identity.certificate);
    const auto key_text = io::reading(identity.key);
    const io::certificate_pointer certificate(
        PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr));
    const io::key_pointer key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
    must(SSL_CTX_use_certificate(made.get(), certificate.get()) == 1 &&
             SSL_CTX_use_PrivateKey(made.get(), key.get()) == 1,
         "certificate");
    return made;
}

bare_connection::bare_connection(SSL_CTX& library, int socket, const bare_loop& how, bool is_client)
    : socket_(socket), how_(how), connection_(SSL_new(&library)) {
    SSL* const with = connection_.get();
    // The handshake goes over the socket in any case.
    SSL_set_fd(with, socket);
    must((is_client ? SSL_connect(with) : SSL_accept(with)) == 1, "handshake");
    if (how.bio == bare_bio::socket && how.read_ahead > 0) {
        SSL_set_default_read_buffer_len(with, how.read_ahead);
        SSL_set_read_ahead(with, 1);
    } else if (how.bio == bare_bio::memory) {
        SSL_set_bio(with, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    } else if (how.bio == bare_bio::gather) {
        wire_ =
            std::make_unique<wire>(socket, std::max(how.read_ahead, std::size_t{16384}), how.block);
        SSL_set_bio(with, wire_->make_bio(), wire_->make_bio());
    }
}

bare_connection::~bare_connection() = default;

void bare_connection::flush() {
    if (how_.bio == bare_bio::gather) wire_->flush();
    if (how_.bio != bare_bio::memory) return;
    BIO* const out = SSL_get_wbio(connection_.get());
    char* bytes = nullptr;
    const long count = BIO_get_mem_data(out, &bytes);
    if (count > 0) send_all(socket_, bytes, static_cast<std::size_t>(count));
    BIO_reset(out);
}

/// 0 at the peer's goodbye.
int bare_connection::read(char* into, std::size_t room) {
    while (true) {
        const int got = SSL_read(connection_.get(), into, static_cast<int>(room));
        if (got > 0) return got;
        const int why = SSL_get_error(connection_.get(), got);
        if (why == SSL_ERROR_ZERO_RETURN) return 0;
        must(how_.bio == bare_bio::memory && why == SSL_ERROR_WANT_READ, "SSL_read");
        static const auto buffer = std::make_unique_for_overwrite<char[]>(how_.read_ahead);
        const auto came = ::recv(socket_, buffer.get(), how_.read_ahead, 0);
        must(came > 0, "recv");
        BIO_write(SSL_get_rbio(connection_.get()), buffer.get(), static_cast<int>(came));
    }
}

void bare_connection::part() {
    SSL_shutdown(connection_.get());
    flush();
}

void bare_connection::send(std::uint64_t bytes, int from_file) {
    const std::string some(how_.block, 'x');
    const auto room = std::make_unique<char[]>(how_.block);
    while (bytes > 0) {
        auto count = std::min(bytes, static_cast<std::uint64_t>(how_.block));
        const char* what = some.data();
        if (from_file >= 0) {
            const auto got = ::read(from_file, room.get(), count);
            must(got > 0, "read");
            what = room.get();
            count = static_cast<std::uint64_t>(got);
        }
        must(SSL_write(connection_.get(), what, static_cast<int>(count)) > 0, "SSL_write");
        flush();
        bytes -= count;
    }
    part();
    // A socket closed with something unread would break the connection before all is through.
    while (read(room.get(), how_.block) > 0)
        continue;
}

void bare_connection::receive(int to_file) {
    const auto room = std::make_unique<char[]>(how_.block);
    while (const int got = read(room.get(), how_.block))
        if (to_file >= 0)
            must(::write(to_file, room.get(), static_cast<std::size_t>(got)) == got, "write");
    part();
}

} // namespace ferry::bench
