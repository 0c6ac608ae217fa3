#include "cli/known_servers.hpp"

#include "base/endpoint.hpp"
#include "base/text.hpp"
#include "cli/local.hpp"
#include "cli/trust.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ferry::cli {

namespace {

constexpr std::string_view tls_fact = "tls";
constexpr std::string_view verified_fact = "verified";

failure file_problem(int problem, const std::string& file) {
    return fail(error::from_system(std::error_code(problem, std::generic_category()),
                                   errc::local_file, file));
}

/// The folder of a file, made if it is missing, and held by this program alone.
class held_folder {
public:
    explicit held_folder(const std::string& file) {
        const auto folder = std::filesystem::path(file).parent_path();
        std::error_code problem;
        std::filesystem::create_directories(folder, problem);
        fd_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd_ < 0 || ::flock(fd_, LOCK_EX) != 0) problem_ = errno;
    }

    ~held_folder() {
        if (fd_ >= 0) ::close(fd_);
    }

    held_folder(const held_folder&) = delete;
    held_folder& operator=(const held_folder&) = delete;

    /// errno, or 0.
    [[nodiscard]] int problem() const noexcept { return problem_; }

private:
    int fd_ = -1;
    int problem_ = 0;
};

/// Errno, or 0.
int write_whole(const std::string& path, int flags, std::string_view text) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, S_IRUSR | S_IWUSR);
    if (fd < 0) return errno;
    int problem = 0;
    while (!text.empty() && problem == 0) {
        const auto count = ::write(fd, text.data(), text.size());
        if (count >= 0)
            text.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EINTR)
            problem = errno;
    }
    if (problem == 0 && ::fsync(fd) != 0) problem = errno;
    ::close(fd);
    return problem;
}

failure odd_line(const std::string& file, std::size_t number) {
    error problem(errc::local_file, file + ", line " + std::to_string(number) +
                                        ": not HOST:PORT and sha256:FINGERPRINT, verified or tls");
    problem.advise("mend or remove this line");
    return fail(std::move(problem));
}

} // namespace

std::string known_name(const url& where) {
    std::string host = where.host;
    std::ranges::transform(host, host.begin(), [](char each) { return to_lower(each); });
    return to_string(endpoint(host, where.effective_port()));
}

std::string data_directory() {
    if (const auto data = environment("XDG_DATA_HOME"); data && data->starts_with('/'))
        return *data + "/ferry";
    return environment("HOME").value_or("") + "/.local/share/ferry";
}

result<std::vector<known_servers::line>> known_servers::all() const {
    std::vector<line> lines;
    const auto read = read_small_file(file_);
    if (!read && read.error().code() == errc::local_not_found) return lines;
    if (!read) return fail(read.error());
    std::string_view rest = read->text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        auto text = trim(take_until(rest, '\n'));
        if (text.ends_with('\r')) text.remove_suffix(1); // an editor's
        if (text.empty() || text.starts_with('#')) continue;
        const auto name = take_until(text, ' ');
        const auto fact = trim(text);
        if (fact != tls_fact && fact != verified_fact && !parse_fingerprint(fact))
            return odd_line(file_, number);
        lines.emplace_back(std::string(name), std::string(fact));
    }
    return lines;
}

result<known_server> known_servers::find(const std::string& name) const {
    const auto lines = all();
    if (!lines) return fail(lines.error());
    known_server found;
    for (const auto& each : *lines) {
        if (each.name != name) continue;
        found.speaks_tls = true;
        if (each.fact == verified_fact) found.was_verified = true;
        if (const auto digits = parse_fingerprint(each.fact)) found.fingerprints.push_back(*digits);
    }
    return found;
}

result<> known_servers::add_fingerprint(const std::string& name, const std::string& digits) {
    return append(name, format_fingerprint(digits));
}

result<> known_servers::add_tls(const std::string& name) {
    return append(name, std::string(tls_fact));
}

result<> known_servers::add_verified(const std::string& name) {
    return append(name, std::string(verified_fact));
}

result<> known_servers::append(const std::string& name, const std::string& fact) {
    const held_folder held(file_);
    if (held.problem() != 0) return file_problem(held.problem(), file_);
    auto lines = all();
    if (!lines) return fail(std::move(lines.error()));
    const bool is_there = std::ranges::any_of(
        *lines, [&](const line& each) { return each.name == name && each.fact == fact; });
    if (is_there) return {};
    const auto read = read_small_file(file_);
    const bool is_open = read && !read->text.empty() && !read->text.ends_with('\n');
    const auto text = (is_open ? "\n" : "") + name + ' ' + fact + '\n';
    if (const int problem = write_whole(file_, O_APPEND, text); problem != 0)
        return file_problem(problem, file_);
    return {};
}

result<bool> known_servers::remove(const std::string& name) {
    const held_folder held(file_);
    if (held.problem() != 0) return file_problem(held.problem(), file_);
    const auto read = read_small_file(file_);
    if (!read && read.error().code() == errc::local_not_found) return false;
    if (!read) return fail(read.error());
    // Comments and the lines of others stay as they are.
    std::string kept;
    bool found = false;
    std::string_view rest = read->text;
    while (!rest.empty()) {
        const auto whole = take_until(rest, '\n');
        auto text = trim(whole);
        if (take_until(text, ' ') == name)
            found = true;
        else
            kept.append(whole).append("\n");
    }
    if (!found) return false;
    if (auto written = replace(kept); !written) return fail(std::move(written.error()));
    return true;
}

/// Beside it first, then renamed: a reader sees all or nothing of it.
result<> known_servers::replace(const std::string& text) const {
    const auto beside = file_ + ".new";
    if (const int problem = write_whole(beside, O_TRUNC, text); problem != 0) {
        ::unlink(beside.c_str());
        return file_problem(problem, beside);
    }
    if (::rename(beside.c_str(), file_.c_str()) != 0) return file_problem(errno, file_);
    return {};
}

} // namespace ferry::cli
