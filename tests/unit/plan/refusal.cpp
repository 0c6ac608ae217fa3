// What servers say when they say no, and what it means.
#include "plan/refusal.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace ferry;
using namespace ferry::plan;

TEST_CASE("refusal: replies of real servers -> the cause") {
    using enum errc;

    struct row {
        int code;
        std::string_view text;
        std::string_view verb;
        std::string_view argument;
        errc cause;
    };

    for (const auto& each : {
             // vsftpd
             row{550, "Failed to open file.", "RETR", "x", not_found},
             row{550, "Permission denied.", "STOR", "x", permission_denied},
             row{550, "Failed to change directory.", "CWD", "x", not_found},
             row{550, "Create directory operation failed.", "MKD", "x", refused},
             row{553, "Could not create file.", "STOR", "x", refused},
             row{530, "Login incorrect.", "PASS", "", login_refused},
             row{530, "Please login with USER and PASS.", "RETR", "x", login_refused},
             row{500, "OOPS: priv_sock_get_cmd", "RETR", "x", service_unavailable},
             row{500, "OOPS: child died", "PASS", "", service_unavailable},
             row{500, "OOPS: cannot change directory:/home/x", "PASS", "", not_supported},
             // ProFTPD
             row{550, "x: No such file or directory", "RETR", "x", not_found},
             row{550, "x: Permission denied", "DELE", "x", permission_denied},
             row{550, "x: File exists", "MKD", "x", already_exists},
             row{550, "x: Directory not empty", "RMD", "x", refused},
             row{550, "x: Not a regular file", "RETR", "x", refused},
             row{530, "Sorry, the maximum number of clients (5) are already connected.", "PASS", "",
                 try_later},
             // Pure-FTPd
             row{550, "Can't open x: No such file or directory", "RETR", "x", not_found},
             row{553, "Can't open that file: Permission denied", "STOR", "x", permission_denied},
             row{552, "Disk full - please upload later", "STOR", "x", no_space_there},
             // pyftpdlib
             row{550, "Not enough privileges.", "DELE", "x", permission_denied},
             // IIS
             row{550, "The system cannot find the file specified. ", "RETR", "x", not_found},
             row{550, "Access is denied. ", "RETR", "x", permission_denied},
             row{550, "Cannot create a file when that file already exists. ", "MKD", "x",
                 already_exists},
             // codes alone
             row{450, "busy", "RETR", "x", try_later},
             row{450, "x: No such file or directory", "LIST", "x", not_found},
             row{451, "Local error", "RETR", "x", try_later},
             row{452, "no", "STOR", "x", no_space_there},
             row{425, "Can't open data connection.", "RETR", "x", data_connection_failed},
             row{426, "aborted", "RETR", "x", transfer_aborted},
             row{421, "Timeout.", "NOOP", "", service_unavailable},
             row{500, "what?", "MFMT", "x", not_supported},
             row{502, "no", "MLSD", "x", not_supported},
             row{504, "no", "TYPE", "L 7", not_supported},
             row{501, "bad argument", "SITE", "x", refused},
             row{503, "RNFR first", "RNTO", "x", refused},
             row{521, "there", "MKD", "x", already_exists},
             row{532, "account", "STOR", "x", account_needed},
             row{554, "no restart", "RETR", "x", restart_refused},
             row{501, "no restart", "REST", "5", restart_refused},
             // out of the protocol
             row{350, "go on", "MKD", "x", protocol_error},
             row{150, "wait", "MKD", "x", protocol_error},
             // words that are the file's own name
             row{550, "denied: No such file or directory", "RETR", "denied", not_found},
             row{550, "not found: Permission denied", "RETR", "not found", permission_denied},
             row{550, "File exists. does not exist", "RETR", "File exists.", not_found},
         }) {
        CAPTURE(each.code);
        CAPTURE(each.text);
        CHECK(describe(cause_of(each.code, each.text, each.verb, each.argument)).name ==
              describe(each.cause).name);
    }
}

TEST_CASE("refusal: the error names step, code and words, and no secret") {
    const auto made = refusal(reply(550, "No such file"), "RETR", "a/b");
    CHECK(made.code() == errc::not_found);
    CHECK(made.step() == "RETR a/b");
    CHECK(made.reply_code() == 550);
    CHECK(made.reply_text() == "No such file");
    CHECK(refusal(reply(530, "no"), "PASS", "hunter2").message().find("hunter2") ==
          std::string::npos);
    CHECK(step_of("ACCT", "sales") == "ACCT ****");
    CHECK(step_of("PWD", "") == "PWD");
}

TEST_CASE("empty directory: only replies that say so, or a bare 550 for the current one") {
    CHECK(means_empty_directory(reply(550, "No files found."), "dir"));
    CHECK(means_empty_directory(reply(450, "No files found"), ""));
    CHECK(means_empty_directory(reply(550, "No members found."), "'DATA.SET'"));
    CHECK(means_empty_directory(reply(550, "nothing"), ""));
    CHECK_FALSE(means_empty_directory(reply(550, "nothing"), "dir"));
    CHECK_FALSE(means_empty_directory(reply(550, "Permission denied"), ""));
    CHECK_FALSE(means_empty_directory(reply(550, "No files found"), "No files found"));
    CHECK_FALSE(means_empty_directory(reply(425, "No files found"), ""));
    CHECK_FALSE(means_empty_directory(reply(450, "busy"), ""));
    CHECK_FALSE(means_empty_directory(reply(226, "No files found"), ""));
}
