// Addresses of data connections, in the shapes servers and clients write them.
#include "wire/address.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace ferry;
using namespace ferry::wire;

namespace {

std::string pasv(std::string_view text) {
    const auto where = parse_pasv_reply(text);
    if (where) return to_string(*where);
    CHECK(where.error().code() == errc::protocol_error);
    return "none";
}

int epsv(std::string_view text) {
    const auto port = parse_epsv_reply(text);
    if (port) return *port;
    CHECK(port.error().code() == errc::protocol_error);
    return -1;
}

std::string port_argument(std::string_view text) {
    const auto where = parse_port_argument(text);
    if (where) return to_string(*where);
    CHECK(where.error().code() == errc::invalid_argument);
    return "none";
}

std::string eprt(std::string_view text) {
    const auto where = parse_eprt_argument(text);
    return where ? to_string(*where) : std::string(describe(where.error().code()).name);
}

} // namespace

TEST_CASE("PASV: the six numbers in every shape -> the endpoint") {
    for (const auto* text :
         {"Entering Passive Mode (127,0,0,1,4,210)", "Entering Passive Mode (127,0,0,1,4,210).",
          "Entering Passive Mode 127,0,0,1,4,210", "=127,0,0,1,4,210", "127,0,0,1,4,210",
          "Passive mode on ( 127, 0, 0 ,1 , 4,210 )", "ok 1 of 2: 127,0,0,1,4,210 trailing 9,9",
          "(127,0,0,1,4,210", "h1,h2 127,0,0,1,4,210,7", "(127,000,00,001,004,210)"}) {
        INFO(text);
        CHECK(pasv(text) == "127.0.0.1:1234");
    }
}

