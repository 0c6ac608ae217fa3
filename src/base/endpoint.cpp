#include "base/endpoint.hpp"

namespace ferry {

bool is_loopback(std::string_view address) noexcept {
    return address.starts_with("127.") || address == "::1";
}

std::string to_string(const endpoint& where) {
    const auto port = ':' + std::to_string(where.port);
    return where.is_v6() ? '[' + where.address + ']' + port : where.address + port;
}

} // namespace ferry
