// A directory that lives as long as the test.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <stdlib.h>

namespace ferry::test {

class temporary_directory {
public:
    temporary_directory() {
        // In memory where there is such a place: some tests make hundreds of them.
        const std::filesystem::path memory = "/dev/shm";
        const auto base =
            std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
        std::string name = (base / "ferry-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
        path_ = name;
    }

    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
        return path_ / name;
    }

    void write(std::string_view name, std::string_view bytes) const {
        std::ofstream(path_ / name, std::ios::binary) << bytes;
    }

    /// Nothing there reads as "(none)".
    [[nodiscard]] std::string read(std::string_view name) const {
        std::ifstream from(path_ / name, std::ios::binary);
        if (!from) return "(none)";
        return {std::istreambuf_iterator<char>(from), std::istreambuf_iterator<char>()};
    }

    /// How many names there are, hidden ones too.
    [[nodiscard]] std::size_t count() const {
        std::size_t names = 0;
        for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator(path_))
            ++names;
        return names;
    }

private:
    std::filesystem::path path_;
};

} // namespace ferry::test