TEST_CASE("PASV: no six numbers, one beyond 255, port 0 -> the protocol is broken") {
    for (const auto* text :
         {"", "Entering Passive Mode", "(127,0,0,1,4)", "(127.0.0.1,4,210)", "(256,0,0,1,4,210)",
          "(127,0,0,1,4,256)", "(127,0,0,1,-4,210)", "(127,0,0,1,99999999999999999999,1)",
          "(127,0,0,1,0,0)", "1,,2,3,4,5", "127,0,0,1,4,"}) {
        INFO(text);
        CHECK(pasv(text) == "none");
    }
    CHECK(pasv(std::string(60'000, '1') + ',') == "none");
}

TEST_CASE("PASV and PORT: formatted -> read back the same") {
    for (const auto& where : {endpoint("127.0.0.1", 1234), endpoint("255.255.255.255", 65535),
                              endpoint("0.0.0.0", 1), endpoint("10.1.2.3", 256)}) {
        CHECK(parse_pasv_reply(format_pasv_reply(where)).value() == where);
        CHECK(parse_port_argument(format_port_argument(where)).value() == where);
    }
    CHECK(format_pasv_reply(endpoint("127.0.0.1", 1234)) ==
          "Entering Passive Mode (127,0,0,1,4,210)");
}

TEST_CASE("EPSV: the port between any delimiters -> the port") {
    CHECK(epsv("Entering Extended Passive Mode (|||6446|)") == 6446);
    CHECK(epsv("Entering Extended Passive Mode (!!!6446!)") == 6446);
    CHECK(epsv("ok |||6446|") == 6446);
    CHECK(epsv("... |||6446|") == 6446);
    CHECK(epsv("(see below) |||6446|") == 6446);
    CHECK(epsv("(|1|127.0.0.1|6446|)") == 6446);
    CHECK(epsv("(|2|::1|6446|)") == 6446);
    CHECK(epsv("(|||1|)") == 1);
    CHECK(epsv("(|||65535|)") == 65535);
    CHECK(epsv("Entering Passive Mode (127,0,0,1,4,210)") == 1234);
}

TEST_CASE("EPSV: no port from 1 to 65535 -> the protocol is broken") {
    for (const auto* text :
         {"", "(", "(|", "(|||", "(||||)", "(|||0|)", "(|||65536|)", "(|||-1|)", "(|||6446)",
          "(111644611)", "(   6446 )", "(|||6446", "||||||||||||", "(|||12345678901234567890|)"})
        CHECK(epsv(text) == -1);
}

TEST_CASE("EPSV: formatted -> read back the same") {
    for (const std::uint16_t port : std::initializer_list<std::uint16_t>{1, 21, 1024, 6446, 65535})
        CHECK(parse_epsv_reply(format_epsv_reply(port)).value() == port);
}

TEST_CASE("PORT: anything but six numbers -> refused") {
    CHECK(port_argument("127,0,0,1,4,210") == "127.0.0.1:1234");
    CHECK(port_argument("127,0,0,1,0,0") == "127.0.0.1:0");
    for (const auto* text :
         {"", "127,0,0,1,4", "127,0,0,1,4,210,1", "127, 0,0,1,4,210", " 127,0,0,1,4,210",
          "127,0,0,1,4,210 ", "127,0,0,1,4,256", "127,0,0,1,4,+1", "a,b,c,d,e,f", ",,,,,"})
        CHECK(port_argument(text) == "none");
}

TEST_CASE("EPRT: well formed -> the endpoint; mapped IPv4 is IPv4") {
    CHECK(eprt("|1|127.0.0.1|1234|") == "127.0.0.1:1234");
    CHECK(eprt("!1!127.0.0.1!1234!") == "127.0.0.1:1234");
    CHECK(eprt("|2|::1|1234|") == "[::1]:1234");
    CHECK(eprt("|2|2001:db8:0:1:2:3:4:5|65535|") == "[2001:db8:0:1:2:3:4:5]:65535");
    CHECK(eprt("|2|::ffff:127.0.0.1|1234|") == "127.0.0.1:1234");
    CHECK(eprt("|2|0:0:0:0:0:FFFF:7f00:1|1234|") == "127.0.0.1:1234");
    CHECK(eprt("|2|fe80::|1|") == "[fe80::]:1");
}

TEST_CASE("EPRT: a family that is neither 1 nor 2 -> not supported") {
    CHECK(eprt("|3|whatever|1234|") == "not_supported");
    CHECK(eprt("|0|127.0.0.1|1234|") == "not_supported");
}

TEST_CASE("EPRT: malformed -> refused") {
    for (const auto* text : {"",
                             "|",
                             "||||",
                             "|1|127.0.0.1|1234",
                             "|1|127.0.0.1|1234||",
                             "|1|127.0.0.1|99999|",
                             "|1|127.0.0.1||",
                             "|1||1234|",
                             "|1|::1|1234|",
                             "|2|127.0.0.1|1234|",
                             "|1|127.0.0|1234|",
                             "|1|127.0.0.1.2|1234|",
                             "|1|127.0.0.256|1234|",
                             "|1|127.0.0.1000|1234|",
                             "|2|:|1|",
                             "|2|:::|1|",
                             "|2|1::2::3|1|",
                             "|2|1:2:3:4:5:6:7|1|",
                             "|2|1:2:3:4:5:6:7:8:9|1|",
                             "|2|1:2:3:4:5:6:7::8|1|",
                             "|2|12345::|1|",
                             "|2|g::|1|",
                             "|2|1.2.3.4::|1|",
                             "|2|::1.2.3|1|",
                             "|2|1:2:3:4:5:6:7:1.2.3.4|1|",
                             "|2|fe80::1%eth0|1|",
                             "|x|127.0.0.1|1|",
                             " 1 127.0.0.1 1234 ",
                             "|1|127.0.0.1|1234|x"}) {
        INFO(text);
        CHECK(eprt(text) == "invalid_argument");
    }
}

TEST_CASE("EPRT: formatted -> read back the same") {
    for (const auto& where : {endpoint("127.0.0.1", 1234), endpoint("::1", 1),
                              endpoint("::", 65535), endpoint("2001:db8::ff:0:1", 1024)})
        CHECK(parse_eprt_argument(format_eprt_argument(where)).value() == where);
}

TEST_CASE("same address: different spellings of one host -> the same") {
    CHECK(same_address("127.0.0.1", "127.0.0.1"));
    CHECK(same_address("127.0.0.1", "::ffff:127.0.0.1"));
    CHECK(same_address("::1", "0:0:0:0:0:0:0:1"));
    CHECK(same_address("2001:DB8::1", "2001:db8:0::1"));
    CHECK(same_address("fe80::1%eth0", "fe80::1"));
    CHECK_FALSE(same_address("127.0.0.1", "127.0.0.2"));
    CHECK_FALSE(same_address("127.0.0.1", "::1"));
    CHECK_FALSE(same_address("::127.0.0.1", "127.0.0.1"));
    CHECK_FALSE(same_address("", ""));
    CHECK_FALSE(same_address("localhost", "localhost"));
}
