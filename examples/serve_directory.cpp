// A server in a program, and a client that fetches a file from it.
//
// The server runs on a thread of its own until it is told to stop; the client is used from this
// one. Nothing leaves the machine: the server listens on 127.0.0.1, at a port the system chooses.
#include <ferry/client.hpp>
#include <ferry/server.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

namespace {

int failed(const ferry::error& problem) {
    std::cerr << problem.message() << '\n';
    return problem.exit_status();
}

ferry::result<ferry::transfer_report> fetch(std::uint16_t port, const std::string& to) {
    ferry::client client;
    if (auto connected = client.connect("127.0.0.1", port); !connected)
        return ferry::fail(connected.error());
    ferry::credentials who;
    who.user = "alice";
    who.password = "wonderland";
    if (auto in = client.login(who); !in) return ferry::fail(in.error());
    auto report = client.download("hello.txt", ferry::local_end::path(to), {});
    client.quit();
    return report;
}

} // namespace

int main() {
    namespace fs = std::filesystem;
    std::string place = (fs::temp_directory_path() / "ferry-example-XXXXXX").string();
    if (::mkdtemp(place.data()) == nullptr) return EXIT_FAILURE;
    fs::create_directory(place + "/served");
    std::ofstream(place + "/served/hello.txt") << "Hello over FTP\n";

    ferry::server_options options;
    options.directory = place + "/served";
    options.port = 0;
    options.users.emplace_back("alice", "wonderland");
    options.on_event = [](std::string_view event) { std::cout << "server: " << event << '\n'; };
    ferry::server server(options);
    if (auto started = server.start(); !started) return failed(started.error());
    ferry::result<> ran;
    std::thread serving([&] { ran = server.run(); });

    const auto report = fetch(server.port(), place + "/copy.txt");
    server.stop();
    serving.join();

    std::ifstream copy(place + "/copy.txt");
    std::string line;
    std::getline(copy, line);
    fs::remove_all(place);
    if (!report) return failed(report.error());
    if (!ran) return failed(ran.error());
    std::cout << "fetched " << report->bytes << " bytes: " << line << '\n';
    return line == "Hello over FTP" ? EXIT_SUCCESS : EXIT_FAILURE;
}
