// The network in memory behaves as TCP does, and breaks as it is told.
#include "io/memory_network.hpp"

#include "io/pump.hpp"
#include "io/task_group.hpp"
#include "support/run_task.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

class string_sink final : public io::sink {
public:
    [[nodiscard]] result<> write(std::string_view bytes) override {
        text += bytes;
        return {};
    }

    std::string text;
};

class string_source final : public io::source {
public:
    explicit string_source(std::string all) : text_(std::move(all)) {}

    [[nodiscard]] result<std::size_t> read(std::span<char> into) override {
        const auto count = text_.copy(into.data(), into.size(), position_);
        position_ += count;
        return count;
    }

private:
    std::string text_;
    std::size_t position_ = 0;
};

io::task<> send_all(io::stream& to, std::string text) {
    string_source from(std::move(text));
    const io::progress_function silent;
    const auto report = co_await io::send(to, from, silent);
    CHECK(report.status);
    CHECK(co_await to.finish_writing());
}

io::task<> through_pumps(io::context& where, std::string text) {
    auto [a, b] = io::make_memory_pair(where);
    io::task_group group(where);
    group.spawn(send_all(*a, text));
    string_sink got;
    std::uint64_t told = 0;
    const io::progress_function progress = [&told](std::uint64_t bytes) { told = bytes; };
    const auto report = co_await io::receive(*b, got, progress);
    co_await group.join();
    CHECK(report.status);
    CHECK(report.bytes == text.size());
    CHECK(told == text.size());
    CHECK(got.text == text);
}

io::task<> dial_and_greet(io::context& where, std::size_t largest_read, std::string& got) {
    io::memory_faults faults;
    faults.largest_read = largest_read;
    io::memory_network network(where, faults);
    auto listening = network.listen(endpoint("10.0.0.1", 0), 5);
    REQUIRE(listening);
    io::dial_options options;
    auto near = co_await network.dial("10.0.0.1", (*listening)->local().port, options);
    REQUIRE(near);
    auto far = co_await (*listening)->accept();
    REQUIRE(far);
    CHECK((*far)->local() == (*near)->remote());
    CHECK(co_await (*far)->write("hello"));
    (*far)->close();
    std::array<char, 16> buffer{};
    while (true) {
        const auto count = co_await (*near)->read_some(buffer);
        REQUIRE(count);
        if (*count == 0) break;
        if (largest_read != 0) CHECK(*count <= largest_read);
        got.append(buffer.data(), *count);
    }
}

io::task<> stall(io::context& where, std::optional<errc>& cause) {
    auto [a, b] = io::make_memory_pair(where);
    a->set_limit(1ms, errc::data_stalled);
    std::array<char, 4> buffer{};
    const auto count = co_await a->read_some(buffer);
    if (!count) cause = count.error().code();
}

io::task<> break_after(io::context& where, std::uint64_t operations, int& succeeded) {
    io::memory_faults faults;
    faults.break_after_operations = operations;
    io::memory_network network(where, faults);
    auto listening = network.listen(endpoint("10.0.0.1", 9), 5);
    io::dial_options options;
    auto near = co_await network.dial("10.0.0.1", 9, options);
    if (!near) co_return;
    ++succeeded;
    for (int i = 0; i < 5; ++i) {
        const auto written = co_await (*near)->write("x");
        if (!written) {
            CHECK(written.error().code() == errc::connection_lost);
            co_return;
        }
        ++succeeded;
    }
}

} // namespace

TEST_CASE("pumps: more than a channel holds -> every byte in order") {
    io::context where;
    std::string text;
    for (int i = 0; i < 100'000; ++i)
        text += std::to_string(i);
    where.run(through_pumps(where, text));
    where.run(through_pumps(where, ""));
}

TEST_CASE("memory network: dial finds listen, whatever the size of reads") {
    for (const std::size_t largest : {0U, 1U, 2U, 5U}) {
        io::context where;
        std::string got;
        where.run(dial_and_greet(where, largest, got));
        CHECK(got == "hello");
    }
}

TEST_CASE("memory stream: nothing comes within the limit -> the named cause") {
    io::context where;
    std::optional<errc> cause;
    where.run(stall(where, cause));
    CHECK(cause == errc::data_stalled);
}

TEST_CASE("memory network: told to break after n operations -> n succeed") {
    for (std::uint64_t operations = 0; operations < 6; ++operations) {
        io::context where;
        int succeeded = 0;
        where.run(break_after(where, operations, succeeded));
        CHECK(succeeded == static_cast<int>(operations));
    }
}
