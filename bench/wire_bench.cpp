// The parsers by themselves: replies and listing lines a second, as items_per_second. Input comes
// in blocks of 64 KiB, as from a socket.
#include "wire/facts.hpp"
#include "wire/listing.hpp"
#include "wire/reply_parser.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace std::chrono;
using namespace ferry;
using wire::listing_format;

constexpr sys_seconds now = sys_days(2026y / 3 / 1) + 12h + 34min;
constexpr std::size_t block = 64 * 1024;
constexpr int lines = 10'000;

// `line(i)` for each of the lines, ended by CRLF.
template<class Line>
std::string make_lines(Line line) {
    std::string out;
    for (int i = 0; i < lines; ++i)
        (out += line(i)) += "\r\n";
    return out;
}

template<class Feed>
void in_blocks(std::string_view bytes, Feed feed) {
    for (std::size_t i = 0; i < bytes.size(); i += block)
        feed(bytes.substr(i, block));
}

entry sample(int i) {
    entry item;
    item.name = "some-file-name-" + std::to_string(i) + ".tar.gz";
    item.type = i % 10 == 0 ? entry_type::directory : entry_type::file;
    item.size = static_cast<std::uint64_t>(i) * 7919;
    item.mtime = now - minutes(i * 17);
    item.permissions = "rw-r--r--";
    item.owner = "owner";
    item.group = "group";
    item.perm_fact = "adfr";
    item.unique = "801g3f5";
    return item;
}

void count(benchmark::State& state, std::string_view input) {
    state.SetItemsProcessed(state.iterations() * lines);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
}

void read_listing(benchmark::State& state, listing_format format, const std::string& input) {
    for (auto _ : state) {
        wire::listing_parser parser(format, now);
        std::size_t seen = 0;
        in_blocks(input, [&](std::string_view piece) {
            parser.feed(piece);
            while (const auto item = parser.next())
                seen += item->name.empty() ? 0 : 1;
        });
        if (seen != lines) state.SkipWithError("lines were lost");
    }
    count(state, input);
}

void replies(benchmark::State& state) {
    const auto input = make_lines([](int) { return "226 Transfer complete, all is well."; });
    for (auto _ : state) {
        wire::reply_parser parser;
        int seen = 0;
        in_blocks(input, [&](std::string_view piece) {
            parser.feed(piece);
            for (auto next = parser.next(); next && *next; next = parser.next())
                ++seen;
        });
        if (seen != lines) state.SkipWithError("replies were lost");
    }
    count(state, input);
}

void mlsd_read(benchmark::State& state) {
    const auto input = make_lines([](int i) {
        std::string line;
        const auto item = sample(i);
        wire::format_fact_line(item, wire::all_facts, item.name, line);
        return line;
    });
    read_listing(state, listing_format::mlsd, input);
}

void unix_list_read(benchmark::State& state) {
    const auto input = make_lines([](int i) {
        std::string line;
        wire::format_list_line(sample(i), now, line);
        return line;
    });
    read_listing(state, listing_format::list, input);
}

void dos_list_read(benchmark::State& state) {
    const auto input = make_lines([](int i) {
        return (i % 10 == 0 ? "03-01-26  12:34PM       <DIR>          some-directory-"
                            : "03-01-26  12:34PM             12345678 some-file-name-") +
               std::to_string(i);
    });
    read_listing(state, listing_format::list, input);
}

void nlst_read(benchmark::State& state) {
    const auto input = make_lines([](int i) { return sample(i).name; });
    read_listing(state, listing_format::nlst, input);
}

void mlsd_write(benchmark::State& state) {
    const auto item = sample(1);
    std::string out;
    for (auto _ : state) {
        out.clear();
        for (int i = 0; i < lines; ++i)
            wire::format_fact_line(item, wire::all_facts, item.name, out);
        benchmark::DoNotOptimize(out.data());
    }
    count(state, out);
}

void unix_list_write(benchmark::State& state) {
    const auto item = sample(1);
    std::string out;
    for (auto _ : state) {
        out.clear();
        for (int i = 0; i < lines; ++i)
            wire::format_list_line(item, now, out);
        benchmark::DoNotOptimize(out.data());
    }
    count(state, out);
}

BENCHMARK(replies);
BENCHMARK(mlsd_read);
BENCHMARK(unix_list_read);
BENCHMARK(dos_list_read);
BENCHMARK(nlst_read);
BENCHMARK(mlsd_write);
BENCHMARK(unix_list_write);

} // namespace

BENCHMARK_MAIN();
