// The keyed hash, by the test vectors of its authors.
#include "base/keyed_hash.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ferry;

TEST_CASE("keyed hash: the bytes 0, 1, 2... under the key 0, 1, 2... -> as published") {
    constexpr hash_key key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    std::string bytes;
    const auto next = [&](std::size_t length) {
        while (bytes.size() < length)
            bytes += static_cast<char>(bytes.size());
        return keyed_hash(bytes, key);
    };
    CHECK(next(0) == 0x726fdb47dd0e0e31);
    CHECK(next(1) == 0x74f839c593dc67fd);
    CHECK(next(7) == 0xab0200f58b01d137);
    CHECK(next(8) == 0x93f5f5799a932462);
    CHECK(next(15) == 0xa129ca6149be45e5);
}

TEST_CASE("keyed hash: another key -> another hash") {
    CHECK(keyed_hash("name", {1, 2}) != keyed_hash("name", {1, 3}));
    CHECK(keyed_hash("name", {1, 2}) != keyed_hash("name", {2, 2}));
    CHECK(keyed_hash("name", {1, 2}) == keyed_hash("name", {1, 2}));
}
