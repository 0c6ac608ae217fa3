// "rwxr-xr-x" and permission bits, as POSIX ls writes them: setuid, setgid and sticky stand in the
// place of x, in upper case where x is not given.
#include "wire/facts.hpp"

#include <array>

namespace ferry::wire {

namespace {

struct triplet {
    unsigned shift;   ///< of rwx
    unsigned special; ///< setuid, setgid, sticky
    char both;        ///< special and x
    char alone;       ///< special without x
};

constexpr std::array<triplet, 3> triplets{{
    {6, 04000, 's', 'S'},
    {3, 02000, 's', 'S'},
    {0, 01000, 't', 'T'},
}};

} // namespace

std::string format_permissions(unsigned mode) {
    std::string out;
    for (const auto& [shift, special, both, alone] : triplets) {
        const unsigned bits = mode >> shift;
        const bool executable = (bits & 1U) != 0;
        out += (bits & 4U) != 0 ? 'r' : '-';
        out += (bits & 2U) != 0 ? 'w' : '-';
        if ((mode & special) != 0)
            out += executable ? both : alone;
        else
            out += executable ? 'x' : '-';
    }
    return out;
}

std::optional<unsigned> parse_permissions(std::string_view text) {
    if (text.size() != 9) return std::nullopt;
    unsigned mode = 0;
    for (const auto& [shift, special, both, alone] : triplets) {
        const char read = text[0];
        const char write = text[1];
        const char execute = text[2];
        text.remove_prefix(3);
        if ((read != 'r' && read != '-') || (write != 'w' && write != '-')) return std::nullopt;
        if (execute != 'x' && execute != '-' && execute != both && execute != alone)
            return std::nullopt;
        if (read == 'r') mode |= 4U << shift;
        if (write == 'w') mode |= 2U << shift;
        if (execute == 'x' || execute == both) mode |= 1U << shift;
        if (execute == both || execute == alone) mode |= special;
    }
    return mode;
}

} // namespace ferry::wire
