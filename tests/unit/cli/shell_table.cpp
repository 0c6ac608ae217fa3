#include "cli/shell/shell_table.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

using namespace ferry;
using namespace ferry::cli;

TEST_CASE("every name and synonym leads to its own row") {
    std::set<std::string> seen;
    for (const auto& row : shell_table()) {
        std::string all(row.name);
        all += ' ';
        all += row.synonyms;
        std::string_view rest = all;
        while (!rest.empty()) {
            const auto name = take_until(rest, ' ');
            CAPTURE(name);
            if (name.empty()) continue;
            CHECK(seen.insert(std::string(name)).second);
            const auto found = find_shell_command(name);
            REQUIRE(found.has_value());
            CHECK(*found == &row);
        }
    }
}

TEST_CASE("every command is explained") {
    const auto overview = shell_overview();
    for (const auto& row : shell_table()) {
        CAPTURE(row.name);
        CHECK_FALSE(row.summary.empty());
        CHECK_FALSE(row.example.empty());
        CHECK(row.least <= row.most);
        CHECK(overview.find(row.summary) != std::string::npos);
        const auto help = shell_help(row);
        CHECK(help.find("Usage: " + std::string(row.name)) != std::string::npos);
        CHECK(help.find(row.example) != std::string::npos);
    }
}

TEST_CASE("the beginning of exactly one name is enough") {
    CHECK((*find_shell_command("mge"))->name == "mget");
    CHECK((*find_shell_command("featu"))->name == "features");
    const auto many = find_shell_command("re");
    REQUIRE_FALSE(many.has_value());
    CHECK(many.error().detail().find("rename") != std::string::npos);
    CHECK(many.error().detail().find("remotehelp") != std::string::npos);
}

TEST_CASE("a mistyped command is answered with the nearest one") {
    CHECK(find_shell_command("gte").error().advice() == "did you mean 'get'?");
    CHECK(find_shell_command("frobnicate").error().advice() == "help lists them");
}

TEST_CASE("the classic commands are all there") {
    for (const auto* name :
         {"open",     "user",    "close", "quit",   "bye",      "exit",    "cd",     "cdup",
          "lcd",      "pwd",     "lpwd",  "ls",     "dir",      "nlist",   "lls",    "get",
          "recv",     "mget",    "put",   "send",   "mput",     "append",  "reget",  "reput",
          "delete",   "mdelete", "mkdir", "rmdir",  "rename",   "chmod",   "size",   "modtime",
          "stat",     "system",  "type",  "ascii",  "binary",   "passive", "active", "hash",
          "progress", "verbose", "debug", "prompt", "status",   "site",    "quote",  "remotehelp",
          "help",     "?",       "!",     "cat",    "more",     "page",    "edit",   "find",
          "du",       "tree",    "set",   "alias",  "bookmark", "jobs",    "wait",   "kill",
          "fg",       "cache",   "source"}) {
        CAPTURE(name);
        CHECK(find_shell_command(name).has_value());
    }
}
