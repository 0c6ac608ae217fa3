// Patterns in a tree that exists only here.
#include "cli/shell/glob.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

using namespace ferry;
using namespace ferry::cli;

namespace {

/// A tree: each directory by its path, with its entries. It counts what is asked of it.
class tree {
public:
    tree() = default;

    /// A name that ends in '/' is a directory, in '@' a link to one, in '?'
    /// of unknown type.
    void add(const std::string& directory, std::initializer_list<std::string_view> names) {
        auto& entries = directories[directory];
        for (auto name : names) {
            entry one;
            one.type = name.ends_with('/')   ? entry_type::directory
                       : name.ends_with('@') ? entry_type::symlink
                       : name.ends_with('?') ? entry_type::other
                                             : entry_type::file;
            if (one.type != entry_type::file) name.remove_suffix(1);
            one.name = name;
            entries.push_back(std::move(one));
        }
    }

    directory_lister lister() {
        return [this](const std::string& directory) -> result<std::vector<entry>> {
            asked.push_back(directory);
            if (const auto problem = problems.find(directory); problem != problems.end())
                return fail(problem->second);
            const auto found = directories.find(directory);
            if (found == directories.end()) return fail(errc::not_found, directory);
            return found->second;
        };
    }

    std::map<std::string, std::vector<entry>> directories;
    std::map<std::string, errc> problems;
    std::vector<std::string> asked;
};

tree example() {
    tree all;
    all.add("", {"b.txt", "a.txt", ".hidden", "pub/", "src/", "link@", "zz?", ".git/", "odd*name"});
    all.add("pub", {"readme", "x.iso", "old/", ".secret"});
    all.add("pub/old", {"readme", "y.iso"});
    all.add("src", {"main.cpp", "lib/"});
    all.add("src/lib", {"a.cpp", "b.cpp", "deep/"});
    all.add("src/lib/deep", {"c.cpp"});
    all.add("link", {"readme", "inside/"});
    all.add("link/inside", {"d.cpp"});
    all.add(".git", {"config", "e.cpp"});
    all.add("/", {"etc/", "bin@"});
    all.add("/etc", {"passwd", "group"});
    all.add(".", {"here.txt"});
    all.add("..", {"up.txt", "sister/"});
    all.add("../sister", {"s.txt"});
    return all;
}

std::string joined(const std::vector<std::string>& paths) {
    std::string all;
    for (const auto& each : paths)
        (all += all.empty() ? "" : " ") += each;
    return all;
}

std::string find(std::string_view pattern, tree& in, const glob_limits& caps = {}) {
    const auto found = glob(pattern, in.lister(), caps);
    return found ? joined(*found) : '!' + std::string(describe(found.error().code()).name);
}

std::string find(std::string_view pattern) {
    auto all = example();
    return find(pattern, all);
}

/// Which directories are listed for a pattern, in order; the current one is ".".
std::string listed_for(std::string_view pattern) {
    auto all = example();
    CHECK(glob(pattern, all.lister()));
    std::ranges::replace(all.asked, std::string(), std::string("."));
    return joined(all.asked);
}

glob_limits at_most(std::size_t results) {
    glob_limits caps;
    caps.results = results;
    return caps;
}

} // namespace

TEST_CASE("glob: one component -> the names that fit, sorted") {
    CHECK(find("*.txt") == "a.txt b.txt");
    CHECK(find("?.txt") == "a.txt b.txt");
    CHECK(find("[b-z].txt") == "b.txt");
    CHECK(find("*") == "a.txt b.txt link odd*name pub src zz");
    CHECK(find(".*") == ".git .hidden");
    CHECK(find("*.none").empty());
    CHECK(find("odd\\**") == "odd*name");
}

TEST_CASE("glob: no wildcards -> the text itself, and nothing is listed") {
    CHECK(find("none/at all") == "none/at all");
    CHECK(find("odd\\*name") == "odd*name");
    CHECK(find("a//b/") == "a//b/");
    CHECK(find("[a") == "[a");
    CHECK(find("{a}") == "{a}");
    CHECK(listed_for("a/b").empty());
    CHECK(listed_for("{a,b}/c").empty());
}

