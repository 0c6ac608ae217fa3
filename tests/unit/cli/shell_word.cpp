// Words of the shell: quoting, variables, and the patterns they make.
#include "cli/shell/word.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace ferry::cli;

namespace {

/// The parts of the word at the start of `text`: l(...), b(...) and v(...), literal, bare,
/// variable.
std::string parts_of(std::string_view text) {
    std::string all;
    for (const auto& part : read_word(text, 0).found.parts) {
        all += part.kind == part_kind::literal ? 'l' : part.kind == part_kind::bare ? 'b' : 'v';
        all += '(' + part.text + ')';
    }
    return all;
}

std::optional<std::string> variables(std::string_view name) {
    if (name == "star") return "a*b c";
    if (name == "home") return "~/x";
    if (name == "NAME_1") return "value";
    return std::nullopt;
}

std::string pattern_of(std::string_view text) {
    return word_pattern(read_word(text, 0).found, variables);
}

/// What `text` is when it is read as one word, with nothing left.
std::string read_back(std::string_view text) {
    const auto reading = read_word(text, 0);
    CHECK(reading.end == text.size());
    CHECK(reading.open == quote_style::none);
    CHECK_FALSE(reading.ends_in_backslash);
    return ferry::literal_text(word_pattern(reading.found, variables));
}

} // namespace

TEST_CASE("word: up to a character that ends it -> the rest is left") {
    for (const char c : std::string_view(" \t\n;&|<>")) {
        const auto reading = read_word(std::string("ab") + c + "d", 0);
        CHECK(reading.found.text() == "ab");
        CHECK(reading.end == 2);
        CHECK(ends_word(c));
    }
    for (const char c : std::string_view("#(){}~!=\r\0-", 11))
        CHECK_FALSE(ends_word(c));
    CHECK(read_word("a b", 2).found.text() == "b");
    CHECK(read_word("a b", 1).found.parts.empty());
    CHECK(read_word("a", 5).end == 1);
}

TEST_CASE("word: quotes -> what is in them means itself") {
    CHECK(parts_of("ab*c") == "b(ab*c)");
    CHECK(parts_of("'a b'") == "l(a b)");
    CHECK(parts_of("a'*'b") == "b(a)l(*)b(b)");
    CHECK(parts_of("'a'\"b\"\\c") == "l(abc)");
    CHECK(parts_of("'a\\'") == "l(a\\)");
    CHECK(parts_of("'a\nb'") == "l(a\nb)");
    CHECK(parts_of("'\"'") == "l(\")");
    CHECK(parts_of("\"'\"") == "l(')");
    CHECK(parts_of("\"a;b|c\"") == "l(a;b|c)");
    CHECK(parts_of("''") == "l()");
    CHECK(parts_of("\"\"") == "l()");
    CHECK(parts_of("l''s") == "b(l)l()b(s)");
}

TEST_CASE("word: a backslash -> quotes one character; before a newline joins lines") {
    CHECK(parts_of("a\\ b") == "b(a)l( )b(b)");
    CHECK(parts_of("\\*") == "l(*)");
    CHECK(parts_of("\\\\") == "l(\\)");
    CHECK(parts_of("a\\\nb") == "b(ab)");
    CHECK(parts_of("\\'a\\'") == "l(')b(a)l(')");
}

TEST_CASE("word: a backslash in double quotes -> quotes only what is special there") {
    CHECK(parts_of("\"\\$a\"") == "l($a)");
    CHECK(parts_of("\"\\\"\"") == "l(\")");
    CHECK(parts_of("\"\\\\\"") == "l(\\)");
    CHECK(parts_of("\"\\`\"") == "l(`)");
    CHECK(parts_of("\"a\\\nb\"") == "l(ab)");
    CHECK(parts_of("\"\\a\\*\\'\"") == "l(\\a\\*\\')");
}

TEST_CASE("word: variables -> parts of their own, bare and in double quotes") {
    CHECK(parts_of("$a") == "v(a)");
    CHECK(parts_of("${a}b") == "v(a)b(b)");
    CHECK(parts_of("$a_1-b") == "v(a_1)b(-b)");
    CHECK(parts_of("$a$b") == "v(a)v(b)");
    CHECK(parts_of("\"x${a}y$b\"") == "l(x)v(a)l(y)v(b)");
    CHECK(parts_of("'$a'") == "l($a)");
    CHECK(parts_of("$azAZ_09/") == "v(azAZ_09)b(/)");
    CHECK(parts_of("$?${?}x\"$?\"") == "v(?)v(?)b(x)l()v(?)");
    CHECK(parts_of("$z$A$Z$_@") == "v(z)v(A)v(Z)v(_)b(@)");
    CHECK(parts_of("\\$a") == "l($)b(a)");
}

TEST_CASE("word: a $ without a name -> a $") {
    CHECK(parts_of("$") == "b($)");
    CHECK(parts_of("$1") == "b($1)");
    CHECK(parts_of("a$*") == "b(a$*)");
    CHECK(parts_of("\"$\"") == "l($)");
    CHECK(parts_of("$'a'") == "b($)l(a)");
}

