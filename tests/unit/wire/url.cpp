// ftp URLs in both directions, as standards write them and as people do.
#include "base/limits.hpp"

#include <ferry/url.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace ferry;

namespace {

url read(std::string_view text) {
    INFO(text);
    const auto parsed = parse_url(text);
    if (!parsed) FAIL_CHECK(parsed.error().detail());
    return parsed.value_or(url());
}

std::string wrong(std::string_view text) {
    INFO(text);
    const auto parsed = parse_url(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code() == errc::invalid_url);
    return parsed.error().detail();
}

} // namespace

TEST_CASE("URL: all parts -> all fields") {
    const auto full = read("ftp://me:secret@example.com:2121/pub/a.txt;type=i");
    CHECK_FALSE(full.implicit_tls);
    CHECK(full.user == "me");
    CHECK(full.password == "secret");
    CHECK(full.host == "example.com");
    CHECK(full.port == 2121);
    CHECK(full.effective_port() == 2121);
    CHECK(full.path == "pub/a.txt");
    CHECK(full.type == 'i');
    CHECK(full.file_name() == "a.txt");
}

TEST_CASE("URL: only a host -> the rest is not set") {
    for (const auto* text : {"ftp://example.com", "ftp://example.com/", "FTP://example.com:/",
                             "ftp://@example.com/"}) {
        const auto bare = read(text);
        CHECK(bare.host == "example.com");
        CHECK_FALSE(bare.user);
        CHECK_FALSE(bare.password);
        CHECK(bare.port == 0);
        CHECK(bare.effective_port() == 21);
        CHECK(bare.path.empty());
        CHECK(bare.file_name().empty());
        CHECK(bare.type == 0);
    }
    CHECK(read("ftps://h/").implicit_tls);
    CHECK(read("FTPS://h/").effective_port() == 990);
}

TEST_CASE("URL: addresses -> without brackets") {
    CHECK(read("ftp://127.0.0.1:2121/").host == "127.0.0.1");
    CHECK(read("ftp://[::1]:2121/x").host == "::1");
    CHECK(read("ftp://[::1]:2121/x").port == 2121);
    CHECK(read("ftp://u@[2001:db8::1]/x").host == "2001:db8::1");
}

TEST_CASE("URL: the path -> relative, or absolute behind %2F or a second slash") {
    CHECK(read("ftp://h/etc/motd").path == "etc/motd");
    CHECK(read("ftp://h/%2Fetc/motd").path == "/etc/motd");
    CHECK(read("ftp://h/%2fetc/motd").path == "/etc/motd");
    CHECK(read("ftp://h//etc/motd").path == "/etc/motd");
    CHECK(read("ftp://h/a/").path == "a/");
    CHECK(read("ftp://h/a/").file_name().empty());
    CHECK(read("ftp://h/a/../b/./c").path == "a/../b/./c");
}

TEST_CASE("URL: encoded bytes -> decoded once") {
    CHECK(read("ftp://h/a%20b%25c").path == "a b%c");
    CHECK(read("ftp://h/%2520").path == "%20");
    CHECK(read("ftp://h/caf%C3%A9%FF").path == "caf\xc3\xa9\xff");
    const auto encoded = read("ftp://m%40e:p%3A%2F%40%23@h/");
    CHECK(encoded.user == "m@e");
    CHECK(encoded.password == "p:/@#");
    CHECK(read("ftp://exa%6Dple/").host == "example");
}

TEST_CASE("URL: characters people type -> taken as they are") {
    CHECK(read("ftp://h/a b.txt").path == "a b.txt");
    CHECK(read("ftp://h/caf\xc3\xa9").path == "caf\xc3\xa9");
    CHECK(read("ftp://h/\xe9").path == "\xe9");
    CHECK(read("ftp://h/[a]{b}<c>|\\^`\"").path == "[a]{b}<c>|\\^`\"");
    CHECK(read("ftp://h/a?b#c").path == "a?b#c");
    CHECK(read("ftp://h/100%").path == "100%");
    CHECK(read("ftp://h/100%zz%4").path == "100%zz%4");
    CHECK(read("ftp://me@work:p?s#w@h/").user == "me@work");
    CHECK(read("ftp://me@work:p?s#w@h/").password == "p?s#w");
    CHECK(read("ftp://u:a:b@h/").password == "a:b");
    CHECK(read("ftp://h/a@b:c").path == "a@b:c");
    CHECK(read("ftp://b\xc3\xbc"
               "cher.example/")
              .host == "b\xc3\xbc"
                       "cher.example");
}

TEST_CASE("URL: empty user or password -> kept apart from none") {
    CHECK(read("ftp://u:@h/").password == "");
    CHECK_FALSE(read("ftp://u@h/").password);
    CHECK(read("ftp://:p@h/").user == "");
}

TEST_CASE("URL: the type -> a, i or d at the end only") {
    CHECK(read("ftp://h/a;type=A").type == 'a');
    CHECK(read("ftp://h/a;TYPE=d").type == 'd');
    CHECK(read("ftp://h/a;type=a").path == "a");
    CHECK(read("ftp://h/;type=d").path.empty());
    CHECK(read("ftp://h/a%3Btype=i").path == "a;type=i");
    CHECK(read("ftp://h/a%3Btype=i").type == 0);
    CHECK(read("ftp://h/a;b").path == "a;b");
    CHECK(read("ftp://h/a;type=i;b").path == "a;type=i;b");
    CHECK(wrong("ftp://h/a;type=x") == "the type is a, i or d");
    CHECK(wrong("ftp://h/a;type=") == "the type is a, i or d");
}

