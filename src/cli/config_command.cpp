// ferry config: what the options come to, and which line of which file says so. The output is a
// configuration file itself.
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/connections.hpp"
#include "cli/json.hpp"
#include "cli/option_table.hpp"
#include "cli/terminal.hpp"

#include <ferry/url.hpp>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/core.h>

#include <algorithm>

namespace ferry::cli {

namespace {

/// The server that is asked for; an empty host for none.
struct server_name {
    std::string host;
    std::uint16_t port = 0;
    std::string shown;
};

/// An option, and what the file says of it.
struct shown_option {
    const option_row* row;
    const setting* said; ///< nullptr: nothing
};

result<server_name> server_of(const arguments& asked) {
    if (asked.operands.empty()) return server_name();
    const auto& word = asked.operands.front();
    if (looks_like_url(word)) {
        const auto where = parse_url(word);
        if (!where) return fail(where.error());
        const bool is_ipv6 = where->host.find(':') != std::string::npos;
        const auto host = is_ipv6 ? fmt::format("[{}]", where->host) : where->host;
        return server_name{where->host, where->effective_port(),
                           where->port == 0 ? host : fmt::format("{}:{}", host, where->port)};
    }
    const auto named = host_pattern::parse(word);
    if (!named) return fail(errc::usage, "'" + word + "' " + named.error().detail());
    return server_name{named->host(), named->port().value_or(url().effective_port()), word};
}

std::vector<shown_option> options_for(const configuration& config, const server_name& server) {
    const auto said = config.settings_for(server.host, server.port);
    std::vector<shown_option> options;
    for (const auto& row : option_table()) {
        const auto is_it = [&](const shown_option& each) { return each.row->name == row.name; };
        if (row.in_file == file_use::refused || std::ranges::any_of(options, is_it)) continue;
        if (!server.host.empty() && row.group == option_group::server) continue;
        const auto found = std::ranges::find(said, row.name, &setting::option);
        options.push_back({&row, found == said.end() ? nullptr : *found});
    }
    return options;
}

/// The values an option has; for a switch that is on an empty one.
std::vector<std::string> values_of(const shown_option& option) {
    if (option.said != nullptr) return option.said->values;
    if (option.row->built_in.empty()) return {};
    return {std::string(option.row->built_in)};
}

bool is_plain_number(std::string_view text) {
    const bool has_zero = text.size() > 1 && text[0] == '0' && text[1] != '.';
    const auto whole = take_until(text, '.');
    const auto all_digits = [](std::string_view part) {
        return !part.empty() && part.size() < 16 && std::ranges::all_of(part, &is_digit);
    };
    return !has_zero && all_digits(whole) && (text.empty() || all_digits(text));
}

std::string toml_value(std::string_view text) {
    return is_plain_number(text) && !text.ends_with('.') ? std::string(text) : toml_quoted(text);
}

std::string toml_key(std::string_view name) {
    const auto is_bare = [](char c) {
        return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '-' || c == '_';
    };
    return !name.empty() && std::ranges::all_of(name, is_bare) ? std::string(name)
                                                               : toml_quoted(name);
}

/// "timeout = 30"; what has no value to name is a comment, so that the line is TOML all the same.
std::string assignment(const shown_option& option) {
    const auto values = values_of(option);
    const auto name = option.row->name;
    if (option.row->value.empty()) return fmt::format("{} = {}", name, !values.empty());
    if (values.empty()) return fmt::format("# {} = {}", name, option.row->value);
    if (values.size() == 1) return fmt::format("{} = {}", name, toml_value(values.front()));
    std::string list;
    for (const auto& each : values)
        list += (list.empty() ? "" : ", ") + toml_value(each);
    return fmt::format("{} = [{}]", name, list);
}

std::string about_file(const configuration& config) {
    const auto place = find_config();
    if (!config.file_name().empty()) return printable(config.file_name());
    if (!place.path.empty()) return printable(place.path) + " is not there";
    return place.is_named ? "no file: FERRY_CONFIG is empty"
                          : "no file: neither XDG_CONFIG_HOME nor HOME is set";
}

void print_texts(std::string_view table, std::span<const named_text> texts,
                 const configuration& config) {
    if (texts.empty()) return;
    write_out(fmt::format("\n[{}]\n", table));
    for (const auto& each : texts)
        write_out(fmt::format("{} = {}    # {}:{}\n", toml_key(each.name), toml_quoted(each.text),
                              printable(config.file_name()), each.line));
}

void print_lines(const configuration& config, const server_name& server) {
    constexpr std::size_t widest = 40;
    std::vector<std::pair<std::string, std::string>> lines;
    std::size_t width = 0;
    for (const auto& each : options_for(config, server)) {
        lines.emplace_back(
            assignment(each),
            each.said == nullptr
                ? "default"
                : fmt::format("{}:{}", printable(config.file_name()), each.said->line));
        const auto size = display_width(lines.back().first);
        if (size <= widest) width = std::max(width, size);
    }
    write_out(fmt::format("# {}\n\n", about_file(config)));
    write_out(server.host.empty() ? "[defaults]\n"
                                  : fmt::format("[host.{}]\n", toml_quoted(server.shown)));
    for (const auto& [text, origin] : lines) {
        const auto size = std::min(width, display_width(text));
        write_out(fmt::format("{}{}    # {}\n", text, std::string(width - size, ' '), origin));
    }
    print_texts("shell", config.shell_settings(), config);
    print_texts("alias", config.aliases(), config);
}

boost::json::value json_value(const shown_option& option) {
    const auto values = values_of(option);
    if (option.row->value.empty()) return !values.empty();
    if (values.empty()) return nullptr;
    if (values.size() == 1) return text_value(values.front());
    boost::json::array list;
    for (const auto& each : values)
        list.push_back(text_value(each));
    return list;
}

void print_json(const configuration& config, const server_name& server) {
    boost::json::array all;
    const auto add = [&](std::string_view option, boost::json::value value, std::size_t line) {
        boost::json::object object;
        object["option"] = text_value(option);
        object["value"] = std::move(value);
        object["origin"] = text_value(line == 0 ? std::string("default") : config.file_name());
        object["line"] = line == 0 ? boost::json::value(nullptr) : boost::json::value(line);
        all.push_back(std::move(object));
    };
    for (const auto& each : options_for(config, server))
        add(each.row->name, json_value(each), each.said == nullptr ? 0 : each.said->line);
    for (const auto& each : config.shell_settings())
        add("shell." + toml_key(each.name), text_value(each.text), each.line);
    for (const auto& each : config.aliases())
        add("alias." + toml_key(each.name), text_value(each.text), each.line);
    write_out(boost::json::serialize(all) + '\n');
}

} // namespace

result<int> run_config(const arguments& asked, connections& /*open*/) {
    const auto server = server_of(asked);
    if (!server) return fail(server.error());
    const auto config = configuration::load();
    if (!config) return fail(config.error());
    if (asked.json)
        print_json(*config, *server);
    else
        print_lines(*config, *server);
    return 0;
}

} // namespace ferry::cli
