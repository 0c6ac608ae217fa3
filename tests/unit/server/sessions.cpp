// Conversations that need no data connection: login, names, facts, options.
#include "support/served.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

using namespace ferry;

namespace {

io::task<> log_in_and_out(test::served& world) {
    test::visitor guest(world);
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    co_await guest.expect("PASS secret", "503 Send USER first");
    co_await guest.expect("user alice", "331 Password needed");
    co_await guest.expect("PASS secret", "230 Welcome");
    co_await guest.expect("PASS secret", "503 Already logged in");
    co_await guest.expect("ACCT any", "202 No account is needed");
    co_await guest.expect("HOST example.org", "503 Only before login");
    co_await guest.expect("REIN", "220 Logged out");
    co_await guest.expect("PWD", "530 Please log in with USER and PASS");
    co_await guest.expect("HOST example.org", "220 ...");
    co_await guest.expect("USER alice", "331 Password needed");
    co_await guest.expect("PASS secret", "230 Welcome");
    co_await guest.expect("QUIT", "221 Goodbye");
    co_await guest.expect_reply("(end)");
}

io::task<> guess_passwords(test::served& world) {
    test::visitor guest(world);
    co_await guest.connect();
    co_await guest.expect_reply("220 ferry ready");
    for (const auto* const wrong : {"secre", "secret2"}) {
        co_await guest.expect("USER alice", "331 Password needed");
        co_await guest.expect("PASS " + std::string(wrong), "530 Login incorrect");
    }
    co_await guest.expect("USER nobody", "331 Password needed");
    co_await guest.expect("PASS secret", "421 Too many wrong passwords, closing");
    co_await guest.expect_reply("(end)");
    test::visitor other(world);
    co_await other.connect();
    co_await other.expect_reply("220 ferry ready");
    co_await other.expect("USER alice", "331 Password needed");
    co_await other.expect("PASS", "530 Login incorrect");
    co_await other.expect("USER anonymous", "331 Password needed");
    co_await other.expect("PASS me@", "530 Login incorrect");
}

io::task<> visit_anonymously(test::served& world) {
    for (const auto* const name : {"anonymous", "ftp", "Anonymous"}) {
        test::visitor guest(world);
        co_await guest.connect();
        co_await guest.expect_reply("220 ferry ready");
        co_await guest.expect("USER " + std::string(name), "331 Any password will do...");
        co_await guest.expect("PASS", "230 Welcome, you may read");
        co_await guest.expect("MKD x", "550 Permission denied: this session is read-only");
    }
}

io::task<> walk_about(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.expect("PWD", R"(257 "/" is the directory)");
    co_await guest.expect("MKD sub", R"(257 "/sub" made)");
    co_await guest.expect("MKD sub", "550 /sub: File exists");
    co_await guest.expect("CWD sub", R"(250 "/sub" is the directory now)");
    co_await guest.expect(R"(MKD a "b")", R"(257 "/sub/a ""b""" made)");
    co_await guest.expect(R"(XCWD a "b")", R"(250 "/sub/a ""b""" is the directory now)");
    co_await guest.expect("XPWD", R"(257 "/sub/a ""b""" is the directory)");
    co_await guest.expect("CDUP", R"(250 "/sub" is the directory now)");
    co_await guest.expect("CWD ../../../..", R"(250 "/" is the directory now)");
    co_await guest.expect("XCUP", R"(250 "/" is the directory now)");
    co_await guest.expect("CWD file", "550 /file: Not a directory");
    co_await guest.expect("CWD none", "550 /none: No such file or directory");
    co_await guest.expect("RMD sub", "550 /sub: Directory not empty");
    co_await guest.expect(R"(RMD /sub/a "b")", "250 Removed");
    co_await guest.expect("XRMD sub", "250 Removed");
    co_await guest.expect("RMD /", "550 /: Not possible with the root directory");
    co_await guest.expect("DELE none", "550 /none: No such file or directory");
    co_await guest.expect("DELE file", "250 Removed");
}

io::task<> rename_things(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.expect("RNTO b", "503 Send RNFR first");
    co_await guest.expect("RNFR none", "550 /none: No such file or directory");
    co_await guest.expect("RNFR a", "350 RNTO must follow");
    co_await guest.expect("NOOP", "200 OK");
    co_await guest.expect("RNTO b", "503 Send RNFR first");
    co_await guest.expect("RNFR a", "350 RNTO must follow");
    co_await guest.expect("RNTO", "501 An argument is needed");
    co_await guest.expect("RNTO b c", "250 Renamed");
    co_await guest.expect("RNTO d", "503 Send RNFR first");
    co_await guest.expect("RNFR dangling", "350 RNTO must follow");
    co_await guest.expect("RNTO moved", "250 Renamed");
}

io::task<> ask_for_facts(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.expect("SIZE file", "213 5");
    co_await guest.expect("SIZE sub", "550 /sub: Not a plain file");
    co_await guest.expect("MFMT 20260301123456 file", "213 Modify=20260301123456; /file");
    co_await guest.expect("MDTM file", "213 20260301123456");
    co_await guest.expect("MDTM 20200101000000 file", "253 Modify=20200101000000; /file");
    co_await guest.expect("MDTM file", "213 20200101000000");
    co_await guest.expect("MDTM 20200101000000 x", "213 ...");
    co_await guest.expect("SITE UTIME 20210203040506 file", "200 Modify=20210203040506; /file");
    co_await guest.expect("SITE UTIME 20200101000000 x 20200101000001 20210101000002 "
                          "20200101000003 UTC",
                          "200 Modify=20210101000002; /20200101000000 x");
    co_await guest.expect("MFMT 20261301000000 file", "501 ...");
    co_await guest.expect("MFMT 20260101000000", "501 ...");
    co_await guest.expect("SITE CHMOD 640 file", "200 Mode changed");
    co_await guest.expect("SITE CHMOD 4755 file", "501 The mode must be 0 to 777");
    co_await guest.expect("SITE CHMOD 8 file", "501 ...");
    co_await guest.expect("SITE CHMOD 640", "501 ...");
    co_await guest.expect("SITE EXEC ls", "504 ...");
    co_await guest.expect("SITE HELP",
                          "214-The SITE commands are\n CHMOD <octal mode> <path>\n...");
    co_await guest.expect("OPTS MLST Type;SIZE;none;unix.mode;",
                          "200 MLST OPTS type;size;UNIX.mode;");
    co_await guest.expect("MLST file", "250-Facts of /file\n type=file;size=5;UNIX.mode=0640; "
                                       "/file\n250 End");
    co_await guest.expect("MLST none", "550 /none: No such file or directory");
    co_await guest.expect("TYPE A", "200 TYPE is A");
    co_await guest.expect("SIZE file", "550 SIZE is only known in TYPE I");
}

io::task<> set_parameters(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    for (const auto* const good :
         {"TYPE A N", "TYPE a", "TYPE I", "TYPE L 8", "MODE S", "MODE s", "STRU F", "OPTS UTF8 ON",
          "opts utf8 on", "LANG", "LANG en", "LANG en-GB", "CLNT test", "NOOP", "NOOP anything"})
        co_await guest.expect(good, "200 ...");
    for (const auto* const bad : {"TYPE E", "TYPE A T", "TYPE L 36", "MODE B", "MODE C", "STRU R",
                                  "STRU P", "OPTS UTF8 OFF", "LANG de"})
        co_await guest.expect(bad, "504 ...");
    co_await guest.expect("OPTS NONE", "501 Unknown option");
    co_await guest.expect("SYST", "215 UNIX Type: L8");
    co_await guest.expect("REST 0", "350 ...");
    co_await guest.expect("REST 9223372036854775807", "350 ...");
    for (const auto* const bad : {"REST -1", "REST 9223372036854775808", "REST x", "REST 1 "})
        co_await guest.expect(bad, "501 ...");
    co_await guest.expect("TYPE A", "200 TYPE is A");
    co_await guest.expect("REST 1", "504 REST is only known in TYPE I");
    co_await guest.expect("ALLO 1", "200 There is room");
    co_await guest.expect("ALLO 9000000000000000000 R 80", "452 No room...");
    co_await guest.expect("ALLO x", "501 ...");
    co_await guest.expect("STAT", "211-ferry ...");
}

} // namespace

TEST_CASE("session: login -> only with the right password, and once") {
    test::served world;
    world.run(log_in_and_out);
    CHECK(world.events.find("10.0.0.9:") != std::string::npos);
    CHECK(world.events.find("alice logged in") != std::string::npos);
    CHECK(world.events.find("secret") == std::string::npos);
}

TEST_CASE("session: wrong passwords -> 530, at the cap 421 and closed") {
    test::served world;
    world.run(guess_passwords);
}

TEST_CASE("session: anonymous where allowed -> any password, read-only") {
    test::served world;
    world.options.anonymous = true;
    world.run(visit_anonymously);
}

TEST_CASE("session: directories -> 257 and 250 with doubled quotes, never above the root") {
    test::served world;
    world.root.write("file", "");
    world.run(walk_about);
    CHECK(world.root.count() == 0);
}

TEST_CASE("session: rename -> RNTO only right behind RNFR") {
    test::served world;
    world.root.write("a", "bytes");
    std::filesystem::create_symlink("none", world.root / "dangling");
    world.run(rename_things);
    CHECK(world.root.read("b c") == "bytes");
    CHECK(std::filesystem::is_symlink(world.root / "moved"));
}

TEST_CASE("session: facts of a path -> read and set in every form") {
    test::served world;
    world.root.write("file", "bytes");
    world.root.write("20200101000000 x", "");
    std::filesystem::create_directory(world.root / "sub");
    world.run(ask_for_facts);
}

TEST_CASE("session: parameters -> 200 for what is known, 504 for the rest") {
    test::served world;
    world.run(set_parameters);
}
