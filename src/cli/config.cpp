#include "cli/config.hpp"

#include "cli/local.hpp"
#include "cli/option_table.hpp"
#include "cli/suggest.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace ferry::cli {

namespace {

constexpr const char* file_variable = "FERRY_CONFIG";

/// What the lines of one file are checked with.
struct file_context {
    std::string_view file_name;
    std::string_view home;
    bool is_host = false; ///< they stand below a [host."PATTERN"]
};

bool may_be_set(const option_row& row, std::string_view name) {
    return row.name == name && row.in_file == file_use::allowed;
}

failure unknown_key(std::string_view file_name, const file_entry& entry) {
    if (entry.name == "password")
        return wrong_line(file_name, entry.line, "passwords do not belong into this file",
                          "use password-command, password-file or ~/.netrc");
    std::vector<std::string_view> names;
    for (const auto& row : option_table()) {
        if (row.name == entry.name)
            return wrong_line(file_name, entry.line,
                              fmt::format("{} is no default: give it on the command line as --{}",
                                          entry.name, entry.name));
        if (row.in_file == file_use::allowed) names.push_back(row.name);
    }
    const auto near = nearest(entry.name, names);
    return wrong_line(file_name, entry.line, fmt::format("there is no option {}", entry.name),
                      near.empty() ? std::string("the options are those of ferry config")
                                   : fmt::format("did you mean {}?", near));
}

/// The value as the command line would have it: there the shell replaces a ~.
std::string expanded(const option_row& row, const std::string& text, std::string_view home) {
    const bool is_path = row.kind == value_kind::file || row.kind == value_kind::directory;
    if (!is_path || home.empty() || (text != "~" && !text.starts_with("~/"))) return text;
    return std::string(home) + text.substr(1);
}

/// Tries what the value does, so that a wrong one is told with its line and for every command.
result<> try_out(const option_row& row, const setting& made) {
    arguments scratch;
    for (const auto& value : made.values)
        if (auto done = row.apply(scratch, value); !done) return done;
    return {};
}

result<setting> make_setting(const file_entry& entry, const file_context& file) {
    const auto row = std::ranges::find_if(
        option_table(), [&](const option_row& each) { return may_be_set(each, entry.name); });
    if (row == option_table().end()) return unknown_key(file.file_name, entry);
    if (file.is_host && row->group == option_group::server)
        return wrong_line(file.file_name, entry.line,
                          fmt::format("{} is an option of ferry serve, not of a host", entry.name),
                          "put it below [defaults]");
    setting made;
    made.option = row->name;
    made.line = entry.line;
    made.is_switch = row->value.empty();
    if (made.is_switch != entry.truth.has_value())
        return wrong_line(
            file.file_name, entry.line,
            made.is_switch ? fmt::format("{} wants true or false", entry.name)
                           : fmt::format("{} wants {}, not true or false", entry.name, row->value));
    if (entry.truth == true) made.values.emplace_back();
    for (const auto& text : entry.texts)
        made.values.push_back(expanded(*row, text, file.home));
    if (const auto tried = try_out(*row, made); !tried)
        return wrong_line(file.file_name, entry.line,
                          fmt::format("{} {}", entry.name, tried.error().detail()));
    return made;
}

result<named_text> make_text(const file_entry& entry, table_kind kind, std::string_view file_name) {
    const bool is_text = !entry.truth && entry.texts.size() == 1;
    if (!is_text && (kind == table_kind::alias || !entry.truth))
        return wrong_line(file_name, entry.line,
                          fmt::format("{} wants one text in quotes", entry.name));
    named_text made;
    made.name = entry.name;
    made.text = is_text ? entry.texts.front() : *entry.truth ? "on" : "off";
    made.line = entry.line;
    return made;
}

/// Forgets what `later` makes void.
void drop_replaced(std::vector<const setting*>& before, std::string_view later,
                   std::string_view value) {
    std::erase_if(before,
                  [&](const setting* each) { return replaces(later, value, each->option); });
}

result<> apply_to(arguments& into, const setting& each) {
    for (const auto& row : option_table()) {
        if (!may_be_set(row, each.option) || !contains(row.used_by, into.command)) continue;
        for (const auto& value : each.values)
            if (auto done = row.apply(into, value); !done) return done;
    }
    return {};
}

} // namespace