TEST_CASE("glob: leading components -> kept as they are typed, and not listed") {
    CHECK(find("pub/*") == "pub/old pub/readme pub/x.iso");
    CHECK(find("pub//*.iso") == "pub//x.iso");
    CHECK(find("./*.txt") == "./here.txt");
    CHECK(find("/*") == "/bin /etc");
    CHECK(find("//*") == "//bin //etc");
    CHECK(find("/etc/p*") == "/etc/passwd");
    CHECK(find("../*") == "../sister ../up.txt");
    CHECK(find("../*/s*") == "../sister/s.txt");
    CHECK(find("p\\ub/r*") == "pub/readme");
    CHECK(listed_for("src/lib/*.cpp") == "src/lib");
    CHECK(listed_for("pub//*") == "pub");
    CHECK(listed_for("/*") == "/");
    CHECK(listed_for("//*") == "/");
}

TEST_CASE("glob: several wildcard components -> each level is matched") {
    CHECK(find("*/*.iso") == "pub/x.iso");
    CHECK(find("*/*/*.cpp") == "link/inside/d.cpp src/lib/a.cpp src/lib/b.cpp");
    CHECK(find("p*/o*/?.iso") == "pub/old/y.iso");
    CHECK(find("*//*.iso") == "pub/x.iso");
    CHECK(find(".*/c*") == ".git/config");
    CHECK(find("pub/*/*") == "pub/old/readme pub/old/y.iso");
}

TEST_CASE("glob: plain components behind a wildcard -> there only if they are listed") {
    CHECK(find("*/readme") == "link/readme pub/readme");
    CHECK(find("*/old/readme") == "pub/old/readme");
    CHECK(find("*/lib/*.cpp") == "src/lib/a.cpp src/lib/b.cpp");
    CHECK(find("*/none").empty());
    CHECK(find("*/.secret") == "pub/.secret");
    // The middle ones are joined, not looked for.
    CHECK(listed_for("p*/old/r*") == ". pub/old");
}

TEST_CASE("glob: files are never entered, links and unknown types are tried") {
    CHECK(find("*/*") == "link/inside link/readme pub/old pub/readme pub/x.iso src/lib "
                         "src/main.cpp");
    CHECK(listed_for("*/*") == ". link pub src zz");
}

TEST_CASE("glob: a slash at the end -> directories only") {
    CHECK(find("*/") == "link/ pub/ src/");
    CHECK(find("*/*/") == "link/inside/ pub/old/ src/lib/");
    CHECK(find("*/old/") == "pub/old/");
    CHECK(find("*/readme/").empty());
    CHECK(find("*.txt/").empty());
    CHECK(find("p*//") == "pub/");
    // What the listing says to be a directory is not listed again.
    CHECK(listed_for("p*/") == ".");
    CHECK(listed_for("*/") == ". link zz");
}

TEST_CASE("glob: . and .. behind a wildcard -> of each directory") {
    auto all = example();
    all.add("pub/..", {"pub/", "x.txt"});
    all.add("pub/.", {"old/"});
    CHECK(find("p*/..", all) == "pub/..");
    CHECK(find("p*/../", all) == "pub/../");
    CHECK(find("p*/../*.txt", all) == "pub/../x.txt");
    CHECK(find("p*/./*", all) == "pub/./old");
    CHECK(find("s*/..", all).empty());
}

TEST_CASE("glob: ** -> any number of directories, without links and hidden ones") {
    CHECK(find("**/*.cpp") == "src/lib/a.cpp src/lib/b.cpp src/lib/deep/c.cpp src/main.cpp");
    CHECK(find("**/readme") == "pub/old/readme pub/readme");
    CHECK(find("src/**/?.cpp") == "src/lib/a.cpp src/lib/b.cpp src/lib/deep/c.cpp");
    CHECK(find("src/**/deep/*") == "src/lib/deep/c.cpp");
    CHECK(find("**/lib/**/c.cpp") == "src/lib/deep/c.cpp");
    CHECK(find("*/**/c.cpp") == "src/lib/deep/c.cpp");
    CHECK(find("**/**/old") == "pub/old");
    CHECK(find("/**/group") == "/etc/group");
    CHECK(find("**/*.txt") == "a.txt b.txt");
    CHECK(find("**/.git/*") == ".git/config .git/e.cpp");
    CHECK(find("**.txt") == "a.txt b.txt");
    CHECK(find("\\**").empty());
}

