#include "cli/shell/bookmarks.hpp"

#include "base/text.hpp"
#include "cli/known_servers.hpp"
#include "cli/local.hpp"

#include <ferry/url.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <sys/stat.h>

namespace ferry::cli {

namespace {

bool is_bookmark_name(std::string_view name) {
    return !name.empty() && !looks_like_url(name) && std::ranges::none_of(name, [](char c) {
        return c == ' ' || c == '\t' || c == '/' || static_cast<unsigned char>(c) < 0x20;
    });
}

failure file_problem(int problem, const std::string& file) {
    return fail(error::from_system(std::error_code(problem, std::generic_category()),
                                   errc::local_file, file));
}

} // namespace

std::string bookmarks_file() {
    return data_directory() + "/bookmarks";
}

result<std::map<std::string, std::string>> bookmarks::all() const {
    std::map<std::string, std::string> marks;
    const auto read = read_small_file(file_);
    if (!read && read.error().code() == errc::local_not_found) return marks;
    if (!read) return fail(read.error());
    std::string_view rest = read->text;
    while (!rest.empty()) {
        auto line = trim(take_until(rest, '\n'));
        const auto name = take_until(line, ' ');
        if (!name.empty() && !line.empty()) marks[std::string(name)] = trim(line);
    }
    return marks;
}

result<> bookmarks::add(const std::string& name, const std::string& url_text) const {
    if (!is_bookmark_name(name))
        return fail(errc::usage, "a bookmark's name is one word: '" + name + "' is not");
    auto marks = all();
    if (!marks) return fail(std::move(marks.error()));
    (*marks)[name] = url_text;
    return write(*marks);
}

result<> bookmarks::remove(const std::string& name) const {
    auto marks = all();
    if (!marks) return fail(std::move(marks.error()));
    if (marks->erase(name) == 0) {
        error problem(errc::usage, "there is no bookmark '" + name + "'");
        problem.advise("bookmark list shows all");
        return fail(std::move(problem));
    }
    return write(*marks);
}

/// Beside it first, then renamed: another shell sees all or nothing of it.
result<> bookmarks::write(const std::map<std::string, std::string>& marks) const {
    std::error_code problem;
    std::filesystem::create_directories(std::filesystem::path(file_).parent_path(), problem);
    if (problem) return file_problem(problem.value(), file_);
    const auto beside = file_ + ".new";
    const auto close_it = [](std::FILE* open) { std::fclose(open); };
    std::unique_ptr<std::FILE, decltype(close_it)> out(std::fopen(beside.c_str(), "we"), close_it);
    if (!out) return file_problem(errno, beside);
    ::fchmod(::fileno(out.get()), S_IRUSR | S_IWUSR);
    std::string text;
    for (const auto& [name, where] : marks)
        text.append(name).append(" ").append(where).append("\n");
    std::fputs(text.c_str(), out.get());
    if (std::fflush(out.get()) != 0 || std::ferror(out.get()) != 0)
        return file_problem(errno, beside);
    out.reset();
    std::filesystem::rename(beside, file_, problem);
    if (problem) return file_problem(problem.value(), file_);
    return {};
}

} // namespace ferry::cli
