// Our client against our server on a network in memory: every operation, with reads of any size,
// and with the network breaking at every step.
#include "client/download.hpp"
#include "client/listing.hpp"
#include "client/login.hpp"
#include "client/operations.hpp"
#include "client/upload.hpp"
#include "io/replacement_file.hpp"
#include "io/tls_certificate.hpp"
#include "support/served.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <set>
#include <string>

using namespace ferry;

namespace {

namespace fs = std::filesystem;
using client_side::session;

/// Bytes of every value, with line ends of every kind among them.
std::string some_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 31 + i / 256);
    return bytes;
}

/// A session of a client, and its local directory.
class visit {
public:
    visit(test::served& server, data_mode data)
        : world(server), with(server.network, options_for(data, server.tls.has_value())) {}

    [[nodiscard]] std::string local(std::string_view name) const { return (disk / name).string(); }

    [[nodiscard]] io::task<result<>> log_in() {
        auto connected = co_await with.connect(test::server_address, 21);
        if (!connected) co_return connected;
        credentials who;
        who.user = "alice";
        who.password = "secret";
        co_return co_await client_side::login(with.talk(), who);
    }

    [[nodiscard]] io::task<result<transfer_report>> put(std::string from, std::string to,
                                                        transfer_options options) {
        return client_side::upload(with, local_end::path(local(from)), std::move(to),
                                   std::move(options));
    }

    [[nodiscard]] io::task<result<transfer_report>> get(std::string from, std::string to,
                                                        transfer_options options) {
        return client_side::download(with, std::move(from), local_end::path(local(to)),
                                     std::move(options));
    }

    test::served& world;
    test::temporary_directory disk;
    session with;

private:
    static client_options options_for(data_mode data, bool over_tls) {
        client_options options;
        options.tls.mode = over_tls ? tls_mode::required : tls_mode::off;
        options.tls.decide = [](const tls_peer&) { return result<>(); };
        options.data = data;
        options.reply_timeout = std::chrono::seconds(5);
        options.connect_timeout = std::chrono::seconds(5);
        options.data_timeout = std::chrono::seconds(5);
        return options;
    }
};

