// A small FTP server in memory that can misbehave in every way a test needs.
//
// It handles one control connection, one command at a time, with the files in a map. What it
// answers to a verb can be replaced; what happens on the data connection is in `data_habits`.
#pragma once

#include "io/memory_network.hpp"
#include "io/task_group.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ferry::test {

using io::task;

/// What goes wrong on data connections.
class data_habits {
public:
    data_habits() = default;
    std::optional<std::size_t> send_only;  ///< RETR: so many bytes, and then an orderly end
    std::size_t surplus = 0;               ///< RETR: bytes behind the end
    std::size_t damaged = 0;               ///< so many files move with their last byte changed
    bool reset = false;                    ///< STOR: breaks the connection after some bytes
    bool stall = false;                    ///< RETR: sends, and then nothing more
    std::optional<std::size_t> store_only; ///< STOR: keeps so many bytes, and says nothing of it
    std::string first = "150 here it comes";
    std::string last = "226 done";  ///< empty: it never comes
    bool reply_before_data = false; ///< `last` overtakes the data
    bool takes_list_options = true; ///< LIST: "-a PATH" is an option and a path, not a name
};

class pocket_server {
public:
    explicit pocket_server(io::context& where, io::memory_faults faults = io::memory_faults());

    /// Accepts one control connection and serves it until it ends.
    [[nodiscard]] task<> serve();

    [[nodiscard]] io::memory_network& network() noexcept { return network_; }

    static constexpr const char* address = "10.0.0.1";

    std::map<std::string, std::string> files;
    /// Verb to reply, or to nothing for silence; `verb argument` goes before `verb`. "!" hangs up.
    std::map<std::string, std::string> answers;
    data_habits habits;
    std::vector<std::string> commands;
    std::function<void()> on_stall; ///< called when `habits.stall` begins

    [[nodiscard]] bool was_sent(const std::string& line) const;
    [[nodiscard]] std::size_t times_sent(const std::string& verb) const;

private:
    [[nodiscard]] task<bool> handle(std::string verb, std::string argument);
    [[nodiscard]] task<> retrieve(std::string name);
    [[nodiscard]] task<> store(std::string name, bool append);
    [[nodiscard]] task<> send_data(std::string bytes);
    [[nodiscard]] task<std::unique_ptr<io::stream>> open_data();
    [[nodiscard]] task<> say(std::string text);
    [[nodiscard]] std::string plain_answer(const std::string& verb, const std::string& argument);
    /// Changes the last byte, if it is to be so.
    void damage(std::string& bytes);
    [[nodiscard]] std::string listing(const std::string& verb, std::string path) const;

    io::memory_network network_;
    std::unique_ptr<io::acceptor> listener_;
    std::unique_ptr<io::stream> control_;
    std::unique_ptr<io::acceptor> passive_;
    std::optional<endpoint> active_;
    std::size_t restart_ = 0;
    std::string renamed_;
};

} // namespace ferry::test
