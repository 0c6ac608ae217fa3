// Transfers in the background. Each job is a ferry of its own, with a connection of its own: it
// cannot disturb the prompt, and it goes on when the shell ends.
#pragma once

#include "cli/shell/descriptor.hpp"

#include <ferry/rate_limit.hpp>
#include <ferry/result.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace ferry::cli {

/// What a job is told beyond its command line.
class job_request {
public:
    job_request() = default;
    std::string line;               ///< as it was typed
    std::vector<std::string> words; ///< behind the program's name
    std::string password;           ///< empty: none
};

class job {
public:
    job() = default;
    int number = 0;
    pid_t process = 0;
    std::string line;
    std::optional<int> status; ///< once it has ended; 130 after a signal
    std::chrono::steady_clock::time_point began;
    descriptor progress; ///< what it writes by --status-fd
    descriptor output;   ///< all it has printed

    /// "42%  110 MiB/256 MiB ...": empty before the first byte.
    [[nodiscard]] std::string progress_text() const;
    /// The last of what it has printed, at most `limits::job_output`.
    [[nodiscard]] std::string printed() const;
};

class job_list {
public:
    /// Makes the limit that all jobs keep to.
    job_list();

    /// That limit. Jobs see each change at once.
    [[nodiscard]] const std::shared_ptr<rate_limit>& limit() const noexcept { return limit_; }

    /// `errc::local_file` if no process can be started.
    [[nodiscard]] result<int> start(job_request asked);
    /// Takes note of jobs that have ended.
    void look();

    /// "%2", "2"; empty: the newest. `errc::usage` if there is no such job.
    [[nodiscard]] result<job*> find(std::string_view spec);

    [[nodiscard]] std::list<job>& all() noexcept { return jobs_; }

    [[nodiscard]] std::size_t running() const noexcept;
    /// Asks a job to stop where it can be resumed.
    static void stop(const job& which) noexcept;
    /// Forgets a job that has ended.
    void forget(const job& which);

private:
    std::list<job> jobs_;
    descriptor limit_file_; ///< where it lies; none if the system had no room
    std::shared_ptr<rate_limit> limit_;
};

} // namespace ferry::cli
