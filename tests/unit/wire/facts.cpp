// Facts of MLSD and MLST: read, written, and what is not understood.
#include "wire/facts.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace std::chrono;
using namespace ferry;
using namespace ferry::wire;

namespace {

constexpr sys_seconds march = sys_days(2026y / 3 / 1) + 12h + 34min + 56s;

entry read(std::string_view line) {
    const auto parsed = parse_fact_line(line);
    REQUIRE(parsed);
    return parsed->item;
}

std::string write(const entry& item, fact_set facts = all_facts, std::string_view type = {}) {
    std::string out;
    format_fact_line(item, facts, item.name, out, type);
    return out;
}

entry sample(entry_type type, std::string name) {
    entry item;
    item.name = std::move(name);
    item.type = type;
    item.size = 12345;
    item.mtime = march;
    item.precision = time_precision::utc_second;
    item.permissions = "rwxr-x---";
    item.owner = "me";
    item.group = "users";
    item.perm_fact = "adfr";
    item.unique = "801g3f5";
    if (type == entry_type::symlink) item.target = "over/there";
    return item;
}

} // namespace

TEST_CASE("facts: a full line -> every field") {
    const auto item = read("type=file;size=5;modify=20260301123456.789;perm=adfr;unique=8g2;"
                           "UNIX.mode=0640;UNIX.owner=1000;UNIX.group=100; name with spaces");
    CHECK(item.name == "name with spaces");
    CHECK(item.type == entry_type::file);
    CHECK(item.size == 5);
    CHECK(item.mtime == march);
    CHECK(item.precision == time_precision::utc_second);
    CHECK(item.perm_fact == "adfr");
    CHECK(item.unique == "8g2");
    CHECK(item.permissions == "rw-r-----");
    CHECK(item.owner == "1000");
    CHECK(item.group == "100");
}

TEST_CASE("facts: names of facts and types in any case -> the same") {
    const auto item = read("TYPE=Dir;Modify=20260301123456;unix.MODE=755; x");
    CHECK(item.type == entry_type::directory);
    CHECK(item.mtime == march);
    CHECK(item.permissions == "rwxr-xr-x");
}

TEST_CASE("facts: the name -> everything behind the first space") {
    CHECK(read("type=file;  two ").name == " two ");
    CHECK(read("type=file; a;b=c d").name == "a;b=c d");
    CHECK(read("type=file size").name == "size");
    CHECK(read(" bare").name == "bare");
    CHECK(read(" bare").type == entry_type::other);
    CHECK(read("type=file; caf\xe9").name == "caf\xe9");
}

TEST_CASE("facts: the listed directory and its parent -> marked") {
    CHECK(parse_fact_line("type=cdir; .").value().is_self_or_parent);
    CHECK(parse_fact_line("type=pdir; /up").value().is_self_or_parent);
    CHECK_FALSE(parse_fact_line("type=dir; d").value().is_self_or_parent);
}

TEST_CASE("facts: the spellings of a symlink -> a symlink") {
    CHECK(read("type=OS.unix=slink:/to/it; l").type == entry_type::symlink);
    CHECK(read("type=OS.unix=slink:/to/it; l").target == "/to/it");
    CHECK(read("type=OS.UNIX=slink:; l").type == entry_type::symlink);
    CHECK(read("type=OS.unix=slink; l").type == entry_type::symlink);
    CHECK(read("type=OS.unix=symlink; l").type == entry_type::symlink);
    CHECK(read("type=OS.unix=chr-13/29; l").type == entry_type::other);
}

TEST_CASE("facts: owners as names and as numbers -> the names") {
    const auto item = read("UNIX.ownername=me;UNIX.owner=1000;UNIX.gid=100;UNIX.groupname=us; x");
    CHECK(item.owner == "me");
    CHECK(item.group == "us");
    CHECK(read("UNIX.uid=7; x").owner == "7");
}

TEST_CASE("facts: unknown facts and malformed values -> unknown, the entry stays") {
    const auto item = read("type=file;size=-1;modify=yesterday;UNIX.mode=9;media-type=a/b;;x=; n");
    CHECK(item.type == entry_type::file);
    CHECK_FALSE(item.size);
    CHECK_FALSE(item.mtime);
    CHECK(item.precision == time_precision::unknown);
    CHECK(item.permissions.empty());
    CHECK_FALSE(read("size=9223372036854775808; x").size);
    CHECK(read("size=9223372036854775807; x").size == 9223372036854775807U);
    CHECK_FALSE(read("size=1x; x").size);
    CHECK_FALSE(read("modify=20260230000000; x").mtime);
}

