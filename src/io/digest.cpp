#include "io/digest.hpp"

#include "base/text.hpp"
#include "io/tls_openssl.hpp"

#include <algorithm>
#include <new>

namespace ferry::io {

namespace {

struct digest_row {
    digest_kind kind;
    std::string_view name;
    const EVP_MD* (*function)();
};

constexpr std::array table{
    digest_row{digest_kind::sha256, "SHA-256", EVP_sha256},
    digest_row{digest_kind::sha512, "SHA-512", EVP_sha512},
    digest_row{digest_kind::sha1, "SHA-1", EVP_sha1},
    digest_row{digest_kind::md5, "MD5", EVP_md5},
};

const digest_row& row_of(digest_kind kind) noexcept {
    return table[static_cast<std::size_t>(kind)];
}

/// OpenSSL's functions fail for want of memory, and for nothing else here.
void check(int done) {
    if (done != 1) throw std::bad_alloc();
}

} // namespace

struct digest::state {
    owned<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
};

std::string_view name_of(digest_kind kind) noexcept {
    return row_of(kind).name;
}

std::optional<digest_kind> find_digest(std::string_view name) noexcept {
    const auto* const found = std::ranges::find_if(
        table, [&](const digest_row& row) { return equal_ignoring_case(row.name, name); });
    if (found == table.end()) return std::nullopt;
    return found->kind;
}

digest::digest(digest_kind kind) : state_(std::make_unique<state>()) {
    check(state_->context
              ? EVP_DigestInit_ex(state_->context.get(), row_of(kind).function(), nullptr)
              : 0);
}

digest::~digest() = default;

void digest::add(std::string_view bytes) {
    check(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

std::string digest::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned size = 0;
    check(EVP_DigestFinal_ex(state_->context.get(), bytes.data(), &size));
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 0xFU];
    }
    return text;
}

} // namespace ferry::io
