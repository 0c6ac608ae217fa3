#include "io/tls_trust.hpp"

#include "io/file.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace ferry::io {

namespace {

void free_bytes(void* bytes) {
    OPENSSL_free(bytes);
}

using text_pointer = owned<char, free_bytes>;
using bytes_pointer = owned<unsigned char, free_bytes>;

/// One thing in a PEM file.
class pem_block {
public:
    /// The next one; false at the end, or where the file is damaged.
    [[nodiscard]] bool read(BIO& from) {
        char* name = nullptr;
        char* header = nullptr;
        unsigned char* bytes = nullptr;
        const bool read = PEM_read_bio(&from, &name, &header, &bytes, &size_) == 1;
        name_.reset(name);
        header_.reset(header);
        bytes_.reset(bytes);
        return read;
    }

    [[nodiscard]] std::string_view bytes() const noexcept {
        const void* const start = bytes_.get();
        return {static_cast<const char*>(start), static_cast<std::size_t>(size_)};
    }

    /// Nothing if it is something else.
    [[nodiscard]] certificate_pointer certificate() const {
        const std::string_view name(name_.get());
        const unsigned char* at = bytes_.get();
        if (name == PEM_STRING_X509_TRUSTED)
            return certificate_pointer(d2i_X509_AUX(nullptr, &at, size_));
        if (name != PEM_STRING_X509 && name != PEM_STRING_X509_OLD) return nullptr;
        return certificate_pointer(d2i_X509(nullptr, &at, size_));
    }

private:
    text_pointer name_;
    text_pointer header_;
    bytes_pointer bytes_;
    long size_ = 0;
};

std::string_view encoded(const X509_NAME* name) {
    const unsigned char* start = nullptr;
    std::size_t size = 0;
    if (X509_NAME_get0_der(name, &start, &size) != 1) return {};
    const void* const bytes = start;
    return {static_cast<const char*>(bytes), size};
}

/// The names of those who could vouch for it: its signers, or itself. An authority writes its name
/// in the same bytes wherever it stands (RFC 5280, 4.1.2.6).
std::vector<std::string_view> wanted_names(X509& leaf, STACK_OF(X509) * chain) {
    std::vector<std::string_view> names{encoded(X509_get_subject_name(&leaf)),
                                        encoded(X509_get_issuer_name(&leaf))};
    for (int i = 0; i < sk_X509_num(chain); ++i)
        names.push_back(encoded(X509_get_issuer_name(sk_X509_value(chain, i))));
    std::erase_if(names, [](std::string_view name) { return name.empty(); });
    return names;
}

const char* bundle_name() {
    const char* const told = ::secure_getenv(X509_get_default_cert_file_env());
    return told != nullptr ? told : X509_get_default_cert_file();
}

} // namespace

result<> tls_trust::fill(X509_STORE& store, const std::string& ca_file) {
    X509_STORE_up_ref(&store);
    store_.reset(&store);
    // A certificate in the store is trusted, whoever has signed it.
    X509_STORE_set_flags(&store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    is_system_ = ca_file.empty();
    if (is_system_) {
        // A system without a store knows nobody, which the verdicts will tell.
        X509_LOOKUP* const directory = X509_STORE_add_lookup(&store, X509_LOOKUP_hash_dir());
        if (directory != nullptr) X509_LOOKUP_add_dir(directory, nullptr, X509_FILETYPE_DEFAULT);
        ERR_clear_error();
        return {};
    }
    auto there = file::open_to_read(ca_file);
    if (!there) return fail(std::move(there.error()));
    if (X509_STORE_load_file(&store, ca_file.c_str()) != 1)
        return fail(tls_error(ca_file + ": holds no certificate in PEM form", errc::local_file));
    return {};
}

bool tls_trust::fetch_signers(X509& leaf, STACK_OF(X509) * chain) const {
    if (!is_system_) return false;
    const auto names = wanted_names(leaf, chain);
    const bio_pointer bundle(BIO_new_file(bundle_name(), "r"));
    bool found = false;
    pem_block block;
    while (bundle && block.read(*bundle)) {
        const auto bytes = block.bytes();
        if (std::ranges::none_of(names, [&](auto name) { return bytes.contains(name); })) continue;
        const auto one = block.certificate();
        if (one && X509_STORE_add_cert(store_.get(), one.get()) == 1) found = true;
    }
    ERR_clear_error();
    return found;
}

} // namespace ferry::io
