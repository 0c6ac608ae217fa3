// Splice against large reads, for downloads: what one GiB costs the receiver.
//
// usage: pump_bench FILE [MIB]     FILE is written (/dev/null, or a file on tmpfs), then left
// empty. A thread sends from memory by sendfile over loopback; the receiver is timed by itself.
#include "io/pump.hpp"
#include "io/task_group.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

using namespace ferry;

namespace {

class copying_sink final : public io::sink {
public:
    explicit copying_sink(io::file& to) : file_(&to) {}

    [[nodiscard]] result<> write(std::string_view bytes) override { return file_->write(bytes); }

private:
    io::file* file_;
};

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

io::task<> send_memory(io::network& network, std::uint16_t port, int memory) {
    io::dial_options options;
    auto to = co_await network.dial("127.0.0.1", port, options);
    if (!to) co_return;
    io::file origin(::dup(memory));
    if (!origin.seek(0)) co_return;
    io::file_source source(origin);
    const io::progress_function silent;
    co_await io::send(**to, source, silent);
}

io::task<> receive_once(io::acceptor& from, io::sink& to) {
    auto data = co_await from.accept();
    if (!data) co_return;
    const io::progress_function silent;
    const auto report = co_await io::receive(**data, to, silent);
    if (!report.status) std::fprintf(stderr, "%s\n", report.status.error().message().c_str());
}

struct cost {
    double cpu;
    double wall;
};

cost measure(const char* name, int memory, double gib, bool splice) {
    auto target = io::file::open_at(AT_FDCWD, name, O_RDWR | O_CREAT);
    if (!target) std::exit(1);
    io::context where;
    const auto network = io::make_tcp_network(where);
    auto listening = network->listen(endpoint("127.0.0.1", 0), 5);
    if (!listening) std::exit(1);
    const auto port = (*listening)->local().port;
    std::thread sender([memory, port] {
        io::context there;
        const auto network_there = io::make_tcp_network(there);
        there.run(send_memory(*network_there, port, memory));
    });
    io::file_sink spliced(*target);
    copying_sink copied(*target);
    io::sink& sink = splice ? static_cast<io::sink&>(spliced) : copied;
    const auto begin = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds();
    where.run(receive_once(**listening, sink));
    const cost spent{
        (cpu_seconds() - cpu) / gib,
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()};
    sender.join();
    return spent;
}

cost median(std::vector<cost> runs) {
    std::ranges::sort(runs, {}, &cost::cpu);
    return runs[runs.size() / 2];
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const auto mib = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1024;
    const double gib = static_cast<double>(mib) / 1024;
    const int memory = ::memfd_create("payload", MFD_CLOEXEC);
    io::file payload(memory);
    const std::string block(1024UL * 1024, 'x');
    for (std::uint64_t i = 0; i < mib; ++i)
        if (!payload.write(block)) return 1;

    std::vector<cost> spliced;
    std::vector<cost> copied;
    for (int round = 0; round < 7; ++round) { // in turns: the machine is noisy
        spliced.push_back(measure(argv[1], memory, gib, true));
        copied.push_back(measure(argv[1], memory, gib, false));
    }
    for (const auto& [name, runs] :
         {std::pair("splice", spliced), std::pair("read+write", copied)}) {
        const auto middle = median(runs);
        std::printf("%-10s  %.3f CPU s/GiB  %.0f MiB/s\n", name, middle.cpu,
                    static_cast<double>(mib) / middle.wall);
    }
    return 0;
}
