// TYPE A in both directions, however the bytes are cut.
#include "wire/ascii.hpp"

#include "support/splits.hpp"

#include <doctest/doctest.h>

using namespace ferry;

namespace {

std::string to_wire(std::string_view text) {
    return test::same_at_every_split(text, [](const test::pieces& pieces) {
        wire::to_network_ascii translator;
        std::string out;
        for (const auto piece : pieces)
            translator.translate(piece, out);
        return out;
    });
}

std::string from_wire(std::string_view bytes) {
    return test::same_at_every_split(bytes, [](const test::pieces& pieces) {
        wire::from_network_ascii translator;
        std::string out;
        for (const auto piece : pieces)
            translator.translate(piece, out);
        translator.finish(out);
        return out;
    });
}

} // namespace

TEST_CASE("ASCII out: LF -> CRLF; a CR before it is not doubled") {
    CHECK(to_wire("a\nb\n\nc") == "a\r\nb\r\n\r\nc");
    CHECK(to_wire("a\r\nb\rc\r\r\n\n") == "a\r\nb\rc\r\r\n\r\n");
    CHECK(to_wire("\n") == "\r\n");
    CHECK(to_wire("") == "");
}

TEST_CASE("ASCII in: CRLF -> LF; a CR elsewhere stays, at the end too") {
    CHECK(from_wire("a\r\nb\r\n\r\nc") == "a\nb\n\nc");
    CHECK(from_wire("a\rb\r\r\nc\n\r") == "a\rb\r\nc\n\r");
    CHECK(from_wire("\r") == "\r");
    CHECK(from_wire("") == "");
}

TEST_CASE("ASCII: a text with LF, out and in -> the same") {
    for (const std::string text : {"", "a", "a\nb\n", "\n\n", "a\rb\n", "caf\xc3\xa9\n\xff\n"})
        CHECK(from_wire(to_wire(text)) == text);
}

TEST_CASE("ASCII in: finish twice -> a held CR comes once") {
    wire::from_network_ascii translator;
    std::string out;
    translator.translate("a\r", out);
    CHECK(out == "a");
    translator.finish(out);
    translator.finish(out);
    CHECK(out == "a\r");
}
