// A user's program: a server and a client in one process, with nothing but what is installed.
#include <ferry/client.hpp>
#include <ferry/server.hpp>

#include <cstdio>
#include <thread>

int main(int, char** argv) {
    ferry::server_options options;
    options.directory = argv[1];
    options.port = 0;
    options.anonymous = true;
    ferry::server server(options);
    if (!server.start()) return 1;
    std::jthread serving([&server] { (void)server.run(); });

    ferry::client client;
    ferry::credentials anonymous;
    bool fine = client.connect("127.0.0.1", server.port()) && client.login(anonymous);
    fine = fine && client.list("", [](const ferry::entry& file) {
        return std::puts(file.name.c_str()) >= 0;
    });
    client.quit();
    server.stop();
    return fine ? 0 : 1;
}
