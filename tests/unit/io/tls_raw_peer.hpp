// A peer that does with OpenSSL what ours never do: for hostile conversations.
#pragma once

#include "io/stream.hpp"
#include "io/tls_openssl.hpp"

#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <string>

namespace ferry::test {

class raw_peer {
public:
    /// Over a connected stream that outlives it.
    raw_peer(SSL_CTX& library, io::stream& below, bool is_server)
        : below_(&below), connection_(SSL_new(&library)) {
        SSL_set_bio(connection_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        if (is_server)
            SSL_set_accept_state(connection_.get());
        else
            SSL_set_connect_state(connection_.get());
    }

    [[nodiscard]] SSL& connection() noexcept { return *connection_; }

    /// Repeats `step`, an OpenSSL call, with bytes going to and fro, until it gives more than 0.
    /// False if it cannot.
    [[nodiscard]] io::task<bool> until(std::function<int(SSL&)> step) {
        while (true) {
            const int outcome = step(*connection_);
            const int why = SSL_get_error(connection_.get(), outcome);
            co_await flush();
            if (outcome > 0) co_return true;
            if (why != SSL_ERROR_WANT_READ) co_return false;
            std::array<char, 4096> block{};
            const auto got = co_await below_->read_some(block);
            if (!got || *got == 0) co_return false;
            BIO_write(SSL_get_rbio(connection_.get()), block.data(), static_cast<int>(*got));
        }
    }

    [[nodiscard]] io::task<> flush() {
        std::array<char, 4096> block{};
        while (true) {
            const int size = BIO_read(SSL_get_wbio(connection_.get()), block.data(), block.size());
            if (size <= 0) break;
            const std::string_view bytes(block.data(), static_cast<std::size_t>(size));
            const auto sent = co_await below_->write(bytes);
            if (!sent) break;
        }
    }

    [[nodiscard]] io::task<bool> write(std::string text) {
        const auto step = [&text](SSL& with) {
            return SSL_write(&with, text.data(), static_cast<int>(text.size()));
        };
        const std::function<int(SSL&)> call = step;
        co_return co_await until(call);
    }

    [[nodiscard]] io::task<std::string> read() {
        std::array<char, 256> block{};
        int size = 0;
        const auto step = [&](SSL& with) {
            return size = SSL_read(&with, block.data(), block.size());
        };
        const std::function<int(SSL&)> call = step;
        const bool fine = co_await until(call);
        std::string text;
        if (fine) text.assign(block.data(), static_cast<std::size_t>(size));
        co_return text;
    }

private:
    io::stream* below_;
    io::connection_pointer connection_;
};

} // namespace ferry::test