TEST_CASE("URL: control characters, typed or encoded -> refused, with their place") {
    CHECK(wrong("ftp://h/a%0D%0ADELE%20b") == "a control character at character 10");
    CHECK(wrong("ftp://h/a\nb") == "a control character at character 10");
    CHECK(wrong("ftp://h/%00") == "a control character at character 9");
    CHECK(wrong("ftp://u%0a@h/") == "a control character at character 8");
    CHECK(wrong("ftp://u:%0d@h/") == "a control character at character 9");
    CHECK(wrong("ftp://h%7f/") == "a control character at character 8");
    CHECK(wrong(std::string("ftp://h/\0", 9)) == "a control character at character 9");
    CHECK(wrong("ftp://h/\t") == "a control character at character 9");
}

TEST_CASE("URL: no scheme, host or port -> refused, saying which") {
    CHECK(wrong("http://h/") == "neither ftp:// nor ftps:// at character 1");
    CHECK(wrong("") == "neither ftp:// nor ftps:// at character 1");
    CHECK(wrong("ftp:/h/") == "neither ftp:// nor ftps:// at character 1");
    CHECK(wrong("ftp:///x") == "no host at character 7");
    CHECK(wrong("ftp://u@/x") == "no host at character 9");
    for (const auto* text :
         {"ftp://:21/", "ftp://h:x/", "ftp://h:65536/", "ftp://h:65537/", "ftp://h:99999/",
          "ftp://h:0/", "ftp://h:-1/", "ftp://h:1:2/", "ftp://[::1/", "ftp://[::g]/",
          "ftp://[v1.x]/", "ftp://::1/", "ftp://a b/", "ftp://h?x", "ftp://h%2Fx/", "ftp://h;x/",
          "ftp://[::1]x/", "ftp://h:99999999999/", "ftp://"})
        CHECK(wrong(text).find(" at character ") != std::string::npos);
}

TEST_CASE("URL: the port -> 1 to 65535 in digits, or none") {
    CHECK(read("ftp://h:1/x").port == 1);
    CHECK(read("ftp://h:65535/x").port == 65535);
    CHECK(read("ftp://h:00021/x").port == 21);
    CHECK(read("ftp://h:/x").port == 0);
    CHECK(read("ftp://[::1]:/x").effective_port() == 21);
    for (const auto* port :
         {"0", "00", "65536", "99999", "65557", "4294967297", "18446744073709551637", "+1", "-1",
          " 1", "1 ", "1x", "x1", "0x15", "2.1", "%32%31", "\xd9\xa1"}) {
        CHECK(wrong(std::string("ftp://h:") + port + "/x").find(" at character ") !=
              std::string::npos);
        CHECK(wrong(std::string("ftp://u:p@[::1]:") + port).find(" at character ") !=
              std::string::npos);
    }
}

TEST_CASE("URL: at the cap -> taken; one character more -> refused") {
    const std::string text = "ftp://h/" + std::string(limits::url - 8, 'x');
    CHECK(read(text).path.size() == limits::url - 8);
    CHECK(wrong(text + "x") == "more than " + std::to_string(limits::url) + " characters");
}

TEST_CASE("URL: looks like one -> by its scheme, in any case") {
    CHECK(looks_like_url("ftp://"));
    CHECK(looks_like_url("FtPs://x"));
    CHECK_FALSE(looks_like_url("ftp:/x"));
    CHECK_FALSE(looks_like_url("sftp://x"));
    CHECK_FALSE(looks_like_url("dir/ftp://x"));
}

TEST_CASE("URL: formatted -> encoded, the password only if asked for") {
    url what;
    what.host = "h";
    CHECK(format_url(what) == "ftp://h/");
    what.user = "m@e";
    what.password = "p:/";
    what.path = "/a b;c?";
    what.type = 'a';
    what.port = 2121;
    CHECK(format_url(what) == "ftp://m%40e@h:2121/%2Fa%20b%3Bc%3F;type=a");
    CHECK(format_url(what, true) == "ftp://m%40e:p%3A%2F@h:2121/%2Fa%20b%3Bc%3F;type=a");
    what.host = "::1";
    what.implicit_tls = true;
    CHECK(format_url(what) == "ftps://m%40e@[::1]:2121/%2Fa%20b%3Bc%3F;type=a");
}

TEST_CASE("URL: formatted -> reads back the same") {
    const std::array<std::string, 14> texts{"",
                                            "a",
                                            "/",
                                            "//",
                                            "/a/b",
                                            "a/b/",
                                            "a b",
                                            "100%",
                                            "%41",
                                            "\xff\xc3\xa9",
                                            ";type=i",
                                            "a?b#c",
                                            "[x]@:!$&'()*+,;=~",
                                            "../.."};
    for (const auto& path : texts)
        for (const auto& host : {"h", "127.0.0.1", "::1", "b\xc3\xbc.example"})
            for (const char type : {'\0', 'a', 'd'}) {
                url what;
                what.host = host;
                what.path = path;
                what.type = type;
                CHECK(read(format_url(what)) == what);
                what.port = 65535;
                what.user = path;
                what.password = path;
                CHECK(read(format_url(what, true)) == what);
                what.implicit_tls = true;
                what.user = "x" + path;
                what.password.reset();
                CHECK(read(format_url(what, true)) == what);
            }
}
