// Lines of progress, modes of chmod, what rm -r refuses, exit status of many.
#include "cli/file_mode.hpp"
#include "cli/progress.hpp"
#include "cli/removal.hpp"
#include "cli/reporter.hpp"
#include "cli/terminal.hpp"

#include <doctest/doctest.h>

using namespace ferry;
using namespace ferry::cli;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;

transfer_progress half_way() {
    transfer_progress now;
    now.position = 128 * mebibyte;
    now.total = 256 * mebibyte;
    now.elapsed = 2s;
    return now;
}

unsigned mode(std::string_view text, unsigned now = 0644, bool is_directory = false) {
    return changed_mode(text, now, is_directory).value();
}

} // namespace

TEST_CASE("progress line: room for all -> percent, sizes, rate and time left") {
    CHECK(progress_line("big.iso", half_way(), 80) ==
          "big.iso   50%  128 MiB/256 MiB  64.0 MiB/s  ETA 2.0s");
}

TEST_CASE("progress line: bytes that were there before -> do not count for the rate") {
    auto now = half_way();
    now.resumed_at = 64 * mebibyte;
    CHECK(progress_line("f", now, 80) == "f   50%  128 MiB/256 MiB  32.0 MiB/s  ETA 4.0s");
}

TEST_CASE("progress line: size unknown -> what is known") {
    auto now = half_way();
    now.total.reset();
    CHECK(progress_line("f", now, 80) == "f  128 MiB  64.0 MiB/s");
}

TEST_CASE("progress line: any width -> never wider, and nothing breaks") {
    const std::string name = "a rather long name with an \u00fcmlaut \u65e5\u672c\u8a9e.tar.gz";
    for (std::size_t width = 0; width < 120; ++width) {
        const auto line = progress_line(name, half_way(), width);
        CAPTURE(width);
        CAPTURE(line);
        CHECK(display_width(line) <= width);
    }
    CHECK(progress_line(name, half_way(), 30).find("50%") != std::string::npos);
    CHECK(progress_line(name, half_way(), 30).find("ETA") == std::string::npos);
}

TEST_CASE("progress line: odd figures -> no nonsense") {
    transfer_progress now;
    now.total = 0;
    CHECK(progress_line("f", now, 80).find("100%") != std::string::npos);
    now.total = 5;
    now.position = 10; // it grew
    now.elapsed = 1s;
    CHECK(progress_line("f", now, 80).find("100%") != std::string::npos);
    now.position = 1;
    now.total = std::uint64_t{1} << 63U;
    CHECK(progress_line("f", now, 80).find("ETA") != std::string::npos);
}

TEST_CASE("shortened: too long -> cut in the middle, between characters") {
    CHECK(shortened("abcdefghij", 10) == "abcdefghij");
    CHECK(shortened("abcdefghij", 5) == "ab\u2026ij");
    CHECK(shortened("\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc", 3) == "\u00e4\u2026\u00fc");
    CHECK(shortened("abc", 0).empty());
    CHECK(shortened("abc", 1) == "\u2026");
}

TEST_CASE("finished line: plain, resumed, verified") {
    transfer_report done;
    done.bytes = 256 * mebibyte;
    done.size = 256 * mebibyte;
    done.elapsed = 2s;
    CHECK(finished_line("f", done) == "f: 256 MiB in 2.0s (128 MiB/s)");
    done.proof.kind = proof_kind::size;
    done.resumed_at = 128 * mebibyte;
    CHECK(finished_line("f", done) == "f: 256 MiB in 2.0s (128 MiB/s), continued at 128 MiB of "
                                      "256 MiB, size verified");
    done.resumed_at = 0;
    done.proof.kind = proof_kind::size_and_time;
    CHECK(finished_line("f", done).ends_with("s), size and time verified"));
    done.proof.kind = proof_kind::sample;
    CHECK(finished_line("f", done).ends_with("s), size and end verified"));
    done.proof.kind = proof_kind::hash;
    done.proof.algorithm = "SHA-256";
    CHECK(finished_line("f", done).ends_with("s), SHA-256 verified"));
}

TEST_CASE("mode: octal -> as given") {
    CHECK(mode("640") == 0640);
    CHECK(mode("0") == 0);
    CHECK(mode("4755") == 04755);
    CHECK(changed_mode("644", std::nullopt, false).value() == 0644);
}

TEST_CASE("mode: symbolic -> changes what there is") {
    CHECK(mode("u+x") == 0744);
    CHECK(mode("+x") == 0755);
    CHECK(mode("go-r") == 0600);
    CHECK(mode("a=r") == 0444);
    CHECK(mode("u=rwx,go=rx") == 0755);
    CHECK(mode("g=u") == 0664);
    CHECK(mode("o=") == 0640);
    CHECK(mode("u+s") == 04644);
    CHECK(mode("+t") == 01644);
    CHECK(mode("u-w+x") == 0544);
    CHECK(mode("a+X") == 0644);
    CHECK(mode("a+X", 0644, true) == 0755);
    CHECK(mode("a+X", 0744) == 0755);
}

TEST_CASE("mode: nonsense -> usage; symbolic without a start -> says to give octal") {
    for (const auto* wrong : {"", "8", "77777", "u", "u+q", "x+r", "u+x,", ",", "64x", "rw-r--r--"})
        CHECK_FALSE(changed_mode(wrong, 0644, false).has_value());
    const auto unknown = changed_mode("u+x", std::nullopt, false);
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().message().find("octal") != std::string::npos);
}

TEST_CASE("permissions: text -> mode, special bits included") {
    CHECK(parse_permissions("rw-r--r--") == 0644);
    CHECK(parse_permissions("rwsr-sr-t") == 07755);
    CHECK(parse_permissions("rwSr-Sr-T") == 07644);
    CHECK(parse_permissions("---------") == 0);
    CHECK_FALSE(parse_permissions("").has_value());
    CHECK_FALSE(parse_permissions("rwxrwxrwz").has_value());
    CHECK_FALSE(parse_permissions("-rw-r--r--").has_value());
}

TEST_CASE("rm -r: roots and paths that climb -> refused") {
    for (const auto* path : {"", "/", "//", ".", "./", "..", "a/..", "../a", "/..", "a/../b"})
        CHECK_FALSE(is_safe_to_remove(path));
    for (const auto* path : {"a", "/a", "a/", "...", "a/..b", "./a"})
        CHECK(is_safe_to_remove(path));
}

TEST_CASE("exit status: of many") {
    CHECK(joint_status(3, {}) == 0);
    CHECK(joint_status(0, {5}) == 5);
    CHECK(joint_status(0, {5, 5}) == 5);
    CHECK(joint_status(0, {5, 6}) == 9);
    CHECK(joint_status(1, {5}) == 9);
    CHECK(joint_status(1, {5, 130}) == 130);
}

TEST_CASE("shortened: wide characters -> never more columns than there are") {
    const std::string name = "\u65e5\u672c\u8a9e\u306e\u540d\u524d.txt";
    for (std::size_t width = 1; width < 20; ++width) {
        CAPTURE(width);
        CHECK(display_width(shortened(name, width)) <= width);
    }
    CHECK(shortened(name, 16) == name);
}

TEST_CASE("display width: UTF-8 -> columns, not bytes") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("\u00fc") == 1);
    CHECK(display_width("\u65e5\u672c") == 4);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("") == 0);
}