TEST_CASE("word: ${ without a name or } -> told where it stands, and kept as text") {
    for (const std::string_view text : {"a${}", "a${", "a${1}", "a${b", "a${b c}", "a${b:-c}"}) {
        INFO(text);
        CHECK(read_word(text, 0).wrong_variable == 1U);
        CHECK(read_word(text, 0).found.text().starts_with("a${"));
    }
    CHECK(read_word("\"${x\"", 0).wrong_variable == 1U);
    CHECK(read_word("${}${}", 0).wrong_variable == 0U);
    CHECK_FALSE(read_word("${b}", 0).wrong_variable);
    CHECK_FALSE(read_word("'${'", 0).wrong_variable);
}

TEST_CASE("word: not finished -> what is open, and where") {
    const auto single = read_word("ab'c d", 0);
    CHECK(single.open == quote_style::single_quotes);
    CHECK(single.opened_at == 2);
    CHECK(single.found.text() == "abc d");
    CHECK(single.end == 6);
    const auto twice = read_word("\"a b\"'\"c", 0);
    CHECK(twice.open == quote_style::single_quotes);
    CHECK(twice.opened_at == 5);
    CHECK(read_word("\"a\\\"", 0).open == quote_style::double_quotes);
    CHECK(read_word("\"a\\", 0).open == quote_style::double_quotes);
    CHECK(read_word("\"a\" ", 0).open == quote_style::none);
    CHECK(read_word("a\\", 0).ends_in_backslash);
    CHECK(read_word("a\\", 0).end == 2);
    CHECK_FALSE(read_word("a\\\\", 0).ends_in_backslash);
    CHECK_FALSE(read_word("'a\\", 0).ends_in_backslash);
}

TEST_CASE("word: bare -> nothing quoted, no variable") {
    CHECK(read_word("ls", 0).found.is_bare());
    CHECK(read_word("l\\\ns", 0).found.is_bare());
    for (const std::string_view text : {"\\ls", "l's'", "ls''", "\"ls\"", "$ls", "l$s"}) {
        INFO(text);
        CHECK_FALSE(read_word(text, 0).found.is_bare());
    }
}

TEST_CASE("word: its text -> without quotes, variables by their names") {
    CHECK(read_word("a'b c'\\*\"$d\"${e}f", 0).found.text() == "ab c*$d$ef");
}

TEST_CASE("pattern of a word: bare -> as it stands; quoted and variable -> only itself") {
    CHECK(pattern_of("a*.{b,c}[d]?") == "a*.{b,c}[d]?");
    CHECK(pattern_of("'a*?[]{},\\b'") == "a\\*\\?\\[\\]\\{\\}\\,\\\\b");
    CHECK(pattern_of("\\**") == "\\**");
    CHECK(pattern_of("$star") == "a\\*b c");
    CHECK(pattern_of("\"$star\"*") == "a\\*b c*");
    CHECK(pattern_of("'$star'") == "$star");
    CHECK(pattern_of("x$NAME_1${NAME_1}y") == "xvaluevaluey");
    CHECK(pattern_of("a$none'b'") == "ab");
    CHECK(pattern_of("$none").empty());
    CHECK(pattern_of("'a b-c!'") == "a b-c!");
    CHECK(word_pattern(read_word("a$b", 0).found, {}) == "a");
}

TEST_CASE("pattern of a word: quoted in a bare set -> not its syntax") {
    CHECK(pattern_of("[a'-'z]") == "[a\\-z]");
    CHECK(pattern_of("['!'a]") == "[\\!a]");
    CHECK(pattern_of("['^'a\\]]") == "[\\^a\\]]");
}

TEST_CASE("pattern of a word: ~ at the start -> special only if bare, and not before a quote") {
    CHECK(pattern_of("~") == "~");
    CHECK(pattern_of("~/a") == "~/a");
    CHECK(pattern_of("~/'a b'") == "~/a b");
    CHECK(pattern_of("\\~/a") == "\\~/a");
    CHECK(pattern_of("'~/a'") == "\\~/a");
    CHECK(pattern_of("$home") == "\\~/x");
    CHECK(pattern_of("~'/a'") == "\\~/a");
    CHECK(pattern_of("~$NAME_1") == "\\~value");
    CHECK(pattern_of("''~/a") == "\\~/a");
    CHECK(pattern_of("$none~") == "\\~");
    CHECK(pattern_of("a~'~'") == "a~~");
    CHECK(pattern_of("{'~',a}") == "{\\~,a}");
}

TEST_CASE("home: ~ alone or before a slash -> the directory, which is no pattern") {
    CHECK(expand_home("~", "/home/me") == "/home/me");
    CHECK(expand_home("~/a*", "/home/me") == "/home/me/a*");
    CHECK(expand_home("~/a", "/") == "/a");
    CHECK(expand_home("~", "/") == "/");
    CHECK(expand_home("~/a", "/h[o]me/*") == "/h\\[o\\]me/\\*/a");
    for (const std::string_view other : {"~me", "\\~", "\\~/a", "a~", "a/~", "", "~*"}) {
        INFO(other);
        CHECK(expand_home(other, "/home/me") == other);
    }
}

