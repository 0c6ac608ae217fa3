#include "cli/shell/jobs.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <memory>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

extern char** environ; // NOLINT(readability-redundant-declaration): POSIX declares it nowhere

namespace ferry::cli {

namespace {

constexpr int status_descriptor = 3;
constexpr int limit_descriptor = 4;
constexpr std::string_view password_variable = "FERRY_PASSWORD=";

failure could_not_start(int problem) {
    return fail(error::from_system(std::error_code(problem, std::generic_category()),
                                   errc::local_file, "starting a job"));
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (auto& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// The password travels in the environment, which only its owner can read.
std::vector<std::string> environment_with(const std::string& password) {
    std::vector<std::string> all;
    for (char** each = environ; *each != nullptr; ++each)
        if (!std::string_view(*each).starts_with(password_variable)) all.emplace_back(*each);
    if (!password.empty()) all.push_back(std::string(password_variable) + password);
    return all;
}

/// What the child does between fork and exec.
class spawn_setup {
public:
    spawn_setup(int output, int progress, int limit) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, progress, status_descriptor);
        if (limit >= 0) ::posix_spawn_file_actions_adddup2(&actions_, limit, limit_descriptor);
        ::posix_spawnattr_init(&attributes_);
        sigset_t none{};
        sigset_t changed{};
        ::sigemptyset(&none);
        ::sigemptyset(&changed);
        for (const int each : {SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGTSTP})
            ::sigaddset(&changed, each);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &changed);
        // A session of its own: neither Ctrl-C nor the end of the terminal reaches it.
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                     POSIX_SPAWN_SETSID);
    }

    ~spawn_setup() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    spawn_setup(const spawn_setup&) = delete;
    spawn_setup& operator=(const spawn_setup&) = delete;

    [[nodiscard]] const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }

    [[nodiscard]] const posix_spawnattr_t* attributes() const noexcept { return &attributes_; }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

std::string read_tail(int fd, std::size_t most) {
    struct stat facts{};
    if (::fstat(fd, &facts) != 0) return {};
    const auto size = static_cast<std::size_t>(facts.st_size);
    const auto from = size > most ? size - most : 0;
    std::string text(size - from, '\0');
    const auto got = ::pread(fd, text.data(), text.size(), static_cast<off_t>(from));
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
}

int exit_status_of(int wait_status) noexcept {
    if (WIFEXITED(wait_status)) return WEXITSTATUS(wait_status);
    return 128 + WTERMSIG(wait_status);
}

} // namespace

std::string job::progress_text() const {
    auto text = read_tail(progress.get(), limits::job_output);
    // Written over and over in one place, so the end may be missing for a moment.
    const auto end = text.find('\n');
    if (end == std::string::npos) return {};
    text.resize(end);
    return std::string(trim(text));
}

std::string job::printed() const {
    return read_tail(output.get(), limits::job_output);
}

job_list::job_list() : limit_(std::make_shared<rate_limit>()) {
    // Above the descriptors that jobs are given: none of those is to be put in its place.
    const descriptor made(::memfd_create("ferry-limit", MFD_CLOEXEC));
    limit_file_ = descriptor(::fcntl(made.get(), F_DUPFD_CLOEXEC, limit_descriptor + 1));
    if (!limit_file_) return;
    const int sized = ::ftruncate(limit_file_.get(), static_cast<off_t>(rate_limit::file_size));
    auto shared = sized == 0 ? rate_limit::in_file(limit_file_.get())
                             : fail(errc::local_file, "no room for a limit");
    if (shared)
        limit_ = *std::move(shared);
    else
        limit_file_.close();
}

result<int> job_list::start(job_request asked) {
    job made;
    made.output = descriptor(::memfd_create("ferry-job-output", MFD_CLOEXEC));
    made.progress = descriptor(::memfd_create("ferry-job-progress", MFD_CLOEXEC));
    if (!made.output || !made.progress) return could_not_start(errno);
    std::vector<std::string> words{"ferry"};
    words.insert(words.end(), asked.words.begin(), asked.words.end());
    words.insert(words.begin() + 2, {"--status-fd", std::to_string(status_descriptor)});
    if (limit_file_)
        words.insert(words.begin() + 2, {"--limit-fd", std::to_string(limit_descriptor)});
    auto environment = environment_with(asked.password);
    const spawn_setup setup(made.output.get(), made.progress.get(), limit_file_.get());
    const int problem =
        ::posix_spawn(&made.process, "/proc/self/exe", setup.actions(), setup.attributes(),
                      pointers_to(words).data(), pointers_to(environment).data());
    if (problem != 0) return could_not_start(problem);
    made.number = jobs_.empty() ? 1 : jobs_.back().number + 1;
    made.line = std::move(asked.line);
    made.began = std::chrono::steady_clock::now();
    jobs_.push_back(std::move(made));
    return jobs_.back().number;
}

void job_list::look() {
    for (auto& each : jobs_) {
        int status = 0;
        if (!each.status && ::waitpid(each.process, &status, WNOHANG) == each.process)
            each.status = exit_status_of(status);
    }
}

result<job*> job_list::find(std::string_view spec) {
    if (spec.empty() && !jobs_.empty()) return &jobs_.back();
    auto digits = spec;
    if (digits.starts_with('%')) digits.remove_prefix(1);
    const auto number = parse_number<int>(digits);
    const auto found = std::ranges::find_if(
        jobs_, [&](const job& each) { return number && each.number == *number; });
    if (found != jobs_.end()) return &*found;
    error problem(errc::usage, spec.empty() ? std::string("there are no jobs")
                                            : "there is no job " + std::string(spec));
    problem.advise("jobs lists them; a command with & behind it makes one");
    return fail(std::move(problem));
}

std::size_t job_list::running() const noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(jobs_, [](const job& each) { return !each.status; }));
}

void job_list::stop(const job& which) noexcept {
    if (!which.status) ::kill(which.process, SIGINT);
}

void job_list::forget(const job& which) {
    jobs_.remove_if([&](const job& each) { return &each == &which; });
}

} // namespace ferry::cli
