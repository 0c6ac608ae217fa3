// The io layer on real sockets: dialing, limits, urgent data, and the kernel's pumps.
#include "io/pump.hpp"
#include "io/task_group.hpp"
#include "support/run_task.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

using stream_pointer = std::unique_ptr<io::stream>;

struct connected_pair {
    stream_pointer near;
    stream_pointer far;
};

io::task<connected_pair> connect_pair(io::network& network, std::string address) {
    auto listening = network.listen(endpoint(address, 0), 5);
    REQUIRE(listening);
    io::dial_options options;
    auto near = co_await network.dial(address, (*listening)->local().port, options);
    REQUIRE(near);
    auto far = co_await (*listening)->accept();
    REQUIRE(far);
    co_return connected_pair{std::move(*near), std::move(*far)};
}

/// An unlinked file.
io::file scratch_file(int flags = 0) {
    std::string name = "/tmp/ferry-test-XXXXXX";
    const int made = ::mkostemp(name.data(), flags);
    REQUIRE(made >= 0);
    ::unlink(name.c_str());
    return io::file(made);
}

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    std::uint32_t value = 1;
    for (auto& c : text) {
        value = value * 1664525U + 1013904223U;
        c = static_cast<char>(value >> 24U);
    }
    return text;
}

std::string all_of(io::file& from) {
    REQUIRE(from.seek(0));
    std::string text(*from.size(), '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const auto got = from.read(std::span(text).subspan(done));
        REQUIRE(got);
        if (*got == 0) break;
        done += *got;
    }
    return text;
}

class plain_sink final : public io::sink {
public:
    explicit plain_sink(io::file& to) : file_(&to) {}

    [[nodiscard]] result<> write(std::string_view bytes) override { return file_->write(bytes); }

private:
    io::file* file_;
};

io::task<> send_file(io::stream& to, io::file& from, std::uint64_t& sent) {
    io::file_source source(from);
    const io::progress_function silent;
    const auto report = co_await io::send(to, source, silent);
    CHECK(report.status);
    sent = report.bytes;
    CHECK(co_await to.finish_writing());
}

/// A file of `size` bytes through sendfile into `target`; what arrives is compared.
io::task<> file_to_file(io::context& where, std::size_t size, bool direct, int target_flags) {
    const auto network = io::make_tcp_network(where);
    auto pair = co_await connect_pair(*network, "127.0.0.1");
    auto origin = scratch_file();
    const auto text = pattern(size);
    REQUIRE(origin.write(text));
    REQUIRE(origin.seek(0));
    auto target = scratch_file(target_flags);

    std::uint64_t sent = 0;
    io::task_group group(where);
    group.spawn(send_file(*pair.near, origin, sent));
    io::file_sink spliced(target);
    plain_sink copied(target);
    const io::progress_function silent;
    io::sink& into = direct ? static_cast<io::sink&>(spliced) : copied;
    const auto report = co_await io::receive(*pair.far, into, silent);
    co_await group.join();
    CHECK(report.status);
    CHECK(report.bytes == size);
    CHECK(sent == size);
    CHECK((all_of(target) == text));
}

io::task<> dial_localhost(io::context& where, std::string listen_at) {
    const auto network = io::make_tcp_network(where);
    auto listening = network->listen(endpoint(listen_at, 0), 5);
    REQUIRE(listening);
    io::dial_options options;
    auto near = co_await network->dial("localhost", (*listening)->local().port, options);
    REQUIRE_MESSAGE(near, near.error().message());
    CHECK((*near)->remote().address == listen_at);
}

io::task<> dial_nobody(io::context& where, std::optional<error>& problem) {
    const auto network = io::make_tcp_network(where);
    std::uint16_t port = 0;
    {
        auto listening = network->listen(endpoint("127.0.0.1", 0), 5);
        REQUIRE(listening);
        port = (*listening)->local().port;
    }
    io::dial_options options;
    auto near = co_await network->dial("127.0.0.1", port, options);
    if (!near) problem = near.error();
}

io::task<> wait_in_vain(io::context& where, errc& on_read, errc& on_accept) {
    const auto network = io::make_tcp_network(where);
    auto pair = co_await connect_pair(*network, "127.0.0.1");
    pair.near->set_limit(5ms, errc::reply_timeout);
    std::array<char, 4> buffer{};
    const auto got = co_await pair.near->read_some(buffer);
    if (!got) on_read = got.error().code();
    auto listening = network->listen(endpoint("127.0.0.1", 0), 5);
    REQUIRE(listening);
    (*listening)->set_limit(5ms, errc::data_connection_failed);
    const auto arrived = co_await (*listening)->accept();
    if (!arrived) on_accept = arrived.error().code();
}

