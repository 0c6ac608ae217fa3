// What a mirror tells while it runs: lines for people, one for each path that was changed, with a
// line of progress below them; or JSON events; or the plan of a dry run.
#pragma once

#include "cli/arguments.hpp"
#include "cli/connections.hpp"
#include "cli/meter.hpp"

#include <ferry/mirror.hpp>

#include <chrono>
#include <map>
#include <string>

namespace ferry::cli {

class mirror_reporter {
public:
    /// While it lives, it is told of the retries of `open`. Both must outlive it.
    mirror_reporter(const arguments& asked, connections& open);
    ~mirror_reporter();
    mirror_reporter(const mirror_reporter&) = delete;
    mirror_reporter& operator=(const mirror_reporter&) = delete;

    void begin(const mirror_place& from, const mirror_place& to);
    void take(const mirror_event& what);
    void notice(const std::string& path, const std::string& text);
    /// The summary, and the exit status.
    [[nodiscard]] int finish(const mirror_report& report);
    /// All of it ended with `why`.
    void ended(const error& why);

private:
    void retrying(const retry_notice& why);
    void planned(const mirror_event& what);
    void done(const mirror_event& what);
    void failed(const mirror_event& what);
    void follow(const mirror_event& what);
    void line(std::string_view verb, const std::string& path, std::string_view why);
    void print(const std::string& text);
    void show_progress();

    connections* open_;
    std::function<void(const retry_notice&)> listener_before_;
    bool events_;  ///< JSON
    bool dry_run_; ///< the plan is the result, on standard output
    bool quiet_;
    bool silent_;
    bool verbose_;
    bool draws_;
    int status_descriptor_;
    std::chrono::steady_clock::time_point began_;
    std::uint64_t planned_bytes_ = 0;
    std::uint64_t done_bytes_ = 0;
    std::uint64_t planned_files_ = 0;
    std::uint64_t done_files_ = 0;
    std::map<std::string, std::uint64_t> moving_; ///< bytes of the files on their way
    meter meter_;
};

} // namespace ferry::cli
