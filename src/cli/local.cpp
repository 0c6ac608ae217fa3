#include "cli/local.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <sys/stat.h>
#include <sys/wait.h>

namespace ferry::cli {

namespace {

constexpr std::size_t largest_small_file = 1024 * 1024;

std::error_code last_system_error() {
    return {errno, std::generic_category()};
}

/// Reads to the end, but no more than `largest_small_file`.
std::string read_all(std::FILE* from) {
    std::string text;
    std::array<char, 4096> block{};
    while (text.size() < largest_small_file) {
        const auto count = std::fread(block.data(), 1, block.size(), from);
        if (count == 0) break;
        text.append(block.data(), count);
    }
    return text;
}

} // namespace

result<small_file> read_small_file(const std::string& path) {
    const auto close_it = [](std::FILE* open) { std::fclose(open); };
    const std::unique_ptr<std::FILE, decltype(close_it)> from(std::fopen(path.c_str(), "re"),
                                                              close_it);
    struct stat about{};
    if (!from || ::fstat(::fileno(from.get()), &about) != 0)
        return fail(error::from_system(last_system_error(), errc::local_file, path));
    small_file read;
    read.private_to_owner = (about.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    read.text = read_all(from.get());
    if (std::ferror(from.get()) != 0)
        return fail(error::from_system(last_system_error(), errc::local_file, path));
    if (read.text.size() >= largest_small_file) return fail(errc::local_file, path + ": too large");
    return read;
}

result<std::string> read_secret_file(const std::string& path) {
    auto read = read_small_file(path);
    if (!read) return fail(read.error());
    return std::string(first_line(read->text));
}

result<std::string> read_secret_command(const std::string& command) {
    std::fflush(nullptr);
    std::FILE* from = ::popen(command.c_str(), "re");
    if (from == nullptr)
        return fail(error::from_system(last_system_error(), errc::local_file, "password command"));
    const auto text = read_all(from);
    const int status = ::pclose(from);
    if (status != 0)
        return fail(errc::local_file,
                    "the password command failed" +
                        (WIFEXITED(status) ? " with status " + std::to_string(WEXITSTATUS(status))
                                           : std::string()));
    return std::string(first_line(text));
}

result<std::string> make_private_directory() {
    auto pattern = environment("TMPDIR").value_or("/tmp") + "/ferry-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr)
        return fail(error::from_system(last_system_error(), errc::local_file, pattern));
    return pattern;
}

std::string state_of_file(const std::string& path) {
    struct stat about{};
    if (::stat(path.c_str(), &about) != 0) return {};
    return std::to_string(about.st_size) + ' ' + std::to_string(about.st_mtim.tv_sec) + '.' +
           std::to_string(about.st_mtim.tv_nsec) + ' ' + std::to_string(about.st_ino);
}

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
}

std::string_view first_line(std::string_view text) noexcept {
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

} // namespace ferry::cli
