// The text of a configuration file, taken apart: TOML in, tables of keys and values out, each with
// its line. What the keys mean is for `configuration`.
#pragma once

#include <ferry/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

/// One `name = value`.
class file_entry {
public:
    file_entry() = default;

    std::string name;
    std::size_t line = 0;           ///< counted from 1
    std::optional<bool> truth;      ///< what `true` and `false` give
    std::vector<std::string> texts; ///< what a text or number gives, or an array of them
};

enum class table_kind : std::uint8_t { defaults, host, shell, alias };

class file_table {
public:
    file_table() = default;

    table_kind kind = table_kind::defaults;
    std::string host; ///< of [host."..."]: what stands in the quotes
    std::size_t line = 0;
    std::vector<file_entry> entries; ///< in the order of the file
};

/// The tables in the order of the file. `errc::usage`, with file and line, for what is not TOML and
/// for tables and kinds of values that no configuration has.
[[nodiscard]] result<std::vector<file_table>> read_tables(std::string_view text,
                                                          std::string_view file_name);

/// "FILE:LINE: what is wrong", as `errc::usage`. `advice` may be empty.
[[nodiscard]] failure wrong_line(std::string_view file_name, std::size_t line,
                                 std::string_view what, std::string_view advice = {});

/// Text as TOML writes it, in quotes; what no terminal should be shown is escaped.
[[nodiscard]] std::string toml_quoted(std::string_view text);

} // namespace ferry::cli