bool is_configurable(command_id command) {
    return std::ranges::any_of(option_table(), [&](const option_row& row) {
        return row.in_file == file_use::allowed && contains(row.used_by, command);
    });
}

config_place find_config() {
    config_place place;
    if (auto named = environment(file_variable)) {
        place.path = *std::move(named);
        place.is_named = true;
        return place;
    }
    // The XDG Base Directory Specification has a relative path ignored.
    auto folder = environment("XDG_CONFIG_HOME").value_or("");
    if (!folder.starts_with('/')) {
        const auto home = environment("HOME").value_or("");
        if (home.empty()) return place;
        folder = home + "/.config";
    }
    place.path = folder + "/ferry/config.toml";
    return place;
}

result<configuration> configuration::load() {
    const auto place = find_config();
    if (place.path.empty()) return configuration();
    const auto read = read_small_file(place.path);
    if (read) return parse(read->text, place.path, environment("HOME").value_or(""));
    if (read.error().code() == errc::local_not_found && !place.is_named) return configuration();
    error problem(errc::usage, "the configuration cannot be read: " + read.error().detail());
    problem.advise(place.is_named ? "FERRY_CONFIG names this file; set it to nothing for none"
                                  : "FERRY_CONFIG= before the command does without");
    return fail(std::move(problem));
}

result<configuration> configuration::parse(std::string_view text, std::string_view file_name,
                                           std::string_view home) {
    const auto tables = read_tables(text, file_name);
    if (!tables) return fail(tables.error());
    configuration made;
    made.file_name_ = file_name;
    for (const auto& table : *tables)
        if (auto taken = made.take(table, home); !taken) return fail(std::move(taken.error()));
    return made;
}

result<> configuration::take(const file_table& table, std::string_view home) {
    if (table.kind == table_kind::shell || table.kind == table_kind::alias) {
        auto& into = table.kind == table_kind::shell ? shell_ : aliases_;
        for (const auto& entry : table.entries) {
            auto made = make_text(entry, table.kind, file_name_);
            if (!made) return fail(std::move(made.error()));
            into.push_back(*std::move(made));
        }
        return {};
    }
    option_settings made;
    if (table.kind == table_kind::host) {
        auto host = host_pattern::parse(table.host);
        if (!host)
            return wrong_line(file_name_, table.line,
                              fmt::format("\"{}\" {}", table.host, host.error().detail()));
        made.host = *std::move(host);
    }
    for (const auto& entry : table.entries) {
        auto each = make_setting(entry, {file_name_, home, made.host.has_value()});
        if (!each) return fail(std::move(each.error()));
        made.settings.push_back(*std::move(each));
    }
    // Hosts override the defaults even where the file has them first.
    tables_.insert(made.host ? tables_.end() : tables_.begin(), std::move(made));
    return {};
}

std::vector<const setting*> configuration::settings_for(std::string_view host,
                                                        std::uint16_t port) const {
    std::vector<const setting*> chosen;
    for (const auto& table : tables_) {
        if (table.host && (host.empty() || !table.host->fits(host, port))) continue;
        for (const auto& each : table.settings) {
            // A `false` says nothing about the alternatives.
            if (each.values.empty())
                std::erase_if(chosen, [&](const setting* s) { return s->option == each.option; });
            else
                drop_replaced(chosen, each.option, each.values.back());
            chosen.push_back(&each);
        }
    }
    return chosen;
}

result<arguments> configuration::effective(const arguments& asked, std::string_view host,
                                           std::uint16_t port) const {
    auto chosen = settings_for(host, port);
    for (const auto& given : asked.given)
        drop_replaced(chosen, given.row->name, given.value);
    // Not on top of `asked`: it may hold what the file says for another host, a password among it.
    arguments settled;
    settled.command = asked.command;
    settled.operands = asked.operands;
    settled.given = asked.given;
    for (const auto* each : chosen)
        if (auto done = apply_to(settled, *each); !done) return fail(std::move(done.error()));
    for (const auto& given : asked.given)
        if (auto done = given.row->apply(settled, given.value); !done)
            return fail(std::move(done.error()));
    return settled;
}

} // namespace ferry::cli
