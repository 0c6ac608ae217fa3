// A client session with a pocket_server, and files in a directory of their own.
#pragma once

#include "client/session.hpp"
#include "unit/client/pocket_server.hpp"

#include <ferry/client.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace ferry::test {

/// A directory that goes away.
class temporary_directory {
public:
    temporary_directory() {
        std::string name = (std::filesystem::temp_directory_path() / "ferry-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }

    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    [[nodiscard]] std::string operator/(const std::string& name) const {
        return (path_ / name).string();
    }

    void write(const std::string& name, const std::string& content) const {
        std::ofstream(path_ / name, std::ios::binary) << content;
    }

    [[nodiscard]] std::optional<std::string> read(const std::string& name) const {
        std::ifstream file(path_ / name, std::ios::binary);
        if (!file) return std::nullopt;
        return std::string(std::istreambuf_iterator<char>(file), {});
    }

private:
    std::filesystem::path path_;
};

/// Text in which every position looks different.
inline std::string numbered(std::size_t size) {
    std::string text;
    for (std::size_t i = 0; text.size() < size; ++i)
        text += std::to_string(i) + ' ';
    text.resize(size);
    return text;
}

class pocket_session {
public:
    explicit pocket_session(client_options options = client_options(),
                            io::memory_faults faults = io::memory_faults())
        : server(where, faults), with(server.network(), watched(std::move(options))) {}

    using work = std::function<task<>(client_side::session&)>;

    /// Connects and runs `what` beside the server.
    void run(const work& what) { where.run(run_both(what)); }

    io::context where;
    std::vector<std::string> notes;
    pocket_server server;
    client_side::session with;
    result<> connected;

private:
    [[nodiscard]] client_options watched(client_options options) {
        options.tls.mode = tls_mode::off; // it knows no TLS
        options.on_conversation = [this](conversation kind, std::string_view text) {
            if (kind == conversation::note) notes.emplace_back(text);
        };
        return options;
    }

    [[nodiscard]] task<> run_both(const work& what) {
        io::task_group beside(where);
        beside.spawn(server.serve());
        connected = co_await with.connect(pocket_server::address, 21);
        if (connected) co_await what(with);
        with.talk().close();
        beside.cancel();
        co_await beside.join();
    }
};

} // namespace ferry::test
