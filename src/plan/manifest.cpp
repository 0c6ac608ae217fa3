#include "plan/manifest.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "plan/tree_path.hpp"

#include <utility>

namespace ferry::plan {

namespace {

constexpr std::string_view title = "ferry-manifest ";
constexpr std::string_view version = "1";
constexpr std::string_view end_word = "end ";
constexpr std::string_view digits = "0123456789abcdef";
constexpr std::string_view upper_digits = "0123456789ABCDEF";

std::string format_hash(const sha256_digest& hash) {
    std::string text;
    for (const auto byte : hash) {
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return text;
}

/// A byte from two digits of one case.
std::optional<std::uint8_t> parse_byte(std::string_view text, std::string_view alphabet) noexcept {
    if (text.size() < 2) return std::nullopt;
    const auto high = alphabet.find(text[0]);
    const auto low = alphabet.find(text[1]);
    if (high == alphabet.npos || low == alphabet.npos) return std::nullopt;
    return static_cast<std::uint8_t>(high * 16 + low);
}

std::optional<sha256_digest> parse_hash(std::string_view text) noexcept {
    sha256_digest hash{};
    if (text.size() != 2 * hash.size()) return std::nullopt;
    for (std::size_t i = 0; i < hash.size(); ++i) {
        const auto byte = parse_byte(text.substr(2 * i), digits);
        if (!byte) return std::nullopt;
        hash[i] = *byte;
    }
    return hash;
}

/// A number as `std::to_string` writes it: no zeros before it, no "-0".
template<class T>
std::optional<T> parse_exact(std::string_view text) noexcept {
    const auto value = parse_number<T>(text);
    return value && std::to_string(*value) == text ? value : std::nullopt;
}

/// Not `printable`, which may learn of more to hide: what was written must stay readable.
std::string escaped(std::string_view path) {
    std::string text;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\\')
            text += "\\\\";
        else if (byte < 0x20 || byte == 0x7F)
            (text += "\\x") += {upper_digits[byte >> 4U], upper_digits[byte & 0xFU]};
        else
            text += c;
    }
    return text;
}

/// The bytes that `escaped` made this of, or nothing if it did not.
std::optional<std::string> unescaped(std::string_view text) {
    std::string bytes;
    for (auto rest = text; !rest.empty();) {
        if (rest.starts_with("\\x")) {
            const auto byte = parse_byte(rest.substr(2), upper_digits);
            if (!byte) return std::nullopt;
            bytes += static_cast<char>(*byte);
            rest.remove_prefix(4);
        } else {
            bytes += rest[0];
            rest.remove_prefix(rest.starts_with("\\\\") ? 2 : 1);
        }
    }
    if (escaped(bytes) != text) return std::nullopt;
    return bytes;
}

} // namespace

std::string format_manifest_line(const manifest_entry& item) {
    return format_hash(item.hash) + ' ' + std::to_string(item.size) + ' ' +
           (item.mtime ? std::to_string(item.mtime->time_since_epoch().count()) : "-") + ' ' +
           escaped(item.path);
}

std::optional<manifest_entry> parse_manifest_line(std::string_view line) {
    const auto hash = parse_hash(take_until(line, ' '));
    const auto size = parse_exact<std::uint64_t>(take_until(line, ' '));
    const auto time = take_until(line, ' ');
    auto path = unescaped(line);
    if (!hash || !size || !path || !is_below_root(*path)) return std::nullopt;
    manifest_entry item;
    item.hash = *hash;
    item.size = *size;
    item.path = std::move(*path);
    if (time == "-") return item;
    const auto nanoseconds = parse_exact<std::int64_t>(time);
    if (!nanoseconds) return std::nullopt;
    item.mtime = file_time(std::chrono::nanoseconds(*nanoseconds));
    return item;
}

void manifest_writer::begin(std::string& out) {
    if (std::exchange(has_begun_, true)) return;
    out += title;
    out += version;
    out += '\n';
}

result<> manifest_writer::add(const manifest_entry& item, std::string& out) {
    const auto line = format_manifest_line(item);
    if (!is_below_root(item.path) || line.size() > limits::manifest_line ||
        !walk_order()(last_path_, item.path))
        return fail(errc::invalid_argument,
                    "'" + printable(item.path) + "' cannot be the next path of a manifest");
    begin(out);
    out += line;
    out += '\n';
    last_path_ = item.path;
    ++count_;
    return {};
}

void manifest_writer::finish(std::string& out) {
    begin(out);
    out += end_word;
    out += std::to_string(count_);
    out += '\n';
}

manifest_reader::manifest_reader()
    : lines_(limits::manifest_line, wire::line_splitter::content::plain) {}

failure manifest_reader::give_up(error why) {
    where_ = place::failed;
    failure_ = why;
    return fail(std::move(why));
}

failure manifest_reader::damaged(std::string_view how) {
    return give_up(error(errc::verification_failed,
                         "line " + std::to_string(line_) + " of the manifest " + std::string(how)));
}

result<std::optional<manifest_entry>> manifest_reader::next() {
    if (failure_) return fail(*failure_);
    // Only the version and the last line give no file, so this ends.
    for (;;) {
        auto line = lines_.next();
        if (line && !*line) break;
        ++line_;
        if (!line) return damaged("is too long");
        auto item = take(**line);
        if (!item || *item) return item;
    }
    if (is_finished_ && (!is_complete() || lines_.pending() > 0))
        return give_up(error(errc::verification_failed, "the manifest has no proper end"));
    return std::nullopt;
}

result<std::optional<manifest_entry>> manifest_reader::take(std::string_view line) {
    if (where_ == place::behind_end) return damaged("stands behind its end");
    if (where_ == place::in_files) return take_file(line);
    if (!line.starts_with(title)) return damaged("does not begin one");
    if (line.substr(title.size()) != version)
        return give_up(error(errc::not_supported,
                             "the manifest is of version " + printable(line.substr(title.size()))));
    where_ = place::in_files;
    return std::nullopt;
}

result<std::optional<manifest_entry>> manifest_reader::take_file(std::string_view line) {
    if (line.starts_with(end_word)) {
        if (parse_exact<std::uint64_t>(line.substr(end_word.size())) != count_)
            return damaged("counts other files than there are");
        where_ = place::behind_end;
        return std::nullopt;
    }
    auto item = parse_manifest_line(line);
    if (!item) return damaged("cannot be read");
    if (!walk_order()(last_path_, item->path)) return damaged("is out of order");
    last_path_ = item->path;
    ++count_;
    return item;
}

} // namespace ferry::plan
