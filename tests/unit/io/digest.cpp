// Hashes, by the examples of FIPS 180-4 and RFC 1321, and the check value of CRC-32.
#include "io/digest.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ferry::io;

namespace {

std::string hash_of(digest_kind kind, std::string_view text, std::size_t step) {
    digest sum(kind);
    for (std::size_t at = 0; at < text.size(); at += step)
        sum.add(text.substr(at, step));
    return sum.finish();
}

} // namespace

TEST_CASE("digest: the text of the standards -> their hash, however it is cut") {
    for (const std::size_t step : {1U, 2U, 100U}) {
        CHECK(hash_of(digest_kind::sha256, "abc", step) ==
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        CHECK(hash_of(digest_kind::sha1, "abc", step) ==
              "a9993e364706816aba3e25717850c26c9cd0d89d");
        CHECK(hash_of(digest_kind::md5, "abc", step) == "900150983cd24fb0d6963f7d28e17f72");
        CHECK(hash_of(digest_kind::sha512, "abc", step).starts_with("ddaf35a193617abacc417349"));
    }
    CHECK(hash_of(digest_kind::md5, "", 1) == "d41d8cd98f00b204e9800998ecf8427e");
    for (const std::size_t step : {1U, 2U, 8U, 100U})
        CHECK(hash_of(digest_kind::crc32, "123456789", step) == "cbf43926");
    CHECK(hash_of(digest_kind::crc32, std::string(1000, 'a'), 333) == "9a38da03");
    CHECK(hash_of(digest_kind::crc32, "", 1) == "00000000");
}

TEST_CASE("digest: each gives as many digits as it says") {
    for (const auto kind : digest_kinds)
        CHECK(hash_of(kind, "abc", 1).size() == digits_of(kind));
}

TEST_CASE("digest: names -> found in any case, and only those") {
    for (const auto kind : digest_kinds)
        CHECK(find_digest(name_of(kind)) == kind);
    CHECK(find_digest("sha-256") == digest_kind::sha256);
    CHECK_FALSE(find_digest("SHA256"));
    CHECK_FALSE(find_digest(""));
}
