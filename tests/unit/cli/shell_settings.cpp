#include "cli/shell/settings.hpp"

#include <doctest/doctest.h>

using namespace ferry;
using namespace ferry::cli;

TEST_CASE("every setting takes back what it shows") {
    const shell_settings fresh;
    for (const auto& row : setting_table()) {
        CAPTURE(row.name);
        shell_settings settings;
        REQUIRE(row.change(settings, row.show(fresh)).has_value());
        CHECK(row.show(settings) == row.show(fresh));
        CHECK(find_setting(row.name) == &row);
        CHECK_FALSE(row.help.empty());
        CHECK_FALSE(row.values.empty());
    }
}

TEST_CASE("every value a setting names is taken, and no other word") {
    for (const auto& row : setting_table()) {
        if (row.values.find('|') == std::string_view::npos) continue;
        CAPTURE(row.name);
        shell_settings settings;
        if (row.values.find("SECONDS") == std::string_view::npos)
            CHECK_FALSE(row.change(settings, "nonsense").has_value());
        std::string_view rest = row.values;
        while (!rest.empty()) {
            const auto end = rest.find('|');
            const auto value = rest.substr(0, end);
            rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
            if (value == "SECONDS") continue;
            CHECK(row.change(settings, value).has_value());
            CHECK(row.show(settings) == value);
        }
    }
}

TEST_CASE("a setting that does not exist is answered with the nearest one") {
    shell_settings settings;
    const auto done = change_setting(settings, "timout", "3");
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().code() == errc::usage);
    CHECK(done.error().advice() == "did you mean 'timeout'?");
}

TEST_CASE("a wrong value is answered with what is wanted, and changes nothing") {
    shell_settings settings;
    const auto done = change_setting(settings, "data", "both");
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().detail() == "data wants auto, passive or active");
    CHECK(settings.data == data_mode::automatic);
}

TEST_CASE("time limits are seconds with fractions, or the default") {
    shell_settings settings;
    REQUIRE(change_setting(settings, "timeout", "1.5").has_value());
    CHECK(settings.timeout == std::chrono::milliseconds(1500));
    CHECK(find_setting("timeout")->show(settings) == "1.5");
    CHECK_FALSE(change_setting(settings, "timeout", "0").has_value());
    REQUIRE(change_setting(settings, "timeout", "default").has_value());
    CHECK_FALSE(settings.timeout.has_value());
}
