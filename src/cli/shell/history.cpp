#include "cli/shell/history.hpp"

#include "base/text.hpp"
#include "cli/local.hpp"
#include "cli/login.hpp"
#include "cli/shell/descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ferry::cli {

namespace {

namespace fs = std::filesystem;

constexpr mode_t private_file = 0600;
constexpr mode_t private_directory = 0700;
constexpr off_t most_bytes = 16 * 1024 * 1024; // of the file; what lies before them is not read

/// The words of a command, without quotes and backslashes, in small letters.
std::vector<std::string> words_of(std::string_view command) {
    std::vector<std::string> words;
    bool within = false;
    for (const char c : command) {
        if (c == ' ' || c == '\t') {
            within = false;
        } else {
            if (!within) words.emplace_back();
            within = true;
            if (c != '"' && c != '\'' && c != '\\') words.back() += to_lower(c);
        }
    }
    return words;
}

/// Commands may be shortened as long as two letters are left.
bool is_short_for(std::string_view word, std::string_view command) {
    return word.size() >= 2 && command.starts_with(word);
}

/// user:password@host, which people type for a URL; -u user,password, as lftp takes it.
bool is_login(std::string_view word, std::string_view before) {
    const auto colon = word.find(':');
    const auto at = word.rfind('@');
    if (colon != std::string_view::npos && at != std::string_view::npos && at > colon + 1 &&
        word.find("://") == std::string_view::npos)
        return true;
    return before == "-u" && word.find(',') != std::string_view::npos;
}

/// The words from `at` on as a command that takes a secret.
bool is_secret_command(const std::vector<std::string>& words, std::size_t at = 0) {
    const auto word = [&](std::size_t i) {
        return at + i < words.size() ? std::string_view(words[at + i]) : std::string_view();
    };
    const auto is = [&](std::string_view command) { return is_short_for(word(0), command); };
    if (is("user") || is("login")) return !word(2).empty();
    if (is("account")) return !word(1).empty();
    if (is("alias")) return is_secret_command(words, at + 2);
    if (word(0) == "set" && word(1).find("passw") != std::string_view::npos) return true;
    const bool raw = is("quote") || is("literal") || is("raw");
    const auto verb = raw ? word(1) : word(0);
    const auto argument = raw ? word(2) : word(1);
    return (verb == "pass" || verb == "acct" || (verb == "site" && argument == "pswd")) &&
           !argument.empty();
}

/// An option that takes a secret, or a variable that is given one.
bool is_secret_word(std::string_view word, std::string_view before) {
    const auto name = word.substr(0, word.find('='));
    if (name == "--password" || name == "--account" || is_login(word, before)) return true;
    return name.size() < word.size() && name.find("pass") != std::string_view::npos &&
           !name.starts_with('-');
}

bool has_secret(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (is_secret_word(words[i], i == 0 ? "" : words[i - 1])) return true;
    return is_secret_command(words);
}

std::string why(int problem) {
    return std::error_code(problem, std::generic_category()).message();
}

/// Makes what is missing of a directory's path. The last failure, or 0.
int make_directories(const fs::path& path) {
    fs::path made;
    int problem = 0;
    for (const auto& part : path) {
        made /= part;
        problem = ::mkdir(made.c_str(), private_directory) == 0 ? 0 : errno;
    }
    return problem == EEXIST ? 0 : problem;
}

/// Takes the lock of a directory. A file system without locks goes without.
descriptor lock_directory(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (fd >= 0 && ::flock(fd, LOCK_EX) != 0 && errno == EINTR) {
    }
    return descriptor(fd);
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

/// The file's text, or its end if it is very long. False with errno.
bool read_end(int fd, std::string& text) {
    struct stat about{};
    if (::fstat(fd, &about) != 0) return false;
    if (S_ISREG(about.st_mode) && about.st_size > most_bytes)
        ::lseek(fd, about.st_size - most_bytes, SEEK_SET);
    std::array<char, 16384> block{};
    while (text.size() < most_bytes) {
        const auto count = ::read(fd, block.data(), block.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        if (count == 0) break;
        text.append(block.data(), static_cast<std::size_t>(count));
    }
    return true;
}

/// Puts `text` in the place of the file. False with errno.
bool replace_file(const fs::path& file, std::string_view text) {
    std::error_code unresolved;
    auto real = fs::canonical(file, unresolved); // a link stays one
    if (unresolved) real = file;
    const std::string beside = real.string() + ".new";
    const descriptor to(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, private_file));
    if (to && write_all(to.get(), text) && ::rename(beside.c_str(), real.c_str()) == 0) return true;
    const int problem = errno;
    ::unlink(beside.c_str());
    errno = problem;
    return false;
}

} // namespace

bool holds_secret(std::string_view line) {
    if (without_password(line) != line) return true;
    // Each command is looked at up to the end of the line: a password may have a semicolon in it.
    while (!has_secret(words_of(line))) {
        const auto end = line.find_first_of(";&|");
        if (end == std::string_view::npos) return false;
        line.remove_prefix(end + 1);
    }
    return true;
}

fs::path history_file() {
    if (const auto state = environment("XDG_STATE_HOME"); state && state->starts_with('/'))
        return fs::path(*state) / "ferry/history";
    const auto home = environment("HOME");
    if (!home || home->empty()) return {};
    return fs::path(*home) / ".local/state/ferry/history";
}

history::history(fs::path file, warn_function warn)
    : file_(std::move(file)), warn_(std::move(warn)) {
    if (!file_.empty()) load();
}

void history::warn(const std::string& what) {
    const auto file = std::exchange(file_, fs::path());
    if (warn_) warn_("the history is not kept: " + printable(file.string()) + ": " + what);
}

bool history::remember(std::string_view line) {
    const bool kept = !line.empty() && line.size() <= longest_line && line.front() != ' ' &&
                      line.front() != '\t' &&
                      line.find_first_of(std::string_view("\n\0", 2)) == std::string_view::npos &&
                      (lines_.empty() || lines_.back() != line) && !holds_secret(line);
    if (!kept) return false;
    lines_.emplace_back(line);
    if (lines_.size() > most_lines) lines_.pop_front();
    return true;
}

void history::load() {
    if (::access(file_.c_str(), F_OK) != 0) return; // the first line makes it
    const auto lock = lock_directory(file_.parent_path());
    const descriptor from(::open(file_.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    if (!from || !read_end(from.get(), text)) return warn(why(errno));
    std::string_view rest = text;
    while (!rest.empty())
        (void)remember(take_until(rest, '\n'));
    if (static_cast<std::size_t>(std::ranges::count(text, '\n')) <= most_lines) return;
    text.clear();
    for (const auto& line : lines_)
        text += line + "\n";
    if (!replace_file(file_, text)) warn(why(errno));
}

bool history::add(std::string_view line) {
    if (!remember(line)) return false;
    if (file_.empty()) return true;
    if (const int problem = make_directories(file_.parent_path()); problem != 0) {
        warn(why(problem));
        return true;
    }
    const auto lock = lock_directory(file_.parent_path());
    const descriptor to(
        ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, private_file));
    struct stat about{};
    if (to && ::fstat(to.get(), &about) == 0 && S_ISREG(about.st_mode) &&
        (about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        ::fchmod(to.get(), private_file);
    if (!to || !write_all(to.get(), std::string(line) + "\n")) warn(why(errno));
    return true;
}

} // namespace ferry::cli