TEST_CASE("glob: ** at the end -> all that lies below") {
    CHECK(find("pub/**") == "pub/old pub/old/readme pub/old/y.iso pub/readme pub/x.iso");
    CHECK(find("src/**/") == "src/lib/ src/lib/deep/");
    CHECK(find("**/") == "link/ pub/ pub/old/ src/ src/lib/ src/lib/deep/");
}

TEST_CASE("glob: every directory is listed once, whoever asks") {
    CHECK(listed_for("**/*.cpp") == ". pub pub/old src src/lib src/lib/deep");
    CHECK(listed_for("**/**/*/**/*.cpp") == ". link link/inside pub pub/old src src/lib "
                                            "src/lib/deep zz");
    CHECK(listed_for("{*.txt,p*,*/r*}") == ". link pub src zz");
    CHECK(listed_for("{*/r*,pub/*,pub/o*}") == ". link pub src zz");
}

TEST_CASE("glob: braces -> all alternatives, sorted, none twice") {
    CHECK(find("{b,a}.txt") == "a.txt b.txt");
    CHECK(find("{*.txt,a*}") == "a.txt b.txt");
    CHECK(find("{pub,src}/{*.iso,*.cpp}") == "pub/x.iso src/main.cpp");
    CHECK(find("{none,*.txt}") == "a.txt b.txt none");
    CHECK(find("*.{none,other}").empty());
    CHECK(find("{,}").empty());
    CHECK(find("{" + std::string(limits::brace_words, ',') + "}x*") == "!usage");
}

TEST_CASE("glob: unsafe names -> passed over") {
    tree all;
    all.add("", {"..", ".", "a/b", "", "good", "../evil/"});
    all.directories[""].emplace_back().name = std::string("a\0b", 3);
    CHECK(find("*", all) == "good");
    CHECK(find(".*", all).empty());
    CHECK(find("**", all) == "good");
}

TEST_CASE("glob: UTF-8 and other bytes -> sorted by bytes") {
    tree all;
    all.add("", {"\xC3\xA4", "z", "\xE4", "a", "Z"});
    CHECK(find("?", all) == "Z a z \xC3\xA4 \xE4");
}

TEST_CASE("glob: a directory that cannot be listed -> passed over while another can") {
    auto all = example();
    all.problems["pub"] = errc::permission_denied;
    CHECK(find("*/r*", all) == "link/readme");
    CHECK(find("**/*.iso", all).empty());
    CHECK(find("{pub,src}/*", all) == "src/lib src/main.cpp");
    CHECK(find("*/", all) == "link/ pub/ src/");
}

TEST_CASE("glob: no directory that can be listed -> the first failure") {
    auto all = example();
    all.problems["pub"] = errc::permission_denied;
    all.problems["src"] = errc::refused;
    CHECK(find("pub/*", all) == "!permission_denied");
    CHECK(find("{src,pub}/*", all) == "!permission_denied");
    CHECK(find("{a,pub/*}", all) == "!permission_denied");
    CHECK(find("nowhere/*", all) == "!not_found");
    CHECK(find("nowhere/plain", all) == "nowhere/plain");
}

TEST_CASE("glob: an interruption, and what breaks the connection -> ends it at once") {
    for (const auto code : {errc::interrupted, errc::connection_lost, errc::reply_timeout,
                            errc::protocol_error, errc::service_unavailable}) {
        auto all = example();
        all.problems["pub"] = code;
        CHECK(find("*/*", all) == '!' + std::string(describe(code).name));
        CHECK(all.asked.back() == "pub");
        CHECK(find("**/readme", all) == '!' + std::string(describe(code).name));
    }
}

