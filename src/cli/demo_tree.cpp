#include "cli/demo_tree.hpp"

#include "base/units.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace ferry::cli {

namespace {

constexpr std::size_t block_size = 1024 * 1024;

/// splitmix64: one multiplication chain a word, and no state to seed but a number.
class random_bytes {
public:
    explicit random_bytes(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() noexcept {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    void fill(std::vector<char>& block) noexcept {
        for (std::size_t at = 0; at + 8 <= block.size(); at += 8) {
            const auto word = next();
            std::memcpy(block.data() + at, &word, 8);
        }
    }

private:
    std::uint64_t state_;
};

struct closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

using open_file = std::unique_ptr<std::FILE, closer>;

failure system_failure(const std::filesystem::path& path) {
    return fail(error::from_system(std::error_code(errno, std::generic_category()),
                                   errc::local_file, path.string()));
}

result<> write_file(const std::filesystem::path& path, std::uint64_t size, std::uint64_t seed) {
    open_file out(std::fopen(path.c_str(), "wbe"));
    if (!out) return system_failure(path);
    std::setvbuf(out.get(), nullptr, _IONBF, 0);
    random_bytes content(seed);
    std::vector<char> block(std::min<std::uint64_t>(size + 7, block_size));
    while (size > 0) {
        content.fill(block);
        const auto count = std::min<std::uint64_t>(size, block.size());
        if (std::fwrite(block.data(), 1, count, out.get()) != count) return system_failure(path);
        size -= count;
    }
    return {};
}

} // namespace

demo_tree::demo_tree(std::uint64_t large) {
    constexpr std::array<const char*, 6> names{
        "photos",         "notes", "music/live", "with spaces", "\u00fcbung \u65e5\u672c\u8a9e",
        "it's \"quoted\""};
    constexpr std::size_t files_each = 40;
    files_.push_back({"big.img", large});
    files_.push_back({"empty.txt", 0});
    directories_.emplace_back("music");
    random_bytes sizes(1);
    for (const std::string name : names) {
        directories_.push_back(name);
        for (std::size_t i = 1; i <= files_each; ++i)
            files_.push_back({name + "/" + (i % 4 == 0 ? "caf\u00e9 no. " : "file-") +
                                  std::to_string(i) + (i % 3 == 0 ? ".txt" : ".bin"),
                              sizes.next() % 24'000});
    }
    for (const auto& file : files_)
        bytes_ += file.size;
}

result<> write_tree(const demo_tree& tree, const std::filesystem::path& root) {
    std::error_code problem;
    std::filesystem::create_directories(root, problem);
    for (const auto& directory : tree.directories())
        std::filesystem::create_directories(root / directory, problem);
    if (problem) return fail(error::from_system(problem, errc::local_file, root.string()));
    std::uint64_t seed = 1;
    for (const auto& file : tree.files())
        if (auto written = write_file(root / file.path, file.size, seed++); !written)
            return written;
    return {};
}

result<bool> same_content(const std::filesystem::path& a, const std::filesystem::path& b) {
    const open_file first(std::fopen(a.c_str(), "rbe"));
    if (!first) return system_failure(a);
    const open_file second(std::fopen(b.c_str(), "rbe"));
    if (!second) return system_failure(b);
    std::vector<char> one(block_size);
    std::vector<char> other(block_size);
    while (true) {
        const auto count = std::fread(one.data(), 1, one.size(), first.get());
        if (std::fread(other.data(), 1, other.size(), second.get()) != count) return false;
        if (std::memcmp(one.data(), other.data(), count) != 0) return false;
        if (std::ferror(first.get()) != 0) return system_failure(a);
        if (count == 0) return true;
    }
}

result<scratch_directory> scratch_directory::make(std::uint64_t bytes_needed) {
    std::error_code problem;
    const auto place = std::filesystem::temp_directory_path(problem);
    if (problem) return fail(error::from_system(problem, errc::local_file, "temporary directory"));
    const auto space = std::filesystem::space(place, problem);
    if (!problem && space.available < bytes_needed) {
        error full(errc::local_no_space, place.string() + " has " + format_size(space.available) +
                                             " free, the demo needs " + format_size(bytes_needed));
        full.advise("set TMPDIR to a place with more room, or use --small");
        return fail(std::move(full));
    }
    auto pattern = (place / "ferry-demo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) return system_failure(pattern);
    return scratch_directory(pattern);
}

scratch_directory::scratch_directory(scratch_directory&& other) noexcept
    : path_(std::exchange(other.path_, {})), kept_(other.kept_) {}

scratch_directory::~scratch_directory() {
    std::error_code ignored;
    if (!path_.empty() && !kept_) std::filesystem::remove_all(path_, ignored);
}

} // namespace ferry::cli
