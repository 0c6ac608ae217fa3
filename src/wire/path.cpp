// Paths on a server: '/' separates, whatever the machines are.
#include "wire/path.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace ferry::wire {

namespace {

std::string_view without_slashes_at_end(std::string_view path) noexcept {
    const auto last = path.find_last_not_of('/');
    if (last == std::string_view::npos) return path.substr(0, 1); // "/" or ""
    return path.substr(0, last + 1);
}

// Walks `path` down from `out`, which is "" for the root, else "/a/b".
void descend(std::string& out, std::string_view path) {
    while (!path.empty()) {
        const auto part = take_until(path, '/');
        if (part.empty() || part == ".") continue;
        if (part == "..")
            out.resize(std::min(out.size(), out.rfind('/')));
        else
            (out += '/') += part;
    }
}

} // namespace

std::string join_path(std::string_view directory, std::string_view name) {
    if (directory.empty() || name.starts_with('/')) return std::string(name);
    std::string path(directory);
    if (!path.ends_with('/') && !name.empty()) path += '/';
    return path += name;
}

std::pair<std::string, std::string> split_path(std::string_view path) {
    path = without_slashes_at_end(path);
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos) return {std::string(), std::string(path)};
    return {std::string(without_slashes_at_end(path.substr(0, slash + 1))),
            std::string(path.substr(slash + 1))};
}

std::string normalize_path(std::string_view base, std::string_view path) {
    std::string out;
    if (!path.starts_with('/')) descend(out, base);
    descend(out, path);
    return out.empty() ? "/" : out;
}

} // namespace ferry::wire