io::task<> urgent(io::context& where, std::string& got) {
    const auto network = io::make_tcp_network(where);
    auto pair = co_await connect_pair(*network, "127.0.0.1");
    CHECK(co_await pair.near->write_urgent("\xff\xf4\xff\xf2"));
    CHECK(co_await pair.near->write("ABOR\r\n"));
    CHECK(co_await pair.near->finish_writing());
    std::array<char, 64> buffer{};
    while (true) {
        const auto count = co_await pair.far->read_some(buffer);
        REQUIRE(count);
        if (*count == 0) break;
        got.append(buffer.data(), *count);
    }
}

io::task<> read_until_lost(io::stream& from, std::optional<errc>& ended) {
    std::array<char, 4> buffer{};
    const auto got = co_await from.read_some(buffer);
    if (!got) ended = got.error().code();
}

io::task<> close_under_a_reader(io::context& where, std::optional<errc>& ended) {
    const auto network = io::make_tcp_network(where);
    auto pair = co_await connect_pair(*network, "::1");
    io::task_group group(where);
    group.spawn(read_until_lost(*pair.near, ended));
    const auto waited = co_await io::sleep_for(0ms);
    CHECK(waited);
    pair.near->close();
    co_await group.join();
}

io::task<> look(io::context& where, bool close) {
    const auto network = io::make_tcp_network(where);
    auto pair = co_await connect_pair(*network, "127.0.0.1");
    CHECK(pair.near->is_quiet());
    if (close)
        pair.far->close();
    else
        CHECK(co_await pair.far->write("x"));
    CHECK(co_await pair.near->wait_readable());
    CHECK_FALSE(pair.near->is_quiet());
    std::array<char, 4> buffer{};
    const auto taken = co_await pair.near->read_some(buffer);
    REQUIRE(taken);
    CHECK(*taken == (close ? 0 : 1));
    CHECK(pair.near->is_quiet() == !close);
    pair.near->close();
    CHECK_FALSE(pair.near->is_quiet());
}

} // namespace

TEST_CASE("pumps: sendfile to splice, to copies, to an appending file -> the same bytes") {
    // Below, at and beyond the first block and one pipe.
    for (const std::size_t size : {0UL, 1UL, io::block_size, io::block_size + 1, 5'000'001UL}) {
        CAPTURE(size);
        io::context where;
        where.run(file_to_file(where, size, true, 0));
        where.run(file_to_file(where, size, false, 0));
        // The kernel does not splice to a file opened for appending: the pump copies instead.
        where.run(file_to_file(where, size, true, O_APPEND));
    }
}

TEST_CASE("dial: a name with both families -> the one that listens answers") {
    io::context where;
    where.run(dial_localhost(where, "127.0.0.1"));
}

TEST_CASE("dial: nobody listens -> connect_failed that names the address") {
    io::context where;
    std::optional<error> problem;
    where.run(dial_nobody(where, problem));
    REQUIRE(problem);
    CHECK(problem->code() == errc::connect_failed);
    CHECK(problem->detail().starts_with("127.0.0.1:"));
}

TEST_CASE("limits: nothing comes -> the cause that was named") {
    io::context where;
    errc on_read{};
    errc on_accept{};
    where.run(wait_in_vain(where, on_read, on_accept));
    CHECK(on_read == errc::reply_timeout);
    CHECK(on_accept == errc::data_connection_failed);
}

TEST_CASE("urgent data: Telnet Synch -> stays in its place among the bytes") {
    io::context where;
    std::string got;
    where.run(urgent(where, got));
    CHECK(got == "\xff\xf4\xff\xf2"
                 "ABOR\r\n");
}

TEST_CASE("close: under a reader -> the reader is told interrupted") {
    io::context where;
    std::optional<errc> ended;
    where.run(close_under_a_reader(where, ended));
    CHECK(ended == errc::interrupted);
}

TEST_CASE("is_quiet: a byte that lies there, or the end -> seen, and nothing is taken") {
    io::context where;
    where.run(look(where, false));
    where.run(look(where, true));
}
