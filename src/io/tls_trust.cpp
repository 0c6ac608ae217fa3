#include "io/tls_trust.hpp"

#include "io/file.hpp"

#include <openssl/err.h>

namespace ferry::io {

result<> tls_trust::fill(X509_STORE& store, const std::string& ca_file) {
    X509_STORE_up_ref(&store);
    store_.reset(&store);
    // A certificate in the store is trusted, whoever has signed it.
    X509_STORE_set_flags(&store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    if (ca_file.empty()) {
        // A system without a store knows nobody, which the verdicts will tell.
        X509_LOOKUP* const directory = X509_STORE_add_lookup(&store, X509_LOOKUP_hash_dir());
        if (directory != nullptr) X509_LOOKUP_add_dir(directory, nullptr, X509_FILETYPE_DEFAULT);
        bundle_unread_ = true;
        ERR_clear_error();
        return {};
    }
    auto there = file::open_to_read(ca_file);
    if (!there) return fail(std::move(there.error()));
    if (X509_STORE_load_file(&store, ca_file.c_str()) != 1)
        return fail(tls_error(ca_file + ": holds no certificate in PEM form", errc::local_file));
    return {};
}

bool tls_trust::read_rest() {
    const std::scoped_lock lock(mutex_);
    if (!bundle_unread_) return has_bundle_;
    bundle_unread_ = false;
    X509_LOOKUP* const bundle = X509_STORE_add_lookup(store_.get(), X509_LOOKUP_file());
    has_bundle_ =
        bundle != nullptr && X509_LOOKUP_load_file(bundle, nullptr, X509_FILETYPE_DEFAULT) == 1;
    ERR_clear_error();
    return has_bundle_;
}

} // namespace ferry::io
