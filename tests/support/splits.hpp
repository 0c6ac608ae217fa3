// Feeds bytes to an incremental parser in every way a network can: whole, byte by byte, and in two
// pieces split at every offset. All must give the same.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace ferry::test {

using pieces = std::vector<std::string_view>;

/// `read` takes `pieces` and gives a text that says all it understood. Returns that text for the
/// bytes as a whole, and checks that every split gives it too.
template<class Read>
std::string same_at_every_split(std::string_view bytes, Read read) {
    const std::string whole = read(pieces{bytes});
    pieces single;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        single.push_back(bytes.substr(i, 1));
    CHECK(read(single) == whole);
    for (std::size_t i = 0; i <= bytes.size(); ++i) {
        INFO("split at ", i);
        CHECK(read(pieces{bytes.substr(0, i), bytes.substr(i)}) == whole);
    }
    return whole;
}

} // namespace ferry::test
