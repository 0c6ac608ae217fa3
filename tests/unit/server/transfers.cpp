// Files over data connections.
#include "support/served.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

using namespace ferry;

namespace {

std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 7 + i / 251);
    return bytes;
}

const std::string large = pattern(300'000);

io::task<> move_files(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    for (const std::size_t size : {0U, 1U, 65'536U, 300'000U}) {
        co_await guest.store("STOR file", large.substr(0, size));
        CHECK(world.root.read("file") == large.substr(0, size));
        const auto got = co_await guest.fetch("RETR file");
        CHECK(got == large.substr(0, size));
    }
    co_await guest.expect("REST 299990", "350 The next transfer begins at 299990");
    auto data = co_await guest.open_data();
    co_await guest.expect("RETR file", "150 Sending it (10 bytes)");
    CHECK(co_await test::visitor::read_all(*data) == large.substr(299'990));
    co_await guest.expect_reply("226 Transfer complete");
    const auto whole = co_await guest.fetch("RETR file");
    CHECK(whole.size() == 300'000); // the marker counted once
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect("REST 300001", "350 ...");
    co_await guest.expect("RETR file", "554 /file: Beyond the end of the file");
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect("RETR none", "550 /none: No such file or directory");
    co_await guest.expect("RETR file", "425 Use EPSV, PASV, EPRT or PORT first");
}

io::task<> continue_uploads(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.store("APPE file", "0123");
    co_await guest.store("APPE file", "4567");
    CHECK(world.root.read("file") == "01234567");
    co_await guest.expect("REST 6", "350 ...");
    co_await guest.store("STOR file", "ABCD");
    CHECK(world.root.read("file") == "012345ABCD");
    co_await guest.expect("REST 2", "350 ...");
    co_await guest.store("STOR file", "x");
    CHECK(world.root.read("file") == "01x");
    co_await guest.expect("REST 4", "350 ...");
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect("STOR file", "554 /file: Beyond the end of the file");
    co_await guest.store("STOR file", "new");
    CHECK(world.root.read("file") == "new");
}

io::task<> store_unique(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    for (const auto* const command : {"STOU", "STOU wanted"}) {
        const auto data = co_await guest.open_data();
        const auto opening = co_await guest.ask(command);
        CHECK(opening.starts_with("150 FILE: /"));
        const auto sent = co_await data->write("unique");
        CHECK(sent);
        data->close();
        co_await guest.expect_reply("226" + opening.substr(3));
        CHECK(world.root.read(opening.substr(11)) == "unique");
    }
}

io::task<> translate_lines(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.expect("REST 2", "350 ...");
    co_await guest.expect("TYPE A", "200 TYPE is A");
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect("RETR file", "554 /file: REST is only known in TYPE I");
    co_await guest.store("STOR file", "one\r\ntwo\rthree\nfour\r\n");
    CHECK(world.root.read("file") == "one\ntwo\rthree\nfour\n");
    const auto got = co_await guest.fetch("RETR file");
    CHECK(got == "one\r\ntwo\rthree\r\nfour\r\n");
    co_await guest.store("STOR ends", "\r\n\r");
    CHECK(world.root.read("ends") == "\n\r");
}

io::task<> see_only_whole_files(test::served& world) {
    test::visitor writer(world);
    co_await writer.log_in();
    test::visitor reader(world);
    co_await reader.log_in();
    auto data = co_await writer.open_data();
    co_await writer.expect("STOR file", "150 ...");
    const auto sent = co_await data->write(large.substr(0, 100));
    CHECK(sent);
    const auto old = co_await reader.fetch("RETR file");
    CHECK(old == "old");
    const auto seen = co_await reader.fetch("NLST");
    CHECK(seen == "file\r\n");
    data->close();
    co_await writer.expect_reply("226 Transfer complete");
    const auto fresh = co_await reader.fetch("RETR file");
    CHECK(fresh == large.substr(0, 100));
}

io::task<> abort_upload(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    auto data = co_await guest.open_data();
    co_await guest.expect("STOR file", "150 ...");
    const auto sent = co_await data->write("half");
    CHECK(sent);
    co_await guest.send("\xff\xf4\xff\xf2"
                        "ABOR\r\n");
    co_await guest.expect_reply("426 Transfer aborted");
    co_await guest.expect_reply("226 ...");
    co_await guest.expect("NOOP", "200 OK");
    CHECK(world.root.read("file") == "old");
    CHECK(world.root.count() == 1);
}

io::task<> abort_download(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    auto data = co_await guest.open_data();
    co_await guest.expect("RETR large", "150 ...");
    // More than fits between the two is on its way: the server waits.
    const auto status = co_await guest.ask("STAT");
    CHECK(status.find("RETR /large: ") != std::string::npos);
    CHECK(status.find(" of 300000 bytes") != std::string::npos);
    co_await guest.send("NOOP\r\nABOR\r\n");
    co_await guest.expect_reply("426 Transfer aborted");
    co_await guest.expect_reply("200 OK");
    co_await guest.expect_reply("226 No transfer runs");
    co_await guest.expect("ABOR", "226 No transfer runs");
    const auto again = co_await guest.fetch("RETR large");
    CHECK(again == large);
    // Together with the command, before anything has moved.
    data = co_await guest.open_data();
    co_await guest.send("RETR large\r\nABOR\r\nNOOP\r\n");
    co_await guest.expect_reply("426 Transfer aborted");
    co_await guest.expect_reply("226 ...");
    co_await guest.expect_reply("200 OK");
    // While the server waits for the connection.
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect("RETR large", "150 ...");
    co_await guest.send("ABOR\r\n");
    co_await guest.expect_reply("426 Transfer aborted");
    co_await guest.expect_reply("226 ...");
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect("ABOR", "226 Data connection closed");
}

io::task<> vanish(test::served& world) {
    {
        test::visitor guest(world);
        co_await guest.log_in();
        auto data = co_await guest.open_data();
        co_await guest.expect("STOR file", "150 ...");
        const auto sent = co_await data->write("half");
        CHECK(sent);
        // Killed: the system closes both connections, each in an orderly way.
        guest.close();
        data->close();
    }
    test::visitor other(world);
    co_await other.log_in();
    const auto got = co_await other.fetch("RETR file");
    CHECK(got == "old");
    CHECK(world.root.count() == 1);
}

io::task<> break_data(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    auto data = co_await guest.open_data();
    co_await guest.expect("RETR large", "150 ...");
    data->close();
    co_await guest.expect_reply("426 The data connection broke");
    co_await guest.expect("NOOP", "200 OK");
}

io::task<> quit_during_transfer(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    auto data = co_await guest.open_data();
    co_await guest.expect("STOR file", "150 ...");
    co_await guest.send("QUIT\r\n");
    const auto sent = co_await data->write("whole");
    CHECK(sent);
    data->close();
    co_await guest.expect_reply("226 Transfer complete");
    co_await guest.expect_reply("221 Goodbye");
    CHECK(world.root.read("file") == "whole");
}

io::task<> connect_actively(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    auto listening = world.network.listen(endpoint(test::visitor_address, 5000), 1);
    REQUIRE(listening);
    for (const auto* const command : {"PORT 10,0,0,9,19,136", "EPRT |1|10.0.0.9|5000|"}) {
        co_await guest.expect(command, "200 Will connect there");
        co_await guest.expect("RETR file", "150 Sending it (3 bytes)");
        auto data = co_await (*listening)->accept();
        REQUIRE(data);
        CHECK((*data)->remote().address == test::server_address);
        const auto got = co_await test::visitor::read_all(**data);
        CHECK(got == "old");
        co_await guest.expect_reply("226 Transfer complete");
    }
    (*listening)->close();
    co_await guest.expect("PORT 10,0,0,9,19,136", "200 Will connect there");
    co_await guest.expect("RETR file", "150 ...");
    co_await guest.expect_reply("425 No data connection came about");
}

io::task<> name_bad_ports(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.expect("PORT 10,0,0,9,4,0", "200 ...");
    co_await guest.expect("PORT 10,0,0,9,3,255", "504 Data connections go to ports from 1024 only");
    co_await guest.expect("EPRT |1|10.0.0.9|1023|", "504 ...");
    co_await guest.expect("EPRT |1|10.0.0.9|1024|", "200 ...");
    co_await guest.expect("PORT 10,0,0,8,19,136",
                          "504 Data connections go to your own address only");
    co_await guest.expect("EPRT |1|127.0.0.1|5000|", "504 ...");
    co_await guest.expect("EPRT |3|x|5000|", "522 ...");
    co_await guest.expect("EPRT |1|10.0.0.9|99999|", "501 ...");
    co_await guest.expect("PORT 10,0,0,9", "501 ...");
    co_await guest.expect("EPSV 2", "522 ...");
    co_await guest.expect("EPSV 3", "501 ...");
    co_await guest.expect("EPSV 1", "229 ...");
    co_await guest.expect("PASV", "227 Entering Passive Mode (10,0,0,1,...");
    co_await guest.expect("EPSV ALL", "200 ...");
    for (const auto* const command : {"PASV", "PORT 10,0,0,9,19,136", "EPRT |1|10.0.0.9|5000|"})
        co_await guest.expect(command, "503 Only EPSV after EPSV ALL");
    co_await guest.expect("EPSV", "229 ...");
}

io::task<> be_overtaken_by_stranger(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    const auto opened = co_await guest.ask("EPSV");
    const auto port = wire::parse_epsv_reply(opened.substr(4));
    REQUIRE(port);
    test::visitor stranger(world, "10.0.0.66");
    auto theirs = co_await stranger.dial(*port);
    REQUIRE(theirs);
    co_await guest.expect("RETR file", "150 ...");
    auto mine = co_await guest.dial(*port);
    REQUIRE(mine);
    const auto got = co_await test::visitor::read_all(**mine);
    CHECK(got == "old");
    const auto stolen = co_await test::visitor::read_all(**theirs);
    CHECK(stolen.empty());
    co_await guest.expect_reply("226 Transfer complete");
}

io::task<> never_connect(test::served& world) {
    test::visitor guest(world);
    co_await guest.log_in();
    co_await guest.expect("EPSV", "229 ...");
    co_await guest.expect("RETR large", "150 ...");
    co_await guest.expect_reply("425 No data connection came about");
    const auto data = co_await guest.open_data();
    co_await guest.expect("RETR large", "150 ...");
    co_await guest.expect_reply("426 The data connection stands still, aborted");
}

} // namespace

TEST_CASE("transfer: files up and down -> the same bytes, from the marker on") {
    for (const std::size_t largest : {0U, 1000U}) {
        io::memory_faults faults;
        faults.largest_read = largest;
        test::served world(faults);
        world.run(move_files);
        CHECK(world.events.find("alice RETR /file 300000 bytes") != std::string::npos);
    }
}

TEST_CASE("transfer: APPE and REST with STOR -> the file is continued in place") {
    test::served world;
    world.run(continue_uploads);
}

TEST_CASE("transfer: STOU -> a name of its own, told in both replies") {
    test::served world;
    world.run(store_unique);
}

TEST_CASE("transfer: TYPE A -> CRLF on the wire, LF in the file") {
    test::served world;
    world.run(translate_lines);
}

TEST_CASE("transfer: an upload that runs -> others see the old file and no other name") {
    test::served world;
    world.root.write("file", "old");
    world.run(see_only_whole_files);
}

TEST_CASE("transfer: ABOR during an upload -> 426, 226, the old file is intact") {
    test::served world;
    world.root.write("file", "old");
    world.run(abort_upload);
}

TEST_CASE("transfer: ABOR and STAT during a download -> at once, other commands in their turn") {
    test::served world;
    world.root.write("large", large);
    world.run(abort_download);
}

TEST_CASE("transfer: the client is killed while it uploads -> the old file is intact") {
    test::served world;
    world.root.write("file", "old");
    world.run(vanish);
}

TEST_CASE("transfer: the client closes the data connection of a download -> 426") {
    test::served world;
    world.root.write("large", large);
    world.run(break_data);
}

TEST_CASE("transfer: QUIT during an upload -> it ends well first") {
    test::served world;
    world.run(quit_during_transfer);
}

TEST_CASE("transfer: PORT and EPRT -> the server connects, 425 if it cannot") {
    test::served world;
    world.root.write("file", "old");
    world.run(connect_actively);
}

TEST_CASE("data verbs: other hosts, low ports, other protocols -> refused") {
    test::served world;
    world.run(name_bad_ports);
    CHECK(world.events.find("refused: data connection to 10.0.0.8:5000") != std::string::npos);
}

TEST_CASE("data connection: a stranger comes first -> dropped, the owner is served") {
    test::served world;
    world.root.write("file", "old");
    world.run(be_overtaken_by_stranger);
}

TEST_CASE("data connection: nobody comes, or nobody reads -> 425, 426") {
    test::served world;
    world.options.data_timeout = io::milliseconds(20);
    world.root.write("large", large);
    world.run(never_connect);
}
