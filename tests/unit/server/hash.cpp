// HASH and its older kin.
#include "support/served.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ferry;

namespace {

const std::string sha256_of_abc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

io::task<> hash_files(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.store("STOR a file", "abc");
    co_await guest.expect("HASH a file", "213 SHA-256 0-2 " + sha256_of_abc + " a file");
    co_await guest.expect("XSHA256 a file", "250 " + sha256_of_abc);
    co_await guest.expect("XSHA256 \"a file\"", "250 " + sha256_of_abc);
    co_await guest.expect("XSHA1 /a file", "250 a9993e364706816aba3e25717850c26c9cd0d89d");
    co_await guest.expect("XMD5 a file", "250 900150983cd24fb0d6963f7d28e17f72");
    co_await guest.expect("XCRC a file", "250 352441c2");
    CHECK((co_await guest.ask("XSHA512 a file")).starts_with("250 ddaf35a193617aba"));
}

io::task<> choose(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.store("STOR none", "");
    co_await guest.expect("OPTS HASH", "200 SHA-256");
    co_await guest.expect("OPTS HASH md5", "200 MD5");
    co_await guest.expect("OPTS HASH SHA3", "501 Unknown hash, current selection not changed");
    co_await guest.expect("OPTS HASH", "200 MD5");
    co_await guest.expect("HASH none", "213 MD5 0-0 d41d8cd98f00b204e9800998ecf8427e none");
    const auto features = co_await guest.ask("FEAT");
    CHECK(features.find("\n HASH SHA-256;SHA-512;SHA-1;MD5*;CRC32\n") != std::string::npos);
}

io::task<> refuse(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.expect("MKD dir", "257 ...");
    co_await guest.expect("HASH none", "550 /none: No such file or directory");
    CHECK((co_await guest.ask("HASH dir")).starts_with("550 /dir: "));
    CHECK((co_await guest.ask("XMD5 ../../etc/passwd")).starts_with("550 "));
    co_await guest.expect("NOOP", "200 OK");
}

io::task<> hash_large(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    // Longer than one piece.
    co_await guest.store("STOR large", std::string(1'000'000, 'a'));
    co_await guest.expect("HASH large",
                          "213 SHA-256 0-999999 "
                          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0 large");
}

} // namespace

TEST_CASE("HASH and the X verbs: a file -> its hash, the range, the name") {
    test::served().run(hash_files);
}

TEST_CASE("OPTS HASH: a name -> what HASH gives from then on") {
    test::served().run(choose);
}

TEST_CASE("HASH: no file, a directory, another place -> refused, and all in step") {
    test::served().run(refuse);
}

TEST_CASE("HASH: a million a -> the hash of FIPS 180-4") {
    test::served().run(hash_large);
}