TEST_CASE("facts: no space, no name, or no facts -> the protocol is broken") {
    for (const auto* bad : {"", " ", "type=file;", "type=file; ", "name", "ls: cannot open x"}) {
        const auto parsed = parse_fact_line(bad);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code() == errc::protocol_error);
    }
}

TEST_CASE("facts: formatted -> read back the same") {
    for (const auto type :
         {entry_type::file, entry_type::directory, entry_type::symlink, entry_type::other})
        for (const std::string name : {"a", " a b ", "a;b=c", "caf\xc3\xa9", "\xff", "-"}) {
            const auto item = sample(type, name);
            INFO(write(item));
            CHECK(read(write(item)) == item);
        }
    entry bare;
    bare.name = "bare";
    CHECK(read(write(bare)) == bare);
    bare.size = 0;
    bare.mtime = sys_seconds();
    bare.precision = time_precision::utc_second;
    CHECK(read(write(bare)) == bare);
}

TEST_CASE("facts: only those asked for -> only those written, in the table's order") {
    const auto item = sample(entry_type::file, "x");
    CHECK(write(item) == "type=file;size=12345;modify=20260301123456;perm=adfr;unique=801g3f5;"
                         "UNIX.mode=0750;UNIX.owner=me;UNIX.group=users; x");
    CHECK(write(item, parse_fact_names("size;type;")) == "type=file;size=12345; x");
    CHECK(write(item, 0) == " x");
    CHECK(write(item, static_cast<fact_set>(fact::type), "cdir") == "type=cdir; x");
}

TEST_CASE("facts: values that would break the line -> left out") {
    auto item = sample(entry_type::symlink, "x");
    item.target = "a b";
    item.owner = "domain user";
    item.group = "a;b";
    item.unique = "a\r\nb";
    item.perm_fact.clear();
    CHECK(write(item) == "type=OS.unix=slink:;size=12345;modify=20260301123456;UNIX.mode=0750; x");
}

TEST_CASE("facts: FEAT and OPTS MLST -> every set of facts there and back") {
    CHECK(format_fact_feature(parse_fact_names("type;unix.mode;")) ==
          "type*;size;modify;perm;unique;UNIX.mode*;UNIX.owner;UNIX.group;");
    for (unsigned facts = 0; facts <= all_facts; ++facts) {
        const auto set = static_cast<fact_set>(facts);
        CHECK(parse_fact_names(format_fact_names(set)) == set);
    }
    CHECK(parse_fact_names("") == 0);
    CHECK(parse_fact_names(";;nonsense;SIZE") == static_cast<fact_set>(fact::size));
}

TEST_CASE("facts: UNIX.mode in the ways servers write it -> permissions") {
    for (const auto* mode : {"640", "0640", "0o640", "0100640"})
        CHECK(parse_fact_line("UNIX.mode=" + std::string(mode) + "; x")->item.permissions ==
              "rw-r-----");
    for (const auto* no_mode : {"0o", "0x1a0", "648", "0o0o640", "-640"})
        CHECK(
            parse_fact_line("UNIX.mode=" + std::string(no_mode) + "; x")->item.permissions.empty());
}

TEST_CASE("facts: UNIX.mode is listed and off -> asked for beside those that are on") {
    CHECK(facts_with_mode("type*;perm*;size*;modify*;unique*;unix.mode;unix.uid;unix.gid;") ==
          "type;perm;size;modify;unique;unix.mode;");
    CHECK(facts_with_mode("UNIX.mode") == "UNIX.mode;");
    CHECK(facts_with_mode("UNIX.mode; Type*").ends_with("Type;"));
    for (const auto* nothing : {"", ";", "type*;size*;", "type*;UNIX.mode*;size;", "UNIX.modes;"})
        CHECK(facts_with_mode(nothing).empty());
}

TEST_CASE("permissions: every mode -> there and back") {
    for (unsigned mode = 0; mode <= 07777; ++mode)
        CHECK(parse_permissions(format_permissions(mode)) == mode);
    CHECK(format_permissions(0755) == "rwxr-xr-x");
    CHECK(format_permissions(04755) == "rwsr-xr-x");
    CHECK(format_permissions(06644) == "rwSr-Sr--");
    CHECK(format_permissions(01777) == "rwxrwxrwt");
    CHECK(format_permissions(0100644) == "rw-r--r--");
}

TEST_CASE("permissions: anything else -> none") {
    for (const auto* bad :
         {"", "rwx", "rwxr-xr-", "rwxr-xr-x+", "xwrr-xr-x", "rwtr-xr-x", "rwxr-xr-s", "0755"})
        CHECK_FALSE(parse_permissions(bad));
}