TEST_CASE("quoting: the shortest spelling that is safe here and in sh") {
    const std::vector<std::pair<std::string_view, std::string_view>> wanted{
        {"plain", "plain"},
        {"", "''"},
        {"a-b_c.d/e=f,g:h@i%j+k^l]m}", "a-b_c.d/e=f,g:h@i%j+k^l]m}"},
        {"-rf", "-rf"},
        {"caf\xC3\xA9", "caf\xC3\xA9"},
        {"\xE4\xFF", "\xE4\xFF"},
        {"a b", "a\\ b"},
        {"a b c", "'a b c'"},
        {"it's", "it\\'s"},
        {"it's a", "\"it's a\""},
        {"*", "\\*"},
        {"a[1](2)", "'a[1](2)'"},
        {"$x", "\\$x"},
        {"'\"", "\\'\\\""},
        {"#a", "\\#a"},
        {"a#", "a#"},
        {"~", "\\~"},
        {"a~", "a~"},
        {"!a", "\\!a"},
        {"a!", "a!"},
        {"\\", "\\\\"},
        {"a\nb", "'a\nb'"},
        {"a\tb", "'a\tb'"},
        {"it's\n", "\"it's\n\""},
        {"`", "\\`"},
    };
    for (const auto& [text, spelling] : wanted) {
        INFO(text);
        CHECK(quote_word(text) == spelling);
    }
}

TEST_CASE("quoting: in a style -> in these quotes, whatever the text") {
    CHECK(quote_word("a", quote_style::single_quotes) == "'a'");
    CHECK(quote_word("it's", quote_style::single_quotes) == "'it'\\''s'");
    CHECK(quote_word("a", quote_style::double_quotes) == "\"a\"");
    CHECK(quote_word("$`\"\\a'", quote_style::double_quotes) == "\"\\$\\`\\\"\\\\a'\"");
}

TEST_CASE("quoting: any bytes -> read back the same") {
    std::vector<std::string> texts{"",
                                   " ",
                                   "\n",
                                   "\\\n",
                                   "a\\\nb",
                                   "\\",
                                   "'",
                                   "\"",
                                   "''",
                                   "'\"'",
                                   "$",
                                   "${",
                                   "$a",
                                   "-",
                                   "--help",
                                   "~",
                                   "~/a",
                                   "#",
                                   "!",
                                   "!ls",
                                   "&&",
                                   "||",
                                   "> a",
                                   ">>",
                                   "a;b",
                                   "{a,b}",
                                   "[a-z]",
                                   "*",
                                   "\x01",
                                   "\x7F",
                                   "\x1b[0m",
                                   "\r\n",
                                   "\xC3",
                                   "\xC3\xA4",
                                   "\xE2\x80\xAE",
                                   std::string("a\0b", 3)};
    for (int byte = 0; byte < 256; ++byte)
        texts.emplace_back(1, static_cast<char>(byte));
    std::mt19937 numbers(1); // the same texts each time
    constexpr std::string_view awkward = " '\"\\$`;&|<>()*?[]{},~#!-=a\n\t\x01\xC3\xA4";
    std::uniform_int_distribution<std::size_t> any(0, awkward.size() - 1);
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (int length = i % 9; length >= 0; --length)
            text += awkward[any(numbers)];
        texts.push_back(std::move(text));
    }
    for (const auto& text : texts) {
        INFO(text);
        for (const auto style :
             {quote_style::none, quote_style::single_quotes, quote_style::double_quotes})
            CHECK(read_back(quote_word(text, style)) == text);
    }
}

TEST_CASE("line: blanks, comments and operators -> where they end") {
    CHECK(skip_blanks(" \t\\\n a", 0) == 5);
    CHECK(skip_blanks("\n", 0) == 0);
    CHECK(skip_blanks("\\a", 0) == 0);
    CHECK(skip_comment("# a\nb", 0) == 3);
    CHECK(skip_comment("# a", 0) == 3);
    CHECK(skip_comment("a#", 0) == 0);
    for (const std::string_view op : {"&&", "||", ">>", "&", "|", ">", "<", ";", "\n"}) {
        CHECK(operator_at(std::string("a") + std::string(op) + "b", 1) == op);
        CHECK(ends_statement(op) == (op.find_first_of("<>") == op.npos && op != "|"));
    }
    for (const std::string_view none : {"", " ;", "\t;", "a;", "\\;"})
        CHECK(operator_at(none, 0).empty());
    CHECK_FALSE(ends_statement(""));
    CHECK(skip_redirection("2>&1", 1) == 3);
    CHECK(skip_redirection(">>a", 0) == 2);
    CHECK(skip_redirection("< a", 0) == 1);
}
