// Sessions of the server, fed with any bytes on the control connection. The first byte of the input
// chooses: how many bytes a read gives at most, and whether the session begins logged in.
//
// Thesis: whatever the bytes, the session answers in well-formed replies and ends in bounded time
// and memory, and nothing outside the served directory is read or changed.
#include "check.hpp"
#include "io/memory_network.hpp"
#include "io/task_group.hpp"
#include "server/service.hpp"
#include "server/storage.hpp"
#include "wire/reply_parser.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include <stdlib.h>

namespace {

using namespace ferry;
using fuzz::require;
namespace fs = std::filesystem;

constexpr std::string_view secret = "a secret of this machine";
constexpr const char* client_address = "127.0.0.1";

/// The served directory, and a file beside it that links inside lead to.
class guarded_root {
public:
    guarded_root() {
        // In memory where there is such a place: a disk would take most of the time.
        const fs::path memory = "/dev/shm";
        const auto base = fs::is_directory(memory) ? memory : fs::temp_directory_path();
        std::string name = (base / "ferry-fuzz-XXXXXX").string();
        require(::mkdtemp(name.data()) != nullptr);
        outer_ = name;
        std::ofstream(outer_ / "secret") << secret;
        fs::create_directories(path() / "sub");
        std::ofstream(path() / "file") << "bytes\n";
        fs::create_symlink("../secret", path() / "link");
        fs::create_symlink("../..", path() / "sub/up");
    }

    ~guarded_root() {
        std::error_code ignored;
        fs::permissions(path(), fs::perms::owner_all, ignored);
        fs::remove_all(outer_, ignored);
    }

    guarded_root(const guarded_root&) = delete;
    guarded_root& operator=(const guarded_root&) = delete;

    [[nodiscard]] fs::path path() const { return outer_ / "root"; }

    [[nodiscard]] bool is_intact() const {
        std::ifstream from(outer_ / "secret");
        const std::string found{std::istreambuf_iterator<char>(from), {}};
        const auto names = std::distance(fs::directory_iterator(outer_), fs::directory_iterator());
        return found == secret && names == 2;
    }

private:
    fs::path outer_;
};

/// What the server sends on one connection, looked at as it comes.
class reply_checker {
public:
    void take(std::string_view bytes) {
        require(bytes.find(secret) == std::string_view::npos);
        parser_.feed(bytes);
        while (true) {
            const auto next = parser_.next();
            require(next.has_value());
            if (!*next) return;
            require((*next)->code >= 100 && (*next)->code < 560);
        }
    }

private:
    wire::reply_parser parser_;
};

io::task<> write_all(io::stream& to, std::string bytes) {
    const auto written = co_await to.write(bytes);
    if (!written) co_return; // the server may have closed
    const auto finished = co_await to.finish_writing();
    static_cast<void>(finished);
}

/// The client's end of an active data connection: gives something, takes everything.
io::task<> answer_data(std::unique_ptr<io::stream> data) {
    const auto written = co_await data->write("some\r\ndata\n");
    static_cast<void>(written);
    const auto finished = co_await data->finish_writing();
    static_cast<void>(finished);
    std::array<char, 512> buffer{};
    while (true) {
        const auto got = co_await data->read_some(buffer);
        if (!got || *got == 0) co_return;
        require(std::string_view(buffer.data(), *got).find(secret) == std::string_view::npos);
    }
}

io::task<> accept_data(io::acceptor& listening, io::task_group& group) {
    while (true) {
        auto next = co_await listening.accept();
        if (!next) co_return;
        group.spawn(answer_data(std::move(*next)));
    }
}

io::task<> converse(io::network& network, std::string commands) {
    io::dial_options options;
    options.local_address = client_address;
    auto dialed = co_await network.dial(client_address, 21, options);
    require(dialed.has_value());
    io::task_group writer(network.where());
    writer.spawn(write_all(**dialed, std::move(commands)));
    reply_checker replies;
    std::array<char, 4096> buffer{};
    while (true) {
        const auto got = co_await (*dialed)->read_some(buffer);
        if (!got || *got == 0) break;
        replies.take(std::string_view(buffer.data(), *got));
    }
    (*dialed)->close();
    co_await writer.join();
}

io::task<> serve_one(io::network& network, const server_options& options, std::string commands) {
    auto files = server_side::open_directory_storage(options.directory);
    require(files.has_value());
    server_side::service service(network, **files, options);
    auto listening = network.listen(endpoint(client_address, 21), 1);
    auto data = network.listen(endpoint(client_address, 5000), 8);
    require(listening && data);
    io::task_group group(network.where());
    group.spawn(service.serve(**listening));
    group.spawn(accept_data(**data, group));
    co_await converse(network, std::move(commands));
    service.stop();
    (*data)->close();
    co_await group.join();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    const guarded_root root;
    server_options options;
    options.directory = root.path().string();
    options.users.emplace_back("u", "p");
    options.failed_login_delay = io::milliseconds(0);
    options.data_timeout = io::milliseconds(1);
    options.shutdown_grace = io::milliseconds(1);
    io::memory_faults faults;
    faults.largest_read = data[0] & 0x3fU;
    std::string commands;
    if ((data[0] & 0x40U) != 0) commands = "USER u\r\nPASS p\r\n";
    commands += fuzz::text_of(data + 1, size - 1);
    // libFuzzer learns the secret from the comparisons it watches; a server that repeats what the
    // client itself has said gives nothing away.
    if (commands.find(secret) != std::string::npos) return 0;

    io::context where;
    io::memory_network network(where, faults);
    where.run(serve_one(network, options, std::move(commands)));
    require(root.is_intact());
    return 0;
}
