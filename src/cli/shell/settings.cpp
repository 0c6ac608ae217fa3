#include "cli/shell/settings.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/suggest.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace ferry::cli {

namespace {

template<class T>
struct named {
    std::string_view name;
    T value;
};

constexpr std::array switches{named<bool>{"off", false}, named<bool>{"on", true}};
constexpr std::array types{named<bool>{"binary", false}, named<bool>{"ascii", true}};
constexpr std::array data_modes{named<data_mode>{"auto", data_mode::automatic},
                                named<data_mode>{"passive", data_mode::passive},
                                named<data_mode>{"active", data_mode::active}};
constexpr std::array levels{named<conversation_level>{"off", conversation_level::none},
                            named<conversation_level>{"replies", conversation_level::replies},
                            named<conversation_level>{"all", conversation_level::all}};
constexpr std::array key_kinds{named<editing_keys>{"emacs", editing_keys::emacs},
                               named<editing_keys>{"vi", editing_keys::vi}};

/// One of a few names.
template<auto Member, const auto& Names>
result<> choose(shell_settings& settings, std::string_view value) {
    std::string wanted = "wants ";
    for (const auto& each : Names) {
        if (each.name == value) {
            settings.*Member = each.value;
            return {};
        }
        if (&each != &Names.front()) wanted += &each == &Names.back() ? " or " : ", ";
        wanted += each.name;
    }
    return fail(errc::usage, wanted);
}

template<auto Member, const auto& Names>
std::string chosen(const shell_settings& settings) {
    for (const auto& each : Names)
        if (each.value == settings.*Member) return std::string(each.name);
    return {};
}

template<auto Member>
result<> keep(shell_settings& settings, std::string_view value) {
    settings.*Member = value;
    return {};
}

template<auto Member>
std::string kept(const shell_settings& settings) {
    return settings.*Member;
}

template<auto Member>
result<> count_seconds(shell_settings& settings, std::string_view value) {
    const auto number = parse_number<std::uint32_t>(value);
    if (!number) return fail(errc::usage, "wants whole seconds; 0 switches it off");
    settings.*Member = std::chrono::seconds(*number);
    return {};
}

template<auto Member>
std::string counted(const shell_settings& settings) {
    return std::to_string((settings.*Member).count());
}

result<> set_timeout(shell_settings& settings, std::string_view value) {
    if (value == "default") {
        settings.timeout.reset();
        return {};
    }
    const auto time = parse_seconds(value);
    if (!time || time->count() == 0)
        return fail(errc::usage, "wants seconds, such as 30 or 0.5, or default");
    settings.timeout = *time;
    return {};
}

std::string timeout_text(const shell_settings& settings) {
    if (!settings.timeout) return "default";
    auto text = std::to_string(static_cast<double>(settings.timeout->count()) / 1000.0);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

using s = shell_settings;

constexpr std::array table{
    setting_row{"ask", "on|off", "Ask before each file of mget, mput and mdelete",
                choose<&s::ask, switches>, chosen<&s::ask, switches>},
    setting_row{"cache-time", "SECONDS",
                "How long completion believes a listing; 0: it asks each time",
                count_seconds<&s::cache_time>, counted<&s::cache_time>},
    setting_row{"data", "auto|passive|active", "Who opens data connections",
                choose<&s::data, data_modes>, chosen<&s::data, data_modes>},
    setting_row{"editor", "COMMAND", "What edit runs; empty: $VISUAL, $EDITOR, vi",
                keep<&s::editor>, kept<&s::editor>},
    setting_row{"errexit", "on|off", "A script ends at the first failure, as after set -e",
                choose<&s::stop_on_error, switches>, chosen<&s::stop_on_error, switches>},
    setting_row{"keep-alive", "SECONDS", "Send NOOP after so long at the prompt; 0: never",
                count_seconds<&s::keep_alive>, counted<&s::keep_alive>},
    setting_row{"keys", "emacs|vi", "The keys of the line editor", choose<&s::keys, key_kinds>,
                chosen<&s::keys, key_kinds>},
    setting_row{"pager", "COMMAND", "What more runs; empty: $PAGER, less", keep<&s::pager>,
                kept<&s::pager>},
    setting_row{"progress", "on|off", "Show how far a transfer is", choose<&s::progress, switches>,
                chosen<&s::progress, switches>},
    setting_row{"prompt", "TEXT",
                "%h host, %u user, %d directory, %b its last part, %? last status, %% a percent",
                keep<&s::prompt>, kept<&s::prompt>},
    setting_row{"timeout", "SECONDS|default", "Give up any single wait after so long", set_timeout,
                timeout_text},
    setting_row{"type", "binary|ascii", "Whether ends of lines are translated in transfers",
                choose<&s::ascii, types>, chosen<&s::ascii, types>},
    setting_row{"verbose", "off|replies|all", "Show what the server replies, or the whole of it",
                choose<&s::conversation, levels>, chosen<&s::conversation, levels>},
};

} // namespace

std::span<const setting_row> setting_table() noexcept {
    return table;
}

const setting_row* find_setting(std::string_view name) noexcept {
    const auto found = std::ranges::find(table, name, &setting_row::name);
    return found == table.end() ? nullptr : &*found;
}

result<> change_setting(shell_settings& settings, std::string_view name, std::string_view value) {
    const auto* row = find_setting(name);
    if (row == nullptr) {
        error problem(errc::usage, "there is no setting '" + std::string(name) + "'");
        std::vector<std::string_view> names;
        names.reserve(table.size());
        for (const auto& each : table)
            names.push_back(each.name);
        if (const auto near = nearest(name, names); !near.empty())
            problem.advise("did you mean '" + std::string(near) + "'?");
        return fail(std::move(problem));
    }
    if (auto done = row->change(settings, value); !done)
        return fail(errc::usage, std::string(name) + ' ' + done.error().detail());
    return {};
}

} // namespace ferry::cli