io::task<> move_files(visit& guest) {
    const auto bytes = some_bytes(70'000);
    for (const std::size_t size : {0U, 1U, 1000U, 70'000U}) {
        guest.disk.write("mine", bytes.substr(0, size));
        const transfer_options plain;
        const auto up = co_await guest.put("mine", "pub/theirs", plain);
        REQUIRE(up);
        CHECK(up->bytes == size);
        CHECK(up->proof);
        CHECK(guest.world.root.read("pub/theirs") == bytes.substr(0, size));
        const auto down = co_await guest.get("pub/theirs", "back", plain);
        REQUIRE(down);
        CHECK(down->bytes == size);
        CHECK(guest.disk.read("back") == bytes.substr(0, size));
    }
    const auto left = co_await client_side::size(guest.with, "pub/theirs");
    REQUIRE(left);
    CHECK(*left == 70'000);
}

io::task<> move_text(visit& guest) {
    transfer_options text;
    text.ascii = true;
    guest.disk.write("text", "one\ntwo\n\nfour");
    const auto up = co_await guest.put("text", "text", text);
    REQUIRE(up);
    CHECK(up->bytes == 13 + 3);
    CHECK(guest.world.root.read("text") == "one\ntwo\n\nfour");
    const auto down = co_await guest.get("text", "text again", text);
    REQUIRE(down);
    CHECK(guest.disk.read("text again") == "one\ntwo\n\nfour");
}

io::task<> go_on(visit& guest) {
    const auto bytes = some_bytes(10'000);
    transfer_options resumed;
    resumed.resume = true;
    guest.world.root.write("source", bytes);
    guest.disk.write("copy", bytes.substr(0, 4000));
    const auto down = co_await guest.get("source", "copy", resumed);
    REQUIRE(down);
    CHECK(down->resumed_at == 4000);
    CHECK(down->bytes == 6000);
    CHECK(guest.disk.read("copy") == bytes);

    guest.disk.write("whole", bytes);
    guest.world.root.write("part", bytes.substr(0, 3000));
    const auto up = co_await guest.put("whole", "part", resumed);
    REQUIRE(up);
    CHECK(up->resumed_at == 3000);
    CHECK(guest.world.root.read("part") == bytes);

    transfer_options appended;
    appended.append = true;
    guest.disk.write("tail", "tail");
    const auto more = co_await guest.put("tail", "part", appended);
    REQUIRE(more);
    CHECK(guest.world.root.read("part") == bytes + "tail");
}

io::task<> look_around(visit& guest) {
    auto& talk = guest.with.talk();
    const auto made = co_await client_side::make_directory(talk, "list \"me\"");
    CHECK(made);
    for (const auto* const name : {"list \"me\"/a b", "list \"me\"/\xc3\xa4", "list \"me\"/\xff"})
        guest.world.root.write(name, "12345");
    fs::create_symlink("a b", guest.world.root / "list \"me\"/link");
    std::set<std::string> seen;
    const entry_function each = [&seen](const entry& one) { return seen.insert(one.name).second; };
    const auto listed = co_await client_side::list(guest.with, "list \"me\"", each);
    REQUIRE(listed);
    CHECK(listed->entries == 4);
    CHECK(listed->not_understood + listed->unsafe_names == 0);
    const std::set<std::string> wanted{"a b", "link", "\xc3\xa4", "\xff"};
    CHECK(seen == wanted);
    seen.clear();
    const auto named = co_await client_side::names(guest.with, "list \"me\"", each);
    CHECK(named);
    CHECK(seen == wanted);
    const auto one = co_await client_side::stat(guest.with, "list \"me\"/a b");
    REQUIRE(one);
    CHECK(one->type == entry_type::file);
    CHECK(one->size == 5U);
    const auto none = co_await client_side::list(guest.with, "none", each);
    REQUIRE_FALSE(none);
    CHECK(none.error().code() == errc::not_found);
}

io::task<> change_things(visit& guest) {
    auto& talk = guest.with.talk();
    const auto made = co_await client_side::make_directory(talk, "dir");
    CHECK(made);
    const auto entered = co_await client_side::change_directory(talk, "dir");
    CHECK(entered);
    const auto here = co_await client_side::working_directory(talk);
    CHECK(here.value() == "/dir");
    const auto left = co_await client_side::parent_directory(talk);
    CHECK(left);
    guest.world.root.write("dir/old", "x");
    const auto renamed = co_await client_side::rename(talk, "dir/old", "dir/new name");
    CHECK(renamed);
    const auto changed = co_await client_side::change_mode(talk, "dir/new name", 0600);
    CHECK(changed);
    const std::chrono::sys_seconds time(std::chrono::seconds(1'700'000'000));
    const auto stamped =
        co_await client_side::set_modification_time(guest.with, "dir/new name", time);
    CHECK(stamped);
    const auto told = co_await client_side::modification_time(guest.with, "dir/new name");
    CHECK(told.value() == time);
    const auto kept = co_await client_side::remove_directory(talk, "dir");
    CHECK_FALSE(kept);
    const auto removed = co_await client_side::remove_file(talk, "dir/new name");
    CHECK(removed);
    const auto gone = co_await client_side::remove_directory(talk, "dir");
    CHECK(gone);
    const auto system = co_await client_side::system(talk);
    CHECK(system.value().starts_with("UNIX"));
    const auto idle = co_await client_side::no_operation(talk);
    CHECK(idle);
    const auto raw = co_await client_side::raw(guest.with, "SITE HELP");
    CHECK(raw.value().code == 214);
}

template<data_mode Data>
io::task<> do_everything(test::served& world) {
    fs::create_directory(world.root / "pub");
    visit guest(world, Data);
    const auto in = co_await guest.log_in();
    REQUIRE(in);
    co_await move_files(guest);
    co_await move_text(guest);
    co_await go_on(guest);
    co_await look_around(guest);
    co_await change_things(guest);
    co_await client_side::quit(guest.with.talk());
}

/// Names under which something may stand while the network breaks, and what.
const std::string fresh = some_bytes(3000);
constexpr const char* old = "the old file";

/// What the last conversation took, and how many of its steps failed.
std::uint64_t operations_needed = 0;
std::uint64_t bytes_needed = 0;
int failures_of_last = 0;

bool is_one_of(const std::string& got, std::initializer_list<std::string> allowed) {
    return std::ranges::find(allowed, got) != allowed.end();
}

/// A conversation in which any step may fail. Whatever does, each file is whole or absent.
template<data_mode Data>
io::task<> do_what_works(test::served& world) {
    world.root.write("theirs", fresh);
    world.root.write("kept", old);
    visit guest(world, Data);
    guest.disk.write("mine", fresh);
    guest.disk.write("present", old);
    int failures = 0;
    const auto note = [&failures](const auto& got) {
        if (got) return;
        ++failures;
        CHECK(got.error().code() != errc::unexpected);
        CHECK(got.error().code() != errc::reply_timeout);
    };
    note(co_await guest.log_in());
    transfer_options plain;
    note(co_await guest.put("mine", "new", plain));
    note(co_await guest.put("mine", "kept", plain));
    plain.in_place = true;
    note(co_await guest.put("mine", "direct", plain));
    note(co_await guest.get("theirs", "copy", plain));
    note(co_await guest.get("theirs", "present", plain));
    std::size_t entries = 0;
    const entry_function each = [&entries](const entry&) { return ++entries > 0; };
    const auto listed = co_await client_side::list(guest.with, "/", each);
    note(listed);
    // A listing that broke must not pass for a short one.
    if (listed) CHECK(entries >= 2);
    co_await client_side::quit(guest.with.talk());

    CHECK(is_one_of(world.root.read("new"), {"(none)", fresh}));
    CHECK(is_one_of(world.root.read("kept"), {old, fresh}));
    CHECK(is_one_of(world.root.read("direct"), {"(none)", fresh}));
    CHECK(is_one_of(guest.disk.read("copy"), {"(none)", fresh}));
    CHECK(is_one_of(guest.disk.read("present"), {old, fresh}));
    operations_needed = std::max(operations_needed, world.network.operations());
    bytes_needed = std::max(bytes_needed, world.network.bytes());
    failures_of_last = failures;
}

void serve_over_tls(test::served& world) {
    static const auto shown = [] {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const io::certificate_validity validity(now - std::chrono::hours(1),
                                                now + std::chrono::hours(1));
        return io::make_self_signed({test::server_address}, validity);
    }();
    REQUIRE(shown);
    world.options.tls.emplace();
    const io::tls_server_settings settings(io::tls_identity(shown->certificate, shown->key));
    auto made = io::tls_server_context::make(settings);
    REQUIRE(made);
    world.tls = std::move(*made);
}

enum class transport : std::uint8_t { clear, tls };

void run_with(const io::memory_faults& faults, transport over,
              io::task<> (*script)(test::served&)) {
    test::served world(faults);
    if (over == transport::tls) serve_over_tls(world);
    world.options.shutdown_grace = io::milliseconds(0);
    world.run(script);
    // Without a client nothing unfinished is left, but for the parts a client may go on with.
    for (const auto& one : fs::directory_iterator(world.root.path()))
        CHECK_FALSE(io::replacement_file::is_unique_name(one.path().filename().string()));
}

/// A network that breaks after every number of operations that the whole conversation takes, and
/// after a choice of numbers of bytes.
void break_everywhere(transport over, io::task<> (*script)(test::served&)) {
    operations_needed = 0;
    bytes_needed = 0;
    io::memory_faults none;
    run_with(none, over, script);
    CHECK(failures_of_last == 0);
    const auto operations = operations_needed;
    const auto bytes = bytes_needed;
    REQUIRE(operations > 50);
    for (std::uint64_t at = 0; at < operations; ++at) {
        INFO("broken after operation ", at);
        io::memory_faults faults;
        faults.break_after_operations = at;
        run_with(faults, over, script);
        // The server's last words may be lost on nobody.
        if (at + 10 < operations) CHECK(failures_of_last > 0);
    }
    const std::uint64_t stride = over == transport::tls ? 397 : 97;
    for (std::uint64_t at = 1; at < bytes; at += stride) {
        INFO("broken after byte ", at);
        io::memory_faults faults;
        faults.break_after_bytes = at;
        faults.largest_read = 1 + at % 700;
        run_with(faults, over, script);
    }
}

} // namespace

TEST_CASE("pair: every operation, passive -> the same files at both ends, whatever reads give") {
    for (const std::size_t largest : {0U, 1U, 2U, 3U, 100U}) {
        INFO("reads of at most ", largest);
        io::memory_faults faults;
        faults.largest_read = largest;
        test::served world(faults);
        world.run(do_everything<data_mode::passive>);
    }
}

TEST_CASE("pair: every operation, active -> the same files at both ends, whatever reads give") {
    for (const std::size_t largest : {0U, 1U, 1000U}) {
        INFO("reads of at most ", largest);
        io::memory_faults faults;
        faults.largest_read = largest;
        test::served world(faults);
        world.run(do_everything<data_mode::active>);
    }
}

TEST_CASE("pair: the network breaks at any step, passive -> every file is whole or absent") {
    break_everywhere(transport::clear, do_what_works<data_mode::passive>);
}

TEST_CASE("pair: the network breaks at any step, active -> every file is whole or absent") {
    break_everywhere(transport::clear, do_what_works<data_mode::active>);
}

TEST_CASE("pair: every operation over TLS -> the same files at both ends, whatever reads give") {
    for (const std::size_t largest : {0U, 1U, 100U}) {
        INFO("reads of at most ", largest);
        io::memory_faults faults;
        faults.largest_read = largest;
        for (const auto script :
             {&do_everything<data_mode::passive>, &do_everything<data_mode::active>}) {
            test::served world(faults);
            serve_over_tls(world);
            world.run(script);
        }
    }
}

TEST_CASE("pair: the network breaks at any step over TLS -> every file is whole or absent") {
    break_everywhere(transport::tls, do_what_works<data_mode::passive>);
}
