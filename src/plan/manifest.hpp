// The manifest of a deployed tree: what its files contained when they were deployed.
//
// A text, so that people can read it and tools sort, search and compare it:
//
//     ferry-manifest 1
//     HASH SIZE TIME PATH
//     end COUNT
//
// HASH is SHA-256 in lower case, SIZE in bytes, TIME in nanoseconds since 1970 in UTC or "-", PATH
// relative to the root: control characters are \x0A, a backslash is two, all else stands as it is.
// The lines are in the order of
// `walk_order`, so two manifests are compared in one pass without being held in memory. The last
// line tells a manifest that was cut off from one that is short. There is one way to write it, but
// for line ends, which a transfer may have changed, and nothing else is read: it comes from a
// server.
#pragma once

#include "wire/line_splitter.hpp"

#include <ferry/result.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::plan {

inline constexpr std::string_view manifest_name = ".ferry-manifest";

using sha256_digest = std::array<std::uint8_t, 32>;
using file_time = std::chrono::sys_time<std::chrono::nanoseconds>;

class manifest_entry {
public:
    manifest_entry() = default;

    sha256_digest hash{};
    std::uint64_t size = 0; ///< bytes
    std::optional<file_time> mtime;
    std::string path;

    friend bool operator==(const manifest_entry&, const manifest_entry&) = default;
};

/// One line, without its end.
[[nodiscard]] std::string format_manifest_line(const manifest_entry& item);
/// Nothing for what `format_manifest_line` would not write, and for a path that is not below the
/// root.
[[nodiscard]] std::optional<manifest_entry> parse_manifest_line(std::string_view line);

class manifest_writer {
public:
    /// Appends the line of `item`, and before the first the version. `errc::invalid_argument` if
    /// the path is not below the root, too long for a line, or not behind the last one.
    result<> add(const manifest_entry& item, std::string& out);

    /// Appends the last line.
    void finish(std::string& out);

private:
    void begin(std::string& out);

    bool has_begun_ = false;
    std::uint64_t count_ = 0;
    std::string last_path_;
};

/// Reads a manifest as its bytes come. What it gives before it fails is what stood there.
class manifest_reader {
public:
    manifest_reader();

    void feed(std::string_view bytes) { lines_.feed(bytes); }

    /// No more bytes come.
    void finish() noexcept { is_finished_ = true; }

    /// The next file. Nothing if more bytes are needed, or if the manifest is over: then
    /// `is_complete`. `not_supported` for another version. `verification_failed` for what is no
    /// manifest, is out of order, or ends without its last line. A failure stays.
    [[nodiscard]] result<std::optional<manifest_entry>> next();

    [[nodiscard]] bool is_complete() const noexcept { return where_ == place::behind_end; }

private:
    enum class place : std::uint8_t { before_version, in_files, behind_end, failed };

    [[nodiscard]] result<std::optional<manifest_entry>> take(std::string_view line);
    [[nodiscard]] result<std::optional<manifest_entry>> take_file(std::string_view line);
    [[nodiscard]] failure damaged(std::string_view how);
    [[nodiscard]] failure give_up(error why);

    wire::line_splitter lines_;
    place where_ = place::before_version;
    bool is_finished_ = false;
    std::uint64_t line_ = 0; ///< that was read last
    std::uint64_t count_ = 0;
    std::string last_path_;
    std::optional<error> failure_;
};

} // namespace ferry::plan
