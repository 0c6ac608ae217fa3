// TLS: what one GiB costs the side that sends and the side that receives, in ferry's streams and in
// bare loops of OpenSSL.
//
// usage: tls_bench [MIB] [ROUNDS] [SUITE] [PATTERN]     PATTERN: only contenders whose names match
//
// Each run is two processes with a connection over loopback. The one that is measured is the TLS
// client, as with FTP; the other is a bare loop, always the same. The contenders take turns, and
// medians are printed: the machine is noisy.
#include "io/file.hpp"
#include "io/pump.hpp"
#include "io/tcp.hpp"
#include "io/tls_certificate.hpp"
#include "io/tls_stream.hpp"
#include "processes.hpp"
#include "tls_bare.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <regex>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace ferry;
using namespace ferry::bench;

namespace {

constexpr std::size_t kib = 1024;

class plan {
public:
    std::uint64_t bytes;
    std::string suite;
    io::tls_identity identity;
    int file; ///< in memory, of `bytes` bytes, all pages present
};

enum class direction : std::uint8_t { receiving, sending };

/// Moves the plan's bytes over the socket.
using side_function = std::function<cost(const plan&, int socket)>;

class contender {
public:
    std::string name;
    direction way;
    bool bare;
    bool with_file;
    side_function run;
    std::vector<cost> runs;
};

/// As much as is asked for, without looking at it.
class memory_source final : public io::source {
public:
    explicit memory_source(std::uint64_t bytes) : left_(bytes) {}

