#include "cli/shell/expansion.hpp"

#include "base/text.hpp"
#include "cli/shell/glob.hpp"

#include <algorithm>
#include <filesystem>

namespace ferry::cli {

namespace {

result<std::vector<entry>> list_local(const std::string& directory) {
    std::vector<entry> found;
    std::error_code problem;
    const auto path = directory.empty() ? std::string(".") : directory;
    for (std::filesystem::directory_iterator at(path, problem), end; !problem && at != end;
         at.increment(problem)) {
        std::error_code ignored;
        entry each;
        each.name = at->path().filename().string();
        each.type = at->is_symlink(ignored)     ? entry_type::symlink
                    : at->is_directory(ignored) ? entry_type::directory
                                                : entry_type::file;
        found.push_back(std::move(each));
    }
    if (problem) return fail(error::from_system(problem, errc::local_file, path));
    return found;
}

bool is_local(word_kind kind) {
    return kind == word_kind::local || kind == word_kind::local_directory ||
           kind == word_kind::local_patterns;
}

} // namespace

std::pair<std::string, std::string> split_path(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return {{}, path};
    return {path.substr(0, slash + 1), path.substr(slash + 1)};
}

bool needs_more(std::string_view text) {
    const auto parsed = parse_line(text);
    return !parsed && is_incomplete(parsed.error());
}

bool is_variable_name(std::string_view text) noexcept {
    const auto fits = [](char c) {
        return c == '_' || is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
    };
    return !text.empty() && !is_digit(text.front()) && std::ranges::all_of(text, fits);
}

result<std::vector<std::string>> expand_names(shell& in, const std::string& pattern,
                                              word_kind kind) {
    auto here = pattern;
    if (is_local(kind)) here = expand_home(pattern, in.variable("HOME").value_or(""));
    const bool takes_patterns = kind == word_kind::remote_patterns ||
                                kind == word_kind::local_patterns ||
                                kind == word_kind::remote_directory;
    if (!takes_patterns || here.starts_with('-') || looks_like_url(here) || !has_wildcards(here))
        return std::vector<std::string>{literal_text(here)};
    const bool local = kind == word_kind::local_patterns;
    auto names = glob(here, [&](const std::string& directory) {
        return local ? list_local(directory) : in.list(directory);
    });
    if (!names) return names;
    // The names are somebody else's: none of them shall be taken for an option.
    for (auto& name : *names)
        if (name.starts_with('-')) name.insert(0, "./");
    if (!names->empty()) return names;
    error problem(errc::not_found, "nothing fits " + pattern);
    problem.advise("quote it if it is a name");
    return fail(std::move(problem));
}

result<output_redirection> redirect(const shell& in, const statement& what) {
    if (what.pipe) return output_redirection::to_command(*what.pipe);
    const auto lookup = [&in](std::string_view name) { return in.variable(name); };
    const auto pattern = word_pattern(what.output->target, lookup);
    const auto path = literal_text(expand_home(pattern, in.variable("HOME").value_or("")));
    return output_redirection::to_file(path, what.output->append);
}

} // namespace ferry::cli
