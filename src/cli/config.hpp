// The configuration: what the user's file says for every host and for some. docs/config.md has the
// rules.
//
// Built-in values are overridden by [defaults], these by the [host."PATTERN"] tables that fit, in
// the order of the file, and these by the command line.
#pragma once

#include "cli/arguments.hpp"
#include "cli/config_file.hpp"
#include "cli/host_pattern.hpp"

#include <span>

namespace ferry::cli {

/// The value that a line of the file gives an option.
class setting {
public:
    setting() = default;

    std::string_view option; ///< of the option table
    std::size_t line = 0;    ///< counted from 1
    bool is_switch = false;
    /// For a switch none if it is `false`, else an empty one; else what an array has, or one.
    std::vector<std::string> values;
};

/// A name of [shell] or [alias], and what it is to mean.
class named_text {
public:
    named_text() = default;

    std::string name;
    std::string text; ///< true is "on", false is "off"
    std::size_t line = 0;
};

/// Which file is the configuration.
class config_place {
public:
    config_place() = default;

    std::string path;      ///< empty: none
    bool is_named = false; ///< by FERRY_CONFIG, so that it has to be there
};

/// Whether the file may hold options of the command. What needs none need not be stopped by a wrong
/// one.
[[nodiscard]] bool is_configurable(command_id command);

/// FERRY_CONFIG, else ferry/config.toml in $XDG_CONFIG_HOME, else in ~/.config.
[[nodiscard]] config_place find_config();

class configuration {
public:
    configuration() = default;

    /// Reads the user's file; empty if there is none, which costs one failed open. `errc::usage`
    /// for a file that cannot be read, or, with its line, for what is wrong in it.
    [[nodiscard]] static result<configuration> load();

    /// The same from a text. `file_name` is for messages; `home` takes the place of ~ at the start
    /// of values that name files and directories, and may be empty.
    [[nodiscard]] static result<configuration>
    parse(std::string_view text, std::string_view file_name, std::string_view home = {});

    /// The options for one server: those of the file that the command of `asked` takes, then what
    /// was given on the command line, `asked.given`. Without a host only [defaults] counts. Command
    /// and operands are taken over; other members of `asked` are not, so that the outcome for one
    /// server may be asked for that of another.
    [[nodiscard]] result<arguments> effective(const arguments& asked, std::string_view host = {},
                                              std::uint16_t port = 0) const;

    /// What the file says for a host, at most once an option. Valid as long as the configuration.
    [[nodiscard]] std::vector<const setting*> settings_for(std::string_view host,
                                                           std::uint16_t port) const;

    /// What [shell] says. Nothing is checked: the shell knows its settings.
    [[nodiscard]] std::span<const named_text> shell_settings() const noexcept { return shell_; }

    [[nodiscard]] std::span<const named_text> aliases() const noexcept { return aliases_; }

    /// The file it came from; empty if there was none.
    [[nodiscard]] const std::string& file_name() const noexcept { return file_name_; }

    [[nodiscard]] bool empty() const noexcept {
        return tables_.empty() && shell_.empty() && aliases_.empty();
    }

private:
    struct option_settings {
        std::optional<host_pattern> host; ///< none: every host
        std::vector<setting> settings;
    };

    [[nodiscard]] result<> take(const file_table& table, std::string_view home);

    std::string file_name_;
    std::vector<option_settings> tables_; ///< [defaults] is the first
    std::vector<named_text> shell_;
    std::vector<named_text> aliases_;
};

} // namespace ferry::cli
