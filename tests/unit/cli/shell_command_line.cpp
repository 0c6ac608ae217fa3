// Lines of the shell: statements, redirections, pipes, aliases, and the word at a cursor.
#include "base/limits.hpp"
#include "cli/shell/command_line.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <string_view>

using namespace ferry;
using namespace ferry::cli;

namespace {

using alias_table = std::map<std::string, std::string, std::less<>>;

alias_lookup in(const alias_table& table) {
    return [&table](std::string_view name) -> std::optional<std::string> {
        const auto found = table.find(name);
        if (found == table.end()) return std::nullopt;
        return found->second;
    };
}

/// "[a|b c] >f" for `a 'b c' >f`: words between bars, then where the output goes.
std::string show(const statement& one) {
    std::string all = one.when == run_when::after_success   ? "&&"
                      : one.when == run_when::after_failure ? "||"
                                                            : "";
    if (one.local) return all + "!{" + *one.local + '}' + (one.words.empty() ? "" : "?");
    all += '[';
    for (const auto& each : one.words)
        (all += &each == &one.words.front() ? "" : "|") += each.text();
    all += ']';
    if (one.output) all += (one.output->append ? ">>" : ">") + one.output->target.text();
    if (one.pipe) all += "|{" + *one.pipe + '}';
    if (one.background) all += '&';
    return all;
}

std::string read(std::string_view text, const alias_table& aliases = {}) {
    const auto list = parse_line(text, in(aliases));
    if (!list) return (is_incomplete(list.error()) ? "more: " : "wrong: ") + list.error().detail();
    std::string all;
    for (const auto& one : list->statements)
        (all += all.empty() ? "" : " ") += show(one);
    return all;
}

/// The source of each statement, between < and >.
std::string sources(std::string_view text, const alias_table& aliases = {}) {
    const auto list = parse_line(text, in(aliases));
    REQUIRE(list);
    std::string all;
    for (const auto& one : list->statements)
        all += '<' + one.source + '>';
    return all;
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

bool is_usage(const result<command_list>& got) {
    return !got && got.error().code() == errc::usage && !is_incomplete(got.error());
}

} // namespace

TEST_CASE("line: words -> one statement") {
    CHECK(read("ls") == "[ls]");
    CHECK(read("  get\ta 'b c'  d\\ e ") == "[get|a|b c|d e]");
    CHECK(read("put ''") == "[put|]");
    CHECK(read("ls \\\n -l") == "[ls|-l]");
    CHECK(read("l\\\ns") == "[ls]");
    CHECK(read("get a\\;b 'c&d' \"e|f\" g\\>h") == "[get|a;b|c&d|e|f|g>h]");
    CHECK(read("echo $x") == "[echo|$x]");
    CHECK(read("get a(1) {b}=c") == "[get|a(1)|{b}=c]");
}

TEST_CASE("line: nothing but blanks and comments -> no statement") {
    for (const std::string_view text : {"", " \t", "\n\n", "# ls", "  # ls ; 'x", "#a\n #b\n"}) {
        INFO(text);
        CHECK(read(text).empty());
    }
}

TEST_CASE("line: # -> a comment only at the start of a word") {
    CHECK(read("ls # it's; here") == "[ls]");
    CHECK(read("ls a#b") == "[ls|a#b]");
    CHECK(read("ls \\#b '#c'") == "[ls|#b|#c]");
    CHECK(read("ls;#x\npwd") == "[ls] [pwd]");
    CHECK(read("ls #a \\\npwd") == "[ls] [pwd]");
}

TEST_CASE("line: statements -> joined by what decides about the next one") {
    CHECK(read("a;b") == "[a] [b]");
    CHECK(read("a ; b;") == "[a] [b]");
    CHECK(read("a\nb\n\n c") == "[a] [b] [c]");
    CHECK(read("a;\nb") == "[a] [b]");
    CHECK(read("a && b || c") == "[a] &&[b] ||[c]");
    CHECK(read("a&&b||c;d") == "[a] &&[b] ||[c] [d]");
    CHECK(read("a &&\n\n b") == "[a] &&[b]");
    CHECK(read("a || # why\n b") == "[a] ||[b]");
}

TEST_CASE("line: & -> the statement before it runs in the background") {
    CHECK(read("get a &") == "[get|a]&");
    CHECK(read("a&b & c") == "[a]& [b]& [c]");
    CHECK(read("a && b & c") == "[a] &&[b]& [c]");
    CHECK(read("ls > f &") == "[ls]>f&");
    CHECK(read("ls | wc &") == "[ls]|{wc}&");
}

TEST_CASE("line: > and >> -> the output goes to a file") {
    CHECK(read("ls > out") == "[ls]>out");
    CHECK(read("ls -l>>out") == "[ls|-l]>>out");
    CHECK(read("ls > 'a b' dir") == "[ls|dir]>a b");
    CHECK(read("> out ls") == "[ls]>out");
    CHECK(read("ls >out; pwd") == "[ls]>out [pwd]");
    CHECK(read("ls > $file") == "[ls]>$file");
    CHECK(read("ls >\\\n out") == "[ls]>out");
    CHECK(read("get a2 >2") == "[get|a2]>2");
    CHECK(read("ls 2 > out") == "[ls|2]>out");
}

TEST_CASE("line: | -> the rest is for sh, up to the next statement") {
    CHECK(read("ls | wc -l") == "[ls]|{wc -l}");
    CHECK(read("ls|wc") == "[ls]|{wc}");
    CHECK(read("ls | grep x | sort > out") == "[ls]|{grep x | sort > out}");
    CHECK(read("ls | wc; pwd") == "[ls]|{wc} [pwd]");
    CHECK(read("ls | wc && pwd") == "[ls]|{wc} &&[pwd]");
    CHECK(read("ls | wc || pwd") == "[ls]|{wc} ||[pwd]");
    CHECK(read("ls | wc & pwd") == "[ls]|{wc}& [pwd]");
    CHECK(read("ls | wc\npwd") == "[ls]|{wc} [pwd]");
    CHECK(read("ls | grep 'a;b' \"c&&d\" e\\|f") == "[ls]|{grep 'a;b' \"c&&d\" e\\|f}");
    CHECK(read("ls | sh -c 'a; b' | wc") == "[ls]|{sh -c 'a; b' | wc}");
    CHECK(read("ls | wc 2>&1 >/dev/null <&-") == "[ls]|{wc 2>&1 >/dev/null <&-}");
    CHECK(read("ls | cat < a > 1") == "[ls]|{cat < a > 1}");
    CHECK(read("ls |\n wc") == "[ls]|{wc}");
    CHECK(read("ls | grep x |\n# and then\n wc") == "[ls]|{grep x |\n# and then\n wc}");
    CHECK(read("ls | wc # it's; all") == "[ls]|{wc}");
    CHECK(read("ls | awk '{print ${1}}' ${x:-y} $((1))") ==
          "[ls]|{awk '{print ${1}}' ${x:-y} $((1))}");
    CHECK(read("ls | a \\\n b") == "[ls]|{a \\\n b}");
    CHECK(read("ls \\| wc") == "[ls|||wc]");
}

TEST_CASE("line: ! at the start of a statement -> the rest of the line is a local command") {
    CHECK(read("!ls -l | wc; pwd & 'x") == "!{ls -l | wc; pwd & 'x}");
    CHECK(read("! make && echo \"#\"") == "!{make && echo \"#\"}");
    CHECK(read("cd a; !ls\npwd") == "[cd|a] !{ls} [pwd]");
    CHECK(read("cd a && !ls") == "[cd|a] &&!{ls}");
    CHECK(read("!") == "!{}");
    CHECK(read("  !  ") == "!{}");
    CHECK(read("!a\\") == "!{a\\}");
    CHECK(read("get !a") == "[get|!a]");
    CHECK(read("\\!ls") == "[!ls]");
}

TEST_CASE("line: each statement -> its source, as it was typed") {
    CHECK(sources(" get 'a b'  c > d & ls | wc # x\n !make all ;pwd") ==
          "<get 'a b'  c > d><ls | wc><!make all ;pwd>");
    CHECK(sources("a&&b ; c") == "<a><b><c>");
    CHECK(sources("ls -l # all") == "<ls -l>");
    const alias_table aliases{{"ll", "ls -l"}, {"two", "a; b"}, {"nothing", ""}, {"l", "ll -a"}};
    CHECK(sources("pwd; ll x | wc; ll", aliases) == "<pwd><ll x | wc><ll>");
    CHECK(sources("two c; d", aliases) == "<two><two c><d>");
    CHECK(sources("l x; nothing ls y; z", aliases) == "<l x><ls y><z>");
}

TEST_CASE("line: what is wrong -> said, with the character") {
    const std::vector<std::pair<std::string_view, std::string_view>> wanted{
        {";", "nothing before ;, at character 1"},
        {"a;;b", "nothing before ;, at character 3"},
        {"a ; ; b", "nothing before ;, at character 5"},
        {"&", "nothing before &, at character 1"},
        {"&& a", "nothing before &&, at character 1"},
        {"a &&& b", "nothing before &, at character 5"},
        {"a && || b", "nothing before ||, at character 6"},
        {"a & && b", "nothing before &&, at character 5"},
        {"a &; b", "nothing before ;, at character 4"},
        {"| wc", "nothing before |, at character 1"},
        {"a; | wc", "nothing before |, at character 4"},
        {"a && | wc", "nothing before |, at character 6"},
        {"a | ; b", "nothing behind |, at character 3"},
        {"a | b | && c", "nothing behind |, at character 7"},
        {"a | | b", "nothing behind |, at character 3"},
        {"> f", "nothing before >, at character 1"},
        {"a; > f; b", "nothing before >, at character 4"},
        {"a >", "no file name behind >, at character 3"},
        {"a >> ; b", "no file name behind >>, at character 3"},
        {"a > # f", "no file name behind >, at character 3"},
        {"a >& f", "no file name behind >, at character 3"},
        {"a > b > c", "the output goes to one file only, at character 7"},
        {"a > b | c", "the output goes to a file or a pipe, not to both, at character 7"},
        {"a < b", "the input cannot be redirected, at character 3"},
        {"a 2> b", "only the output can be redirected, not 2>, at character 3"},
        {"a 0<b", "only the output can be redirected, not 0<, at character 3"},
        {"a ${b", "a ${ without a name and }, at character 3"},
        {"a \"${}\"", "a ${ without a name and }, at character 4"},
        {"a '\xC3\xA4\xE2\x82\xAC' ; ;", "nothing before ;, at character 10"},
        {"a \xE4\xE4 ; ;", "nothing before ;, at character 8"},
    };
    for (const auto& [text, said] : wanted) {
        INFO(text);
        CHECK(read(text) == "wrong: " + std::string(said));
    }
    CHECK(parse_line(";").error().code() == errc::usage);
}

TEST_CASE("line: what ends too early -> more is asked for, and makes it whole") {
    const std::vector<std::pair<std::string_view, std::string_view>> wanted{
        {"a 'b", "a quote is not closed, at character 3"},
        {"a \"b", "a quote is not closed, at character 3"},
        {"a; b c\"d e\\\"", "a quote is not closed, at character 7"},
        {"a | grep 'b", "a quote is not closed, at character 10"},
        {"a > 'b", "a quote is not closed, at character 5"},
        {"a \\", "nothing behind the backslash, at character 3"},
        {"a b\\", "nothing behind the backslash, at character 4"},
        {"a | b \\", "nothing behind the backslash, at character 7"},
        {"a &&", "nothing behind &&, at character 3"},
        {"a && \n # b\n", "nothing behind &&, at character 3"},
        {"a || ", "nothing behind ||, at character 3"},
        {"a |", "nothing behind |, at character 3"},
        {"a | b |", "nothing behind |, at character 7"},
        {"a | b | # c", "nothing behind |, at character 7"},
    };
    for (const auto& [text, said] : wanted) {
        INFO(text);
        CHECK(read(text) == "more: " + std::string(said));
    }
    CHECK(read("a 'b\nc'") == "[a|b\nc]");
    CHECK(read("a \\\nb") == "[a|b]");
    CHECK(read("a &&\nb") == "[a] &&[b]");
    CHECK(read("a | b |\nc") == "[a]|{b |\nc}");
    CHECK_FALSE(is_incomplete(error(errc::usage, "a quote is not closed")));
    CHECK_FALSE(is_incomplete(error(errc::not_found)));
    CHECK(parse_line("a 'b").error().message() ==
          "wrong usage: a quote is not closed, at character 3; the line is not finished");
}

TEST_CASE("aliases: a first word that is bare -> replaced, and read again") {
    const alias_table aliases{{"ll", "ls -l"},      {"up", "cd .. && ls"}, {"sh", "!sh"},
                              {"count", "ls | wc"}, {"save", "ls > f"},    {"none", ""},
                              {"note", "# ls"},     {"both", "ll; pwd"},   {"bg", "get x &"},
                              {"q", "get 'a b'"}};
    CHECK(read("ll", aliases) == "[ls|-l]");
    CHECK(read("ll a b", aliases) == "[ls|-l|a|b]");
    CHECK(read("a; ll&&ll b", aliases) == "[a] [ls|-l] &&[ls|-l|b]");
    CHECK(read("up x", aliases) == "[cd|..] &&[ls|x]");
    CHECK(read("sh -l; x", aliases) == "!{sh -l; x}");
    CHECK(read("count -l", aliases) == "[ls]|{wc -l}");
    CHECK(read("ll | cat", aliases) == "[ls|-l]|{cat}");
    CHECK(read("save x", aliases) == "[ls|x]>f");
    CHECK(read("> f ll", aliases) == "[ls|-l]>f");
    CHECK(read("both -a", aliases) == "[ls|-l] [pwd|-a]");
    CHECK(read("bg", aliases) == "[get|x]&");
    CHECK(read("q c", aliases) == "[get|a b|c]");
    CHECK(read("none", aliases).empty());
    CHECK(read("none ll", aliases) == "[ls|-l]");
    CHECK(read("note x\npwd", aliases) == "[pwd]");
}

TEST_CASE("aliases: other words, and quoted ones -> stay") {
    const alias_table aliases{{"ll", "ls -l"}, {"$x", "no"}, {"", "no"}};
    CHECK(read("help ll", aliases) == "[help|ll]");
    for (const std::string_view text : {"\\ll", "'ll'", "l\"l\"", "ll''"}) {
        INFO(text);
        CHECK(read(text, aliases) == "[ll]");
    }
    CHECK(read("$x", aliases) == "[$x]");
    CHECK(read("lll", aliases) == "[lll]");
    CHECK(read("''", aliases) == "[]");
    CHECK(read("ll > ll", aliases) == "[ls|-l]>ll");
    CHECK(parse_line("ll").value().statements.front().words.size() == 1);
}

TEST_CASE("aliases: in their own text -> not expanded again") {
    CHECK(read("ls", {{"ls", "ls -l"}}) == "[ls|-l]");
    CHECK(read("ls; ls", {{"ls", "ls -l"}}) == "[ls|-l] [ls|-l]");
    CHECK(read("a", {{"a", "b x"}, {"b", "a y"}}) == "[a|y|x]");
    CHECK(read("a", {{"a", "pwd; a"}}) == "[pwd] [a]");
    CHECK(read("a a", {{"a", ""}}).empty());
}

TEST_CASE("aliases: what is wrong in their text -> said with their name") {
    const alias_table aliases{{"bad", "ls ; ;"}, {"open", "ls 'x"}, {"outer", "pwd; bad"}};
    CHECK(read("pwd; bad", aliases) == "wrong: nothing before ;, at character 6, in the alias bad");
    CHECK(read("open y", aliases) ==
          "more: a quote is not closed, at character 1, in the alias open");
    CHECK(read("outer", aliases) == "wrong: nothing before ;, at character 1, in the alias outer");
    CHECK(read("cut ;", {{"cut", "ls ;"}}) == "wrong: nothing before ;, at character 5");
    CHECK(read("cut;", {{"cut", "ls ;"}}) == "wrong: nothing before ;, at character 4");
    CHECK(read("ll; a;;", {{"ll", "ls -l"}}) == "wrong: nothing before ;, at character 7");
}

TEST_CASE("line: as long as the cap -> read; one byte more -> wrong usage") {
    const std::string longest(limits::shell_line, 'a');
    CHECK(parse_line(longest));
    CHECK(is_usage(parse_line(longest + 'a')));
    const alias_table aliases{{"a", std::string(limits::shell_line - 2, 'b')}};
    CHECK(parse_line("a c", in(aliases)));
    CHECK(is_usage(parse_line("a cc", in(aliases))));
}

TEST_CASE("line: as many words as the cap allows -> read; one more -> wrong usage") {
    const auto most = repeated("a ", limits::shell_words);
    CHECK(parse_line(most));
    CHECK(is_usage(parse_line(most + "a")));
    const auto statements = repeated("a;", limits::shell_words);
    CHECK(parse_line(statements));
    CHECK(is_usage(parse_line(statements + "a")));
    const auto local = repeated("!\n", limits::shell_words);
    CHECK(parse_line(local));
    CHECK(is_usage(parse_line(local + "!")));
    const auto piped = repeated("a|b;", limits::shell_words / 2);
    CHECK(parse_line(piped));
    CHECK(is_usage(parse_line(piped + "a")));
}

TEST_CASE("aliases: as deep as the cap -> expanded; one more -> wrong usage") {
    alias_table aliases;
    for (std::size_t i = 1; i <= limits::alias_depth + 1; ++i)
        aliases["a" + std::to_string(i)] = "a" + std::to_string(i - 1) + " x";
    const auto deepest = parse_line("a" + std::to_string(limits::alias_depth), in(aliases));
    REQUIRE(deepest);
    CHECK(deepest->statements.front().words.size() == limits::alias_depth + 1);
    CHECK(is_usage(parse_line("a" + std::to_string(limits::alias_depth + 1), in(aliases))));
}

TEST_CASE("aliases: that grow without end -> wrong usage, soon") {
    alias_table aliases;
    for (int i = 1; i < 30; ++i) {
        const auto below = "a" + std::to_string(i - 1);
        aliases["a" + std::to_string(i)] = below + ';' + below;
    }
    CHECK(is_usage(parse_line("a29", in(aliases))));
    CHECK(is_usage(parse_line(repeated("e ", limits::shell_words + 1), in({{"e", ""}}))));
}

TEST_CASE("line: hostile ones -> answered soon") {
    for (const std::string_view piece : {"*", "{", "'", "\"", "\\", "$", "${", "#", "|", "&", "a;",
                                         "a|", "a&", "!\n", "\n", ">", "a>b;", "\xE4"}) {
        INFO(piece);
        const auto text = repeated(piece, 100'000 / piece.size());
        const auto list = parse_line(text);
        CHECK((list || list.error().code() == errc::usage));
        CHECK(word_at(text, text.size()).begin <= text.size());
    }
}

namespace {

/// "statement/place/[before|...]/text/begin" of the word at '^', which is taken out.
std::string at_cursor(std::string line) {
    const auto cursor = line.find('^');
    line.erase(cursor, 1);
    const auto found = word_at(line, cursor);
    constexpr std::string_view places[] = {"argument", "file", "local", "comment"};
    std::string all = std::to_string(found.statement_index) + '/';
    all += places[static_cast<std::size_t>(found.place)];
    all += "/[";
    for (const auto& each : found.before)
        (all += &each == &found.before.front() ? "" : "|") += each;
    return all + "]/" + found.text + '/' + std::to_string(found.begin);
}

} // namespace

TEST_CASE("cursor: in a statement -> its words before, and the one being typed") {
    CHECK(at_cursor("^") == "0/argument/[]//0");
    CHECK(at_cursor("  ^") == "0/argument/[]//2");
    CHECK(at_cursor("ge^") == "0/argument/[]/ge/0");
    CHECK(at_cursor("get ^") == "0/argument/[get]//4");
    CHECK(at_cursor("get a b^") == "0/argument/[get|a]/b/6");
    CHECK(at_cursor("get fi^le other") == "0/argument/[get]/fi/4");
    CHECK(at_cursor("g^et") == "0/argument/[]/g/0");
    CHECK(at_cursor("get ^file") == "0/argument/[get]//4");
    CHECK(at_cursor("get 'a b' c\\ d e^") == "0/argument/[get|a b|c d]/e/15");
    CHECK(at_cursor("get \\\n a^") == "0/argument/[get]/a/7");
    CHECK(word_at("get a", 100).text == "a");
}

TEST_CASE("cursor: behind other statements -> which one, and nothing of theirs") {
    CHECK(at_cursor("a b; c d^") == "1/argument/[c]/d/7");
    CHECK(at_cursor("a;b&&c||d & e ^") == "4/argument/[e]//14");
    CHECK(at_cursor("a\nb ^") == "1/argument/[b]//4");
    CHECK(at_cursor("a;^") == "1/argument/[]//2");
    CHECK(at_cursor("; ;a^") == "0/argument/[]/a/3");
    CHECK(at_cursor("a ^; b") == "0/argument/[a]//2");
    CHECK(at_cursor("a 'x;y' ^") == "0/argument/[a|x;y]//8");
    CHECK(at_cursor("# a\nb^") == "0/argument/[]/b/4");
    CHECK(at_cursor("a &&\nb^") == "1/argument/[]/b/5");
    CHECK(word_at("ab;  cd e", 9).statement_begin == 5);
    CHECK(word_at("ab;  ", 5).statement_begin == 5);
    CHECK(word_at(" ab c", 5).statement_begin == 1);
    CHECK(word_at("a; !b", 5).statement_begin == 3);
}

TEST_CASE("cursor: in quotes -> the text so far, where the word begins, what is open") {
    CHECK(at_cursor("get 'a b^") == "0/argument/[get]/a b/4");
    CHECK(word_at("get 'a b", 8).open == quote_style::single_quotes);
    CHECK(at_cursor("get \"a b\\\"^") == "0/argument/[get]/a b\"/4");
    CHECK(word_at("get \"a", 6).open == quote_style::double_quotes);
    CHECK(at_cursor("get pub/'a b^'") == "0/argument/[get]/pub/a b/4");
    CHECK(word_at("get 'a'", 7).open == quote_style::none);
    CHECK(at_cursor("get 'a'^") == "0/argument/[get]/a/4");
    CHECK(at_cursor("get a\\ b^") == "0/argument/[get]/a b/4");
    CHECK(at_cursor("get a\\^") == "0/argument/[get]/a/4");
    CHECK(at_cursor("get 'a; b^") == "0/argument/[get]/a; b/4");
    CHECK(at_cursor("get $HO^") == "0/argument/[get]/$HO/4");
    CHECK(at_cursor("get ${HO^") == "0/argument/[get]/${HO/4");
    const auto found = word_at("lcd ~/$d'x", 10);
    REQUIRE(found.typed.parts.size() == 3);
    CHECK(found.typed.parts[0] == word_part(part_kind::bare, "~/"));
    CHECK(found.typed.parts[1] == word_part(part_kind::variable, "d"));
    CHECK(found.typed.parts[2] == word_part(part_kind::literal, "x"));
}

TEST_CASE("cursor: behind > -> a local file; behind that the statement goes on") {
    CHECK(at_cursor("ls > ^") == "0/file/[ls]//5");
    CHECK(at_cursor("ls >^") == "0/file/[ls]//4");
    CHECK(at_cursor("ls -l >>o^") == "0/file/[ls|-l]/o/8");
    CHECK(at_cursor("ls > out ^") == "0/argument/[ls]//9");
    CHECK(at_cursor("ls > out d^") == "0/argument/[ls]/d/9");
    CHECK(at_cursor("ls > out; ^") == "1/argument/[]//10");
    CHECK(at_cursor("ls >; ^") == "1/argument/[]//6");
    CHECK(word_at("ls > o", 6).is_local());
    CHECK_FALSE(word_at("ls > o ", 7).is_local());
}

TEST_CASE("cursor: behind | and ! -> local, up to where parse_line ends it") {
    CHECK(at_cursor("ls | gr^") == "0/local/[]/gr/5");
    CHECK(at_cursor("ls | grep x fi^") == "0/local/[grep|x]/fi/12");
    CHECK(at_cursor("ls | grep x | so^") == "0/local/[]/so/14");
    CHECK(at_cursor("ls | sort > o^") == "0/local/[sort]/o/12");
    CHECK(at_cursor("ls | >\nb^") == "1/argument/[]/b/7");
    CHECK(at_cursor("ls | a 2>&1 ^") == "0/local/[a|2]//12");
    CHECK(at_cursor("ls | a; b ^") == "1/argument/[b]//10");
    CHECK(at_cursor("ls | a && ^") == "1/argument/[]//10");
    CHECK(at_cursor("ls |\n a^") == "0/local/[]/a/6");
    CHECK(at_cursor("ls | a\nb^") == "1/argument/[]/b/7");
    CHECK(at_cursor("!^") == "0/local/[]//1");
    CHECK(at_cursor("!ca^") == "0/local/[]/ca/1");
    CHECK(at_cursor("!cat fi^") == "0/local/[cat]/fi/5");
    CHECK(at_cursor("!a; b & c | d && e f^") == "0/local/[e]/f/19");
    CHECK(at_cursor("!a\nb ^") == "1/argument/[b]//5");
    CHECK(at_cursor("a; !b 'c^") == "1/local/[b]/c/6");
    CHECK(at_cursor("get !a^") == "0/argument/[get]/!a/4");
    CHECK(word_at("!a", 2).is_local());
    CHECK_FALSE(word_at("a", 1).is_local());
}

TEST_CASE("cursor: in a comment -> nothing to complete") {
    CHECK(at_cursor("ls # a^") == "0/comment/[ls]//6");
    CHECK(at_cursor("#^") == "0/comment/[]//1");
    CHECK(at_cursor("ls a#b^") == "0/argument/[ls]/a#b/3");
}

TEST_CASE("cursor: at every place of any line -> an answer within the line") {
    const std::string line =
        "a 'b c'; d \\\n $e${f}\"g\\\"h\" >> i | j 2>&1 | 'k;l' && !m; n # o\np ^";
    for (std::size_t cursor = 0; cursor <= line.size(); ++cursor) {
        const auto found = word_at(line, cursor);
        INFO(cursor);
        CHECK(found.begin <= cursor);
        CHECK(found.statement_begin <= found.begin);
        const bool typed_something = found.begin < cursor;
        CHECK((typed_something || found.text.empty()));
    }
}