TEST_CASE("glob: as many names as the cap -> all; one more -> limit_exceeded") {
    auto all = example();
    CHECK(find("*.txt", all, at_most(2)) == "a.txt b.txt");
    CHECK(find("*.txt", all, at_most(1)) == "!limit_exceeded");
    CHECK(find("{*.txt,a*,b*}", all, at_most(2)) == "a.txt b.txt");
    CHECK(find("{*.txt,c}", all, at_most(2)) == "!limit_exceeded");
    CHECK(find("{a,b,c}", all, at_most(3)) == "a b c");
    CHECK(find("{a,b,c}", all, at_most(2)) == "!limit_exceeded");
    CHECK(glob_limits().results == limits::glob_results);
}

TEST_CASE("glob: as many directories as the cap -> listed; one more -> limit_exceeded") {
    auto all = example(); // six of them are listed
    CHECK(find("**/c.cpp", all, at_most(6)) == "src/lib/deep/c.cpp");
    CHECK(find("**/c.cpp", all, at_most(5)) == "!limit_exceeded");
    tree wide;
    wide.add("", {"a/", "b/", "c/"});
    CHECK(find("*/x", wide, at_most(4)).empty());
    CHECK(find("*/x", wide, at_most(2)) == "!limit_exceeded");
    CHECK(wide.asked.size() == 5);
}

TEST_CASE("glob: a tree as deep as the cap -> walked; one deeper -> limit_exceeded") {
    const auto deep = [](std::size_t levels) {
        tree all;
        std::string path;
        for (std::size_t i = 0; i < levels; ++i) {
            all.add(path, {"d/"});
            path += path.empty() ? "d" : "/d";
        }
        all.add(path, {"end"});
        return all;
    };
    std::string all_levels;
    for (std::size_t i = 0; i < limits::depth; ++i)
        all_levels += "*/";
    auto deepest = deep(limits::depth);
    CHECK(find(all_levels, deepest).size() == 2 * limits::depth);
    CHECK(find("**/end", deepest).size() == 2 * limits::depth + 3);
    auto deeper = deep(limits::depth + 1);
    CHECK(find("**/end", deeper) == "!limit_exceeded");
}

TEST_CASE("glob: a tree without an end -> limit_exceeded") {
    const auto endless = [](const std::string&) -> result<std::vector<entry>> {
        std::vector<entry> entries(3);
        for (auto& each : entries) {
            each.name = static_cast<char>('a' + (&each - entries.data()));
            each.type = entry_type::directory;
        }
        return entries;
    };
    const auto found = glob("**/none", endless, at_most(1000));
    REQUIRE_FALSE(found);
    CHECK(found.error().code() == errc::limit_exceeded);
}

TEST_CASE("glob: as many components as the cap -> walked; one more -> wrong usage") {
    std::string pattern = "*";
    for (std::size_t i = 1; i < limits::depth; ++i)
        pattern += "/x";
    auto all = example();
    CHECK(find(pattern, all).empty());
    CHECK(find(pattern + "/x", all) == "!usage");
    CHECK(find("a/" + pattern, all) == "!not_found"); // leading ones do not count
}

TEST_CASE("glob: hostile patterns -> answered soon") {
    tree all;
    all.add("", {"a/"});
    all.directories[""].emplace_back().name = std::string(100'000, 'a');
    CHECK(find(std::string(100'000, '*'), all).size() == 100'002);
    CHECK(find(std::string(100'000, '*') + 'b', all).empty());
    CHECK(find(std::string(100'000, '[') + '*', all).empty());
    CHECK(find(std::string(100'000, '{') + '*', all).empty());
    CHECK(find(std::string(100'000, '/') + '*', all) == "!not_found");
    std::string stars = "**";
    for (int i = 0; i < 50; ++i)
        stars += "/a/**";
    tree deep;
    std::string path;
    for (int i = 0; i < 100; ++i) {
        deep.add(path, {"a/"});
        path += path.empty() ? "a" : "/a";
    }
    CHECK(find(stars + "/none", deep).empty());
}
