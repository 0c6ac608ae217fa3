#include "base/endpoint.hpp"

namespace ferry {

std::string to_string(const endpoint& where) {
    const auto port = ':' + std::to_string(where.port);
    return where.is_v6() ? '[' + where.address + ']' + port : where.address + port;
}

} // namespace ferry
