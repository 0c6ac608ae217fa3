// ferry demo: the whole way of some files, to a server of our own and back.
//
// Everything goes through the public headers, as any program would use them.
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/demo_tree.hpp"
#include "cli/progress.hpp"
#include "cli/terminal.hpp"

#include <ferry/client.hpp>
#include <ferry/server.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <thread>

namespace ferry::cli {

namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr std::uint64_t large_size = 256 * mebibyte;
constexpr std::uint64_t small_size = 32 * mebibyte;
/// Where the download of the large file is interrupted, in percent.
constexpr std::uint64_t interrupted_at = 40;

using clock = std::chrono::steady_clock;

// ---- what the person sees: a line a step

class stage {
public:
    void begin(std::string_view what) {
        ++number_;
        began_ = clock::now();
        write_out(fmt::format("{}{:>2}{} {:<11} ", bold(), number_, plain(), what));
        std::fflush(stdout);
    }

    void end(std::string_view outcome) const {
        messages().erase();
        write_out(fmt::format("{}\n", outcome));
        std::fflush(stdout);
    }

    /// "243 files, 258 MiB in 0.4s (600 MiB/s)".
    [[nodiscard]] std::string rate(std::size_t files, std::uint64_t bytes) const {
        const auto elapsed = clock::now() - began_;
        return fmt::format("{} files, {} in {} ({})", files, format_size(bytes),
                           format_duration(elapsed), format_rate(bytes, elapsed));
    }

    [[nodiscard]] const char* bold() const noexcept { return colour_ ? "\x1b[1m" : ""; }

    [[nodiscard]] const char* good() const noexcept { return colour_ ? "\x1b[1;32m" : ""; }

    [[nodiscard]] const char* plain() const noexcept { return colour_ ? "\x1b[0m" : ""; }

private:
    bool colour_ = wants_colour(stdout);
    int number_ = 0;
    clock::time_point began_;
};

// ---- the server

/// Runs on a thread of its own until it goes out of scope.
class server_thread {
public:
    explicit server_thread(server_options options) : server_(std::move(options)) {}

    ~server_thread() {
        if (!thread_.joinable()) return;
        server_.stop();
        thread_.join();
    }

    server_thread(const server_thread&) = delete;
    server_thread& operator=(const server_thread&) = delete;

    result<> start() {
        if (auto started = server_.start(); !started) return started;
        thread_ = std::thread([this] { (void)server_.run(); });
        return {};
    }

    [[nodiscard]] const server& operator*() const noexcept { return server_; }

private:
    server server_;
    std::thread thread_;
};

server_options options_for(const std::filesystem::path& root) {
    server_options options;
    options.directory = root.string();
    options.port = 0;
    options.users.emplace_back("alice", "secret");
    options.shutdown_grace = std::chrono::milliseconds(1000);
    return options;
}

// ---- the steps

class demonstration {
public:
    demonstration(bool small, const std::filesystem::path& place)
        : tree_(small ? small_size : large_size)
        , here_(place / "here")
        , there_(place / "server")
        , back_(place / "back") {}

    result<> run();

private:
    result<> make();
    result<> serve();
    result<> connect();
    result<> upload();
    result<> list();
    result<> download();
    result<> interrupt();
    result<> resume();
    result<> compare();

