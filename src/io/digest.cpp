#include "io/digest.hpp"

#include "base/text.hpp"
#include "io/crc32.hpp"
#include "io/tls_openssl.hpp"

#include <algorithm>
#include <new>
#include <span>

namespace ferry::io {

namespace {

struct digest_row {
    digest_kind kind;
    std::string_view name;
    std::size_t digits;
    const EVP_MD* (*function)(); ///< nullptr: OpenSSL has none
};

constexpr std::array table{
    digest_row{digest_kind::sha256, "SHA-256", 64, EVP_sha256},
    digest_row{digest_kind::sha512, "SHA-512", 128, EVP_sha512},
    digest_row{digest_kind::sha1, "SHA-1", 40, EVP_sha1},
    digest_row{digest_kind::md5, "MD5", 32, EVP_md5},
    digest_row{digest_kind::crc32, "CRC32", 8, nullptr},
};

const digest_row& row_of(digest_kind kind) noexcept {
    return table[static_cast<std::size_t>(kind)];
}

/// OpenSSL's functions fail for want of memory, and for nothing else here.
void check(int done) {
    if (done != 1) throw std::bad_alloc();
}

std::string hex(std::span<const unsigned char> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto each : bytes) {
        text += digits[each >> 4U];
        text += digits[each & 0xFU];
    }
    return text;
}

} // namespace

struct digest::state {
    owned<EVP_MD_CTX, EVP_MD_CTX_free> context; ///< nothing: it is the sum
    crc32 sum;
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

std::size_t digits_of(digest_kind kind) noexcept {
    return row_of(kind).digits;
}

digest::digest(digest_kind kind) : state_(std::make_unique<state>()) {
    auto* const function = row_of(kind).function;
    if (function == nullptr) return;
    state_->context.reset(EVP_MD_CTX_new());
    check(state_->context ? EVP_DigestInit_ex(state_->context.get(), function(), nullptr) : 0);
}

digest::~digest() = default;

void digest::add(std::string_view bytes) {
    if (state_->context)
        check(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
    else
        state_->sum.add(bytes);
}

std::string digest::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned size = 0;
    if (state_->context) {
        check(EVP_DigestFinal_ex(state_->context.get(), bytes.data(), &size));
    } else {
        const auto sum = state_->sum.value();
        for (unsigned shift = 32; shift > 0; shift -= 8)
            bytes[size++] = static_cast<unsigned char>(sum >> (shift - 8));
    }
    return hex(std::span(bytes.data(), size));
}

} // namespace ferry::io
