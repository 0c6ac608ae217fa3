// FEAT replies, the correct and the sloppy.
#include "wire/features.hpp"

#include "base/limits.hpp"

#include <doctest/doctest.h>

using namespace ferry;

namespace {

reply feat(std::vector<std::string> lines) {
    reply made;
    made.code = 211;
    made.lines = std::move(lines);
    return made;
}

} // namespace

TEST_CASE("features: listed -> known, in any case, with arguments or without") {
    const wire::features known(feat({"Features:", " MDTM", " rest stream", " AUTH TLS;SSL",
                                     " MLST type*;size*;modify*;", " UTF8 ", "SIZE", "End"}));
    CHECK(known.has("MDTM"));
    CHECK(known.has("mdtm"));
    CHECK(known.has("REST"));
    CHECK(known.has("REST STREAM"));
    CHECK(known.has("AUTH TLS"));
    CHECK(known.has("AUTH ssl"));
    CHECK(known.has("UTF8"));
    CHECK(known.has("SIZE"));
    CHECK_FALSE(known.has("AUTH TL"));
    CHECK_FALSE(known.has("AUTH GSSAPI"));
    CHECK_FALSE(known.has("MD"));
    CHECK_FALSE(known.has("Features:"));
    CHECK_FALSE(known.has("End"));
    CHECK_FALSE(known.has(""));
    CHECK(known.argument_of("MLST") == "type*;size*;modify*;");
    CHECK(known.argument_of("mdtm").empty());
    CHECK(known.argument_of("EPSV").empty());
}

TEST_CASE("features: lines that repeat the code -> taken") {
    const wire::features known(feat({"Features:", "211-MDTM", "211- SIZE", "211 EPSV", "End"}));
    CHECK(known.lines() == std::vector<std::string>{"MDTM", "SIZE", "EPSV"});
}

TEST_CASE("features: a reply without a list, or a refusal -> none") {
    CHECK(wire::features(feat({"no features"})).lines().empty());
    CHECK(wire::features(feat({"Features:", "End"})).lines().empty());
    auto refused = feat({"x", " MDTM", "y"});
    refused.code = 500;
    CHECK(wire::features(refused).lines().empty());
    CHECK_FALSE(wire::features().has("MDTM"));
}

TEST_CASE("features: as many as are kept -> all; more -> the first of them") {
    std::vector<std::string> lines(limits::feature_lines, " X");
    lines.back() = " LAST";
    lines.insert(lines.begin(), "Features:");
    lines.emplace_back("End");
    CHECK(wire::features(feat(lines)).has("LAST"));
    lines.insert(lines.begin() + 1, " FIRST");
    const wire::features cut(feat(lines));
    CHECK(cut.lines().size() == limits::feature_lines);
    CHECK(cut.has("FIRST"));
    CHECK_FALSE(cut.has("LAST"));
}
