// What a command tells while it works on one thing after the other, for people or as JSON events,
// and the exit status of it all.
#pragma once

#include "cli/arguments.hpp"
#include "cli/meter.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

class connections;

/// The exit status of many: 0, or what all failed with if nothing was done, else 9.
[[nodiscard]] int joint_status(std::size_t done, const std::vector<int>& failures) noexcept;

/// "ferry get ftp://host/x: connection lost; retrying in 2 s (1 of 3)". `where` stands before the
/// colon; it may be empty.
[[nodiscard]] std::string retry_line(std::string_view where, const retry_notice& notice);

class reporter {
public:
    /// While it lives, it is told of the retries of `open`. Both must outlive it.
    reporter(const arguments& asked, connections& open);
    ~reporter();
    reporter(const reporter&) = delete;
    reporter& operator=(const reporter&) = delete;

    /// The next thing: its URL, without a password, and the local or remote path beside it.
    void start(std::string url, std::string_view path);

    /// Its URL is known better now: a file went into a directory.
    void locate(std::string url) { url_ = std::move(url); }

    /// Has the progress of a transfer shown, as it suits stderr. `name` is shown with it.
    void follow(transfer_options& options, std::string_view name);
    /// The thing that was started is done.
    void done();
    void done(std::string_view name, const transfer_report& report);
    /// It was a whole tree, and all of it was told already.
    void ended_with(int status);
    /// It failed. Whatever was drawn is erased, one line printed.
    void failed(const error& problem);
    /// Something to know that is no failure. Not with --quiet.
    void warn(std::string_view text);

    /// Something failed and will be tried again. Not with --quiet.
    void retrying(const retry_notice& notice);

    /// After an interruption, or when nobody reads the output any more.
    [[nodiscard]] bool should_stop() const;
    /// The summary, and the exit status.
    [[nodiscard]] int finish();

private:
    void event(const boost::json::object& what);
    void notice(const std::string& text);
    void write_status(std::string_view name, const transfer_progress& now) const;

    std::string_view command_;
    connections* open_;
    std::function<void(const retry_notice&)> listener_before_;
    bool events_;
    bool silent_; ///< --quiet: not even what is on the way to a failure
    bool quiet_;
    bool progress_;
    int status_descriptor_;
    std::string url_;
    std::string path_;
    std::size_t done_ = 0;
    std::vector<int> failures_;
    std::uint64_t bytes_ = 0;
    std::chrono::steady_clock::time_point began_;
    meter meter_;
};

/// "ferry: get ftp://host/x: not found ...": one line, on stderr.
void print_problem(std::string_view where, const error& problem);

/// What stands before the colon in those lines from now on; empty: neither it nor the colon.
void call_problems(std::string_view source);
[[nodiscard]] std::string problems_are_called();

} // namespace ferry::cli