    [[nodiscard]] result<std::size_t> read(std::span<char> into) override {
        const auto count = std::min(left_, static_cast<std::uint64_t>(into.size()));
        left_ -= count;
        return static_cast<std::size_t>(count);
    }

private:
    std::uint64_t left_;
};

void must(const result<>& fine) {
    if (fine) return;
    std::fprintf(stderr, "%s\n", fine.error().message().c_str());
    std::exit(1);
}

io::task<> move_by_ferry(io::context& where, const plan& work, int socket, direction way,
                         bool with_file, cost& out) {
    io::tls_client_settings settings;
    settings.cipher_suites = work.suite;
    const auto context = io::tls_client_context::make(settings);
    if (!context) std::exit(1);
    io::tcp::socket connected(where.native(), io::tcp::v4(), socket);
    io::tls_client_handshake wanted("localhost");
    wanted.traffic = io::tls_traffic::bulk;
    io::tls_stream over(*context, std::make_unique<io::tcp_stream>(std::move(connected)),
                        std::move(wanted));
    must(co_await over.handshake());
    const meter spent;
    const io::progress_function silent;
    io::pump_report report;
    auto file = with_file ? io::file(::dup(work.file))
                          : std::move(*io::file::open_at(AT_FDCWD, "/dev/null", O_WRONLY));
    if (way == direction::receiving) {
        io::file_sink to(file);
        report = co_await io::receive(over, to, silent);
    } else {
        io::file_source stored(file);
        memory_source made(work.bytes);
        io::source& from = with_file ? static_cast<io::source&>(stored) : made;
        report = co_await io::send(over, from, silent);
    }
    must(report.status);
    must(co_await over.finish_writing());
    std::array<char, 1> more{};
    if (way == direction::sending) {
        // A socket closed with tickets unread would break the connection before all is through.
        const auto end = co_await over.read_some(more);
        if (!end) must(fail(error(end.error())));
    }
    out = spent.spent();
}

side_function by_ferry(direction way, bool with_file) {
    return [=](const plan& work, int socket) {
        cost out;
        io::context where;
        where.run(move_by_ferry(where, work, socket, way, with_file, out));
        return out;
    };
}

side_function by_bare_loop(const bare_loop& how, direction way, bool with_file, bool is_client) {
    return [=](const plan& work, int socket) {
        const auto library =
            is_client ? bare_client(work.suite) : bare_server(work.suite, work.identity);
        bare_connection over(*library, socket, how, is_client);
        const meter spent;
        const int file = with_file ? work.file : -1;
        if (way == direction::receiving)
            over.receive(file);
        else
            over.send(work.bytes, file);
        return spent.spent();
    };
}

cost measure(const contender& which, const side_function& peer, const plan& work) {
    const auto [listening, at] = listen_here();
    const int near = connect_to(at);
    const int far = accept_from(listening);
    if (::lseek(work.file, 0, SEEK_SET) != 0) std::exit(1);
    const auto spent = run_both({[&] {
                                     ::close(far);
                                     return which.run(work, near);
                                 },
                                 [&] {
                                     ::close(near);
                                     return peer(work, far);
                                 }});
    for (const int one : {listening, near, far})
        ::close(one);
    return spent[0];
}

std::vector<contender> contenders() {
    std::vector<contender> all;
    const auto bare = [&](direction way, const bare_loop& how, bool with_file) {
        all.emplace_back(how.name + (with_file ? ", file" : ""), way, true, with_file,
                         by_bare_loop(how, way, with_file, true), std::vector<cost>());
    };
    const auto ferry = [&](direction way, bool with_file) {
        all.emplace_back(with_file ? "ferry, file" : "ferry", way, false, with_file,
                         by_ferry(way, with_file), std::vector<cost>());
    };
    using enum bare_bio;
    using enum direction;
    const bare_loop usual("socket BIO", socket, 64 * kib);
    const bare_loop ahead("socket BIO, reads 128 KiB ahead", socket, 64 * kib, 128 * kib);
    const bare_loop gathered("gathering BIO, 64 KiB", gather, 64 * kib, 96 * kib);
    bare(receiving, bare_loop("socket BIO, blocks of 16 KiB", socket, 16 * kib), false);
    bare(receiving, usual, false);
    bare(receiving, bare_loop("socket BIO, blocks of 256 KiB", socket, 256 * kib), false);
    bare(receiving, bare_loop("socket BIO, reads 64 KiB ahead", socket, 64 * kib, 64 * kib), false);
    bare(receiving, ahead, false);
    bare(receiving, bare_loop("memory BIO, 64 KiB", memory, 64 * kib, 64 * kib), false);
    bare(receiving, gathered, false);
    ferry(receiving, false);
    bare(receiving, usual, true);
    bare(receiving, ahead, true);
    ferry(receiving, true);

    bare(sending, bare_loop("socket BIO, blocks of 16 KiB", socket, 16 * kib), false);
    bare(sending, usual, false);
    bare(sending, bare_loop("socket BIO, blocks of 256 KiB", socket, 256 * kib), false);
    bare(sending, bare_loop("memory BIO, 64 KiB", memory, 64 * kib, 64 * kib), false);
    bare(sending, gathered, false);
    bare(sending, bare_loop("gathering BIO, 128 KiB", gather, 128 * kib), false);
    bare(sending, bare_loop("gathering BIO, 256 KiB", gather, 256 * kib), false);
    ferry(sending, false);
    bare(sending, usual, true);
    bare(sending, gathered, true);
    ferry(sending, true);
    return all;
}

cost median(std::vector<cost> runs) {
    std::ranges::sort(runs, {}, &cost::cpu);
    return runs[runs.size() / 2];
}

/// What records of 16 KiB cost the cipher alone.
double cipher_cost(const char* name, bool seal) {
    const EVP_CIPHER* const cipher = EVP_get_cipherbyname(name);
    const std::array<unsigned char, 32> key{};
    const std::array<unsigned char, 12> start{};
    const std::array<unsigned char, 5> head{};
    std::vector<unsigned char> record(16 * kib);
    EVP_CIPHER_CTX* const state = EVP_CIPHER_CTX_new();
    EVP_CipherInit_ex(state, cipher, nullptr, key.data(), nullptr, seal ? 1 : 0);
    const meter spent;
    constexpr int records = 32 * 1024; // half a GiB
    for (int i = 0; i < records; ++i) {
        int count = 0;
        EVP_CipherInit_ex(state, nullptr, nullptr, nullptr, start.data(), -1);
        EVP_CipherUpdate(state, nullptr, &count, head.data(), head.size());
        EVP_CipherUpdate(state, record.data(), &count, record.data(),
                         static_cast<int>(record.size()));
        if (seal) EVP_CipherFinal_ex(state, record.data() + count, &count);
    }
    EVP_CIPHER_CTX_free(state);
    return spent.spent().cpu * 2;
}

void show_ciphers() {
    std::printf("the cipher alone, CPU s/GiB%16s%8s\n", "open", "seal");
    for (const char* name : {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"})
        std::printf("  %-34s%7.3f%8.3f\n", name, cipher_cost(name, false), cipher_cost(name, true));
}

void show(const std::vector<contender>& all, direction way, double gib) {
    std::printf("%-33s CPU s/GiB   least   MiB/s  to the best bare loop\n",
                way == direction::receiving ? "receiving" : "sending");
    for (const bool with_file : {false, true}) {
        double best = 0;
        for (const auto& one : all) {
            const double cpu = median(one.runs).cpu;
            if (one.way == way && one.with_file == with_file && one.bare &&
                (best == 0 || cpu < best))
                best = cpu;
        }
        for (const auto& one : all) {
            if (one.way != way || one.with_file != with_file) continue;
            const auto middle = median(one.runs);
            const auto least = std::ranges::min(one.runs, {}, &cost::cpu);
            std::printf("  %-34s%7.3f%8.3f%8.0f%8.2f\n", one.name.c_str(), middle.cpu / gib,
                        least.cpu / gib, gib * 1024 / middle.wall, middle.cpu / best);
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    const auto mib = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1024;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
    const std::string suite = argc > 3 ? argv[3] : "TLS_AES_256_GCM_SHA384";
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto shown = io::make_self_signed(
        {"localhost"}, {now - std::chrono::hours(1), now + std::chrono::hours(24)});
    if (mib == 0 || rounds < 1 || !shown) return 2;
    const plan work(mib * kib * kib, suite, io::tls_identity(shown->certificate, shown->key),
                    ::memfd_create("payload", MFD_CLOEXEC));
    const std::string block(kib * kib, 'x');
    for (std::uint64_t i = 0; i < mib; ++i)
        if (::write(work.file, block.data(), block.size()) != static_cast<ssize_t>(block.size()))
            return 1;

    show_ciphers();
    std::printf("\n%llu MiB over loopback, %s, medians of %d\n", mib, suite.c_str(), rounds);
    std::fflush(stdout);
    // The peers, good ones, so that the side that is measured waits for them as little as may be.
    const auto sender =
        by_bare_loop(bare_loop("", bare_bio::gather, 64 * kib), direction::sending, false, false);
    const auto receiver = by_bare_loop(bare_loop("", bare_bio::socket, 64 * kib, 128 * kib),
                                       direction::receiving, false, false);
    auto all = contenders();
    if (argc > 4) {
        const std::regex wanted(argv[4]);
        std::erase_if(all, [&](const auto& one) { return !std::regex_search(one.name, wanted); });
    }
    for (int round = 0; round < rounds; ++round)
        for (auto& one : all)
            one.runs.push_back(
                measure(one, one.way == direction::receiving ? sender : receiver, work));
    const double gib = static_cast<double>(mib) / 1024;
    show(all, direction::receiving, gib);
    show(all, direction::sending, gib);
    return 0;
}
