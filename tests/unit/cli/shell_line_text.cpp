#include "cli/shell/line_text.hpp"

#include <doctest/doctest.h>

#include <clocale>

using namespace ferry::cli;

namespace {

/// Widths and what is printable come from the locale.
class utf8_locale {
public:
    utf8_locale() : before_(std::setlocale(LC_CTYPE, nullptr)) {
        REQUIRE(std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr);
    }

    ~utf8_locale() { std::setlocale(LC_CTYPE, before_.c_str()); }

    utf8_locale(const utf8_locale&) = delete;
    utf8_locale& operator=(const utf8_locale&) = delete;

private:
    std::string before_;
};

constexpr wchar_t at_end = L'\0';
const screen_size ten_columns(5, 10);

std::size_t row_of(std::wstring_view prompt, std::wstring_view before, wchar_t next = at_end) {
    return row_of_cursor(prompt, before, next, ten_columns);
}

} // namespace

TEST_CASE("line text: any bytes -> wide and back as they were") {
    for (const std::string bytes :
         {"", "plain", "gr\xC3\xBC\xC3\x9F", "\xE6\x97\xA5\xF0\x9F\x98\x80", "\xFF\xE9", "a\xC3",
          "\xC0\x80", "\xED\xA0\x80", "\xED\xB3\xA9", "\x01\x7F"}) {
        CAPTURE(bytes);
        CHECK(narrow(widen(bytes)) == bytes);
    }
    CHECK(widen("\xC3\xBC\xE6\x97\xA5\xF0\x9F\x98\x80") == L"\u00FC\u65E5\U0001F600");
    CHECK(widen("\xE9").size() == 1);
}

TEST_CASE("line text: the beginning of a UTF-8 sequence -> unfinished, nothing else is") {
    for (const std::string whole : {"\xC3\xBC", "\xE6\x97\xA5", "\xE0\xA0\x80", "\xED\x9F\xBF",
                                    "\xF0\x9F\x98\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
        CAPTURE(whole);
        for (std::size_t length = 1; length < whole.size(); ++length)
            CHECK(is_unfinished_utf8(whole.substr(0, length)));
        CHECK_FALSE(is_unfinished_utf8(whole));
    }
    for (const std::string other : {"", "a", "\x80", "\xC0", "\xC3\x28", "\xE0\x80", "\xED\xA0",
                                    "\xF4\x90", "\xF5", "\xFF", "\xE6\x97\x28"}) {
        CAPTURE(other);
        CHECK_FALSE(is_unfinished_utf8(other));
    }
}

TEST_CASE("line text: columns -> two for wide characters, none for combining ones") {
    const utf8_locale locale;
    CHECK(columns_of("abc") == 3);
    CHECK(columns_of("\xC3\xBC") == 1);
    CHECK(columns_of("\xE6\x97\xA5\xE6\x9C\xAC") == 4);
    CHECK(columns_of("e\xCC\x81") == 1);
}

TEST_CASE("prompt: escape sequences -> marked, in front of each character they are about") {
    const utf8_locale locale;
    CHECK(mark_invisible(L"ab> ") == L"ab> ");
    CHECK(mark_invisible(L"\x1b[1mab\x1b[0m> ") ==
          L"\1\x1b[1m\1a\1\x1b[1m\1b\1\x1b[0m\1>\1\x1b[0m\1 ");
    CHECK(mark_invisible(L"\x1b[1m\x1b[31ma") == L"\1\x1b[1m\x1b[31m\1a");
}

TEST_CASE("prompt: sequences at its end -> in front of the last character") {
    const utf8_locale locale;
    CHECK(mark_invisible(L"\x1b[1ma \x1b[0m") == L"\1\x1b[1m\1a\1\x1b[0m\1 ");
    CHECK(mark_invisible(L"a\x1b[0m") == L"\1\x1b[0m\1a");
    CHECK(mark_invisible(L"\x1b[0m").empty());
    CHECK(mark_invisible(L"").empty());
}

TEST_CASE("prompt: sequences that are no colours -> once; control characters -> dropped") {
    const utf8_locale locale;
    CHECK(mark_invisible(L"\x1b]0;title\ahi") == L"\1\x1b]0;title\a\1hi");
    CHECK(mark_invisible(L"a\tb\x01"
                         L"c\x7F") == L"abc");
    CHECK(mark_invisible(L"ab\x1b[") == L"a\1\x1b[\1b"); // never finished
}

TEST_CASE("cursor: a line that is wrapped -> rows below the prompt") {
    const utf8_locale locale;
    CHECK(row_of(L"", L"") == 0);
    CHECK(row_of(L"ab> ", L"12345") == 0);
    CHECK(row_of(L"ab> ", L"123456") == 1); // a full row: the cursor is on the next
    CHECK(row_of(L"ab> ", L"1234561234567890") == 2);
    CHECK(row_of(L"\1\x1b[1;31m\1a\1\x1b[0m\1b> ", L"12345") == 0);
}

TEST_CASE("cursor: wide characters -> wrapped whole, and taking the cursor along") {
    const utf8_locale locale;
    CHECK(row_of(L"", L"\u65E5\u65E5\u65E5\u65E5") == 0);
    CHECK(row_of(L"", L"\u65E5\u65E5\u65E5\u65E5\u65E5") == 1);
    CHECK(row_of(L"x", L"\u65E5\u65E5\u65E5\u65E5") == 0);
    CHECK(row_of(L"x", L"\u65E5\u65E5\u65E5\u65E5", L'\u65E5') == 1);
    CHECK(row_of(L"x", L"\u65E5\u65E5\u65E5\u65E5", L'y') == 0);
    CHECK(row_of(L"x", L"\u65E5\u65E5\u65E5\u65E5\u65E5") == 1);
}

TEST_CASE("cursor: tabs, newlines, control characters and odd bytes -> as the editor shows them") {
    const utf8_locale locale;
    CHECK(row_of(L"", L"\t1") == 0);
    CHECK(row_of(L"", L"\t12") == 1);
    CHECK(row_of(L"> ", L"a\nbck:a") == 1);
    CHECK(row_of(L"", L"12345678\x01") == 1);  // ^A
    CHECK(row_of(L"", widen("123\xE9")) == 1); // \U+DCE9
    CHECK(row_of(L"", widen("12\xE9")) == 0);
}

TEST_CASE("cursor: more rows than the screen has -> the last one") {
    const utf8_locale locale;
    CHECK(row_of(L"", std::wstring(200, L'x')) == ten_columns.rows - 1);
}
