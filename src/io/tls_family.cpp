#include "io/tls_family.hpp"

#include <openssl/rand.h>

#include <array>

namespace ferry::io {

std::string family_of(SSL_SESSION& session) {
    void* bytes = nullptr;
    std::size_t size = 0;
    if (SSL_SESSION_get0_ticket_appdata(&session, &bytes, &size) != 1 || bytes == nullptr)
        return {};
    return {static_cast<const char*>(bytes), size};
}

bool mark_family(SSL_SESSION& session) {
    if (!family_of(session).empty()) return true;
    std::array<unsigned char, 16> name{};
    return RAND_bytes(name.data(), static_cast<int>(name.size())) == 1 &&
           SSL_SESSION_set1_ticket_appdata(&session, name.data(), name.size()) == 1;
}

} // namespace ferry::io
