// The option table: one row an option, from which come the parser, --help, the man page and the
// completions of three shells. Adding an option is adding a row.
#pragma once

#include "cli/arguments.hpp"

#include <initializer_list>
#include <span>

namespace ferry::cli {

/// Commands as bits, by `command_id`.
using command_set = std::uint32_t;

[[nodiscard]] constexpr command_set commands(std::initializer_list<command_id> ids) noexcept {
    command_set set = 0;
    for (const auto id : ids)
        set |= command_set{1} << static_cast<unsigned>(id);
    return set;
}

[[nodiscard]] constexpr bool contains(command_set set, command_id id) noexcept {
    return (set & commands({id})) != 0;
}

/// What an option's value is: decides how a shell completes it.
enum class value_kind : std::uint8_t { none, text, file, directory };

enum class option_group : std::uint8_t {
    transfer,
    listing,
    login,
    connection,
    tls,
    server,
    output,
};

inline constexpr std::size_t option_group_count =
    static_cast<std::size_t>(option_group::output) + 1;

/// What an option does to the arguments. The value is empty for an option without one.
using option_effect = result<> (*)(arguments&, std::string_view value);

/// Whether an option may stand in the configuration file. What asks for one action, or what would
/// be a nasty surprise as a habit, may not.
enum class file_use : std::uint8_t { allowed, refused };

struct option_row {
    std::string_view name;  ///< without the dashes
    char letter;            ///< 0: none
    std::string_view value; ///< "FILE"; empty: takes none
    value_kind kind;
    command_set used_by;
    option_group group;
    std::string_view help; ///< one sentence, without the full stop
    option_effect apply;
    file_use in_file = file_use::allowed;
    // NOLINTNEXTLINE(readability-redundant-member-init): rows may leave it out
    std::string_view built_in = {}; ///< the value where nobody gives one, if there is one to name
};

[[nodiscard]] std::span<const option_row> option_table() noexcept;

/// Whether `later`, given with `value`, does away with what was said before by `earlier`: it is the
/// same option, or the two are different answers to one question.
[[nodiscard]] bool replaces(std::string_view later, std::string_view value,
                            std::string_view earlier) noexcept;

/// Whether its options say how a session is made. In the shell they belong to `open`.
[[nodiscard]] constexpr bool is_about_session(option_group group) noexcept {
    return group == option_group::login || group == option_group::connection ||
           group == option_group::tls;
}

/// The headline of a group in --help and the man page.
[[nodiscard]] std::string_view title(option_group group) noexcept;

/// "-o, --output FILE"; without a letter four spaces stand for it if `aligned`.
[[nodiscard]] std::string spelling(const option_row& row, bool aligned = false);

} // namespace ferry::cli