    demo_tree tree_;
    std::filesystem::path here_;
    std::filesystem::path there_;
    std::filesystem::path back_;
    stage stage_;
    std::optional<server_thread> server_;
    client client_;
    std::uint64_t got_ = 0; ///< of the large file, when it was interrupted
};

result<> demonstration::make() {
    stage_.begin("make");
    if (auto written = write_tree(tree_, here_); !written) return written;
    stage_.end(fmt::format("{} files in {} directories, {}, the largest {}", tree_.files().size(),
                           tree_.directories().size(), format_size(tree_.bytes()),
                           format_size(tree_.files().front().size)));
    return {};
}

result<> demonstration::serve() {
    stage_.begin("serve");
    std::error_code problem;
    std::filesystem::create_directories(there_, problem);
    server_.emplace(options_for(there_));
    if (auto started = server_->start(); !started) return started;
    stage_.end(fmt::format("an empty directory, on ftp://alice@{}:{}/", (**server_).address(),
                           (**server_).port()));
    return {};
}

result<> demonstration::connect() {
    client_options options;
    options.cancel_on_signals = true;
    client_ = client(std::move(options));
    if (auto connected = client_.connect((**server_).address(), (**server_).port()); !connected)
        return connected;
    credentials alice;
    alice.user = "alice";
    alice.password = "secret";
    return client_.login(alice);
}

result<> demonstration::upload() {
    stage_.begin("put");
    for (const auto& directory : tree_.directories())
        if (auto made = client_.make_directory(directory); !made) return made;
    for (const auto& file : tree_.files()) {
        auto sent = client_.upload(local_end::path((here_ / file.path).string()), file.path,
                                   transfer_options());
        if (!sent) return fail(std::move(sent.error()));
    }
    stage_.end(stage_.rate(tree_.files().size(), tree_.bytes()));
    return {};
}

result<> demonstration::list() {
    stage_.begin("ls");
    std::size_t files = 0;
    std::uint64_t bytes = 0;
    std::vector<std::string> waiting{""};
    std::size_t directories = 0;
    while (!waiting.empty()) {
        const auto path = std::move(waiting.back());
        waiting.pop_back();
        auto read = client_.list(path, [&](const entry& each) {
            if (each.type == entry_type::directory) {
                waiting.push_back(path.empty() ? each.name : path + '/' + each.name);
                ++directories;
            } else {
                ++files;
                bytes += each.size.value_or(0);
            }
            return true;
        });
        if (!read) return fail(std::move(read.error()));
    }
    if (files != tree_.files().size() || bytes != tree_.bytes())
        return fail(errc::verification_failed,
                    fmt::format("{} files, {} bytes are listed", files, bytes));
    stage_.end(fmt::format("{} files in {} directories, {}: all there", files, directories,
                           format_size(bytes)));
    return {};
}

result<> demonstration::download() {
    stage_.begin("get");
    std::error_code problem;
    std::filesystem::create_directories(back_, problem);
    for (const auto& directory : tree_.directories())
        std::filesystem::create_directories(back_ / directory, problem);
    for (const auto& file : tree_.files()) {
        auto got = client_.download(file.path, local_end::path((back_ / file.path).string()),
                                    transfer_options());
        if (!got) return fail(std::move(got.error()));
    }
    stage_.end(stage_.rate(tree_.files().size(), tree_.bytes()));
    return {};
}

/// Gets the large file again, and pulls the plug on the way.
result<> demonstration::interrupt() {
    stage_.begin("interrupt");
    const auto& large = tree_.files().front();
    std::error_code problem;
    std::filesystem::remove(back_ / large.path, problem);
    transfer_options options;
    options.progress_interval = std::chrono::milliseconds(0);
    options.on_progress = [&](const transfer_progress& now) {
        got_ = now.position; // what is on its way when the plug is pulled still comes
        if (now.position * 100 >= large.size * interrupted_at) client_.cancel();
    };
    const auto got =
        client_.download(large.path, local_end::path((back_ / large.path).string()), options);
    if (got) return fail(errc::unexpected, "the download could not be interrupted");
    // A signal of the user ends it too, and then he means all of it.
    if (got.error().code() != errc::interrupted || got_ == 0) return fail(got.error());
    if (std::filesystem::exists(back_ / large.path, problem))
        return fail(errc::verification_failed, "an interrupted file has its final name");
    stage_.end(fmt::format("{} cut off at {} of {}; no damaged file in sight", large.path,
                           format_size(got_), format_size(large.size)));
    return {};
}

result<> demonstration::resume() {
    stage_.begin("resume");
    const auto& large = tree_.files().front();
    if (!client_.connected())
        if (auto again = connect(); !again) return again;
    transfer_options options;
    options.resume = true;
    auto got =
        client_.download(large.path, local_end::path((back_ / large.path).string()), options);
    if (!got) return fail(std::move(got.error()));
    if (got->resumed_at == 0 || got->resumed_at + got->bytes != large.size)
        return fail(errc::verification_failed, "the download did not continue where it ended");
    stage_.end(fmt::format("went on at {}, the other {} in {} ({})", format_size(got->resumed_at),
                           format_size(got->bytes), format_duration(got->elapsed),
                           format_rate(got->bytes, got->elapsed)));
    return {};
}

result<> demonstration::compare() {
    stage_.begin("compare");
    std::size_t identical = 0;
    for (const auto& file : tree_.files()) {
        auto same = same_content(here_ / file.path, back_ / file.path);
        if (!same) return fail(std::move(same.error()));
        if (!*same) return fail(errc::verification_failed, file.path + " came back different");
        ++identical;
    }
    stage_.end(fmt::format("{}all {} files identical{}", stage_.good(), identical, stage_.plain()));
    return {};
}

result<> demonstration::run() {
    using step = result<> (demonstration::*)();
    constexpr step steps[]{
        &demonstration::make,      &demonstration::serve,  &demonstration::connect,
        &demonstration::upload,    &demonstration::list,   &demonstration::download,
        &demonstration::interrupt, &demonstration::resume, &demonstration::compare};
    for (const auto next : steps)
        if (auto done = (this->*next)(); !done) {
            stage_.end("failed");
            return done;
        }
    client_.quit();
    return {};
}

constexpr std::string_view introduction = "ferry moves files over FTP. Here it does so with a "
                                          "server of its own, on this machine only.\n\n";

constexpr std::string_view what_next = R"(
What you would type:
  ferry serve --anonymous .                  share this directory, in one terminal
  ferry ls -l ftp://127.0.0.1:2121/          look at it from another
  ferry get ftp://127.0.0.1:2121/FILE        fetch; after an interruption -c continues
  ferry put FILE ftp://alice@host/inbox/     send
  ferry --help                               all the rest
)";

} // namespace

result<int> run_demo(const arguments& asked, connections& /*open*/) {
    // The tree three times: here, on the server, and back.
    const auto room = 3 * (demo_tree(asked.small ? small_size : large_size).bytes() + mebibyte * 4);
    auto place = scratch_directory::make(room);
    if (!place) return fail(std::move(place.error()));
    write_out(introduction);
    demonstration shown(asked.small, place->path());
    auto done = shown.run();
    if (asked.keep) {
        place->keep();
        write_out(fmt::format("\nThe files are in {}.\n", place->path().string()));
    }
    if (!done) return fail(std::move(done.error()));
    write_out(what_next);
    return 0;
}

} // namespace ferry::cli
