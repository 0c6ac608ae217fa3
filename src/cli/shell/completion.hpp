// What TAB offers: commands, options, paths here and there, hosts, bookmarks, settings, jobs.
//
// Paths of the server come from the cache. A directory that is not in it is read on a thread of its
// own, over the shell's session, while the keyboard goes on.
#pragma once

#include "cli/shell/completion_list.hpp"
#include "cli/shell/shell.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace ferry::cli {

class completer {
public:
    explicit completer(shell& in) : in_(&in) {}

    ~completer() { stop(); }

    completer(const completer&) = delete;
    completer& operator=(const completer&) = delete;

    [[nodiscard]] completions complete(std::string_view line, std::size_t cursor);
    /// Before the session is used by anything else: waits for a listing that is being read, but
    /// not for long.
    void stop();

    /// Sends NOOP, without waiting for it.
    void keep_alive();

    /// Whether the session is in use.
    [[nodiscard]] bool busy() const noexcept { return reading_.load(); }

    /// Called on the reading thread when a listing has come.
    std::function<void()> ready;

private:
    [[nodiscard]] cached_names names_of(const std::string& directory);
    void complete_remote(completions& into, const cursor_word& at, bool directories_only);
    void start(std::function<void()> work);
    void start_reading(const std::string& directory);

    shell* in_;
    std::thread thread_;
    std::atomic<bool> reading_ = false;
    std::string unreadable_; ///< the last directory that could not be read
};

} // namespace ferry::cli
