#include <ferry/reply.hpp>

namespace ferry {

std::string reply::text() const {
    std::string joined;
    for (const auto& line : lines) {
        if (!joined.empty()) joined += ' ';
        joined += line;
    }
    return joined;
}

} // namespace ferry
