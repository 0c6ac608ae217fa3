#include "io/tls_kernel.hpp"

#include "io/file.hpp"

#include <array>

namespace ferry::io {

namespace {

/// Whether the kernel's module is there. It is not loaded for us: that takes an administrator.
bool kernel_knows_tls() {
    static const bool known = [] {
        auto list = file::open_to_read("/proc/sys/net/ipv4/tcp_available_ulp");
        std::array<char, 256> names{};
        if (!list) return false;
        const auto size = list->read(names);
        if (!size) return false;
        return (' ' + std::string(names.data(), *size) + ' ').find(" tls") != std::string::npos;
    }();
    return known;
}

bool goes_to_socket(SSL& connection) {
    const BIO* const out = SSL_get_wbio(&connection);
    return out != nullptr && BIO_method_type(out) == BIO_TYPE_SOCKET;
}

} // namespace

void offer_to_kernel(SSL& connection, int socket) {
    if (!kernel_knows_tls()) return;
    bio_pointer out(BIO_new_socket(socket, BIO_NOCLOSE));
    if (!out) return;
    SSL_set_options(&connection, SSL_OP_ENABLE_KTLS);
    SSL_set0_wbio(&connection, out.release());
}

bool take_back_from_kernel(SSL& connection, tls_wire& wire) {
    if (!goes_to_socket(connection)) return false;
    if (BIO_get_ktls_send(SSL_get_wbio(&connection))) return true;
    give_up_socket(connection, wire);
    return false;
}

void give_up_socket(SSL& connection, tls_wire& wire) {
    if (!goes_to_socket(connection)) return;
    if (auto out = wire.make_bio(); out) SSL_set0_wbio(&connection, out.release());
}

} // namespace ferry::io
