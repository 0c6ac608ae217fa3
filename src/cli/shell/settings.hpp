// The settings of the shell: one row a setting, from which come `set`, its help and completion, and
// the [shell] table of the configuration file.
#pragma once

#include "cli/connections.hpp"
#include "cli/shell/line_editor.hpp"

#include <ferry/client.hpp>
#include <ferry/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ferry::cli {

class shell_settings {
public:
    shell_settings() = default;

    bool ascii = false;
    data_mode data = data_mode::automatic;
    std::optional<std::chrono::milliseconds> timeout;
    conversation_level conversation = conversation_level::none;
    bool progress = true;
    bool ask = false;           ///< before each file of mget, mput and mdelete
    bool stop_on_error = false; ///< set -e
    std::string prompt = "%h:%d> ";
    std::chrono::seconds cache_time{60};
    std::chrono::seconds keep_alive{0}; ///< zero: never
    editing_keys keys = editing_keys::emacs;
    std::string pager;  ///< empty: $PAGER, else less
    std::string editor; ///< empty: $VISUAL, $EDITOR, else vi
};

struct setting_row {
    std::string_view name;
    std::string_view values; ///< "on|off", or what is wanted: "SECONDS"
    std::string_view help;
    /// Fails with what is wanted, without the setting's name.
    result<> (*change)(shell_settings&, std::string_view value);
    std::string (*show)(const shell_settings&);
};

[[nodiscard]] std::span<const setting_row> setting_table() noexcept;
/// nullptr if there is none of this name.
[[nodiscard]] const setting_row* find_setting(std::string_view name) noexcept;

/// `errc::usage`, with the nearest name, for what does not exist; with what is wanted for a wrong
/// value.
[[nodiscard]] result<> change_setting(shell_settings& settings, std::string_view name,
                                      std::string_view value);

} // namespace ferry::cli
