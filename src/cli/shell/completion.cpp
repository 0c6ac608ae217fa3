#include "cli/shell/completion.hpp"

#include "base/text.hpp"
#include "cli/local.hpp"
#include "cli/netrc.hpp"
#include "cli/option_table.hpp"
#include "cli/shell/expansion.hpp"
#include "cli/shell/shell_table.hpp"
#include "cli/terminal.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <utility>

namespace ferry::cli {

namespace {

/// How long a TAB waits for a listing before it gives the keyboard back.
constexpr std::chrono::milliseconds patience{400};
/// How long a command waits for one before it breaks it off.
constexpr std::chrono::milliseconds command_patience{1500};
constexpr std::chrono::milliseconds look_interval{5};

void offer(completions& into, std::string_view typed, std::string_view name, quote_style style,
           bool is_complete = true) {
    if (!name.starts_with(typed)) return;
    auto spelled = quote_word(name, style);
    into.found.emplace_back(std::move(spelled), std::string(name), is_complete);
}

void offer_commands(completions& into, const shell& in, const cursor_word& at) {
    for (const auto& row : shell_table())
        offer(into, at.text, row.name, at.open);
    for (const auto& [name, text] : in.aliases)
        offer(into, at.text, name, at.open);
}

void offer_options(completions& into, const shell_row& row, const cursor_word& at) {
    for (const auto& option : option_table()) {
        const bool fits = contains(option.used_by, row.command) &&
                          (row.command == command_id::shell) == is_about_session(option.group);
        if (takes_options(row) && fits)
            offer(into, at.text, "--" + std::string(option.name), at.open, true);
    }
}

/// `typed` may begin with a ~, which has to stay one.
void offer_path(completions& into, const cursor_word& at, const std::string& directory,
                const std::string& name, bool is_directory) {
    auto spelled = quote_word(directory + name + (is_directory ? "/" : ""), at.open);
    const bool keeps_home = directory.starts_with("~/") && at.open == quote_style::none;
    if (keeps_home)
        spelled = "~/" + quote_word(directory.substr(2) + name + (is_directory ? "/" : ""));
    into.found.emplace_back(std::move(spelled), name + (is_directory ? "/" : ""), !is_directory);
}

void offer_local(completions& into, const shell& in, const cursor_word& at, bool directories_only) {
    const auto [directory, beginning] = split_path(at.text);
    auto place = directory;
    if (place.starts_with("~/")) place = in.variable("HOME").value_or("") + place.substr(1);
    std::error_code problem;
    const auto path = place.empty() ? std::string(".") : place;
    for (std::filesystem::directory_iterator each(path, problem), end; !problem && each != end;
         each.increment(problem)) {
        const auto name = each->path().filename().string();
        std::error_code ignored;
        const bool is_directory = each->is_directory(ignored);
        const bool is_visible = !name.starts_with('.') || beginning.starts_with('.');
        if (name.starts_with(beginning) && is_visible && (is_directory || !directories_only))
            offer_path(into, at, directory, name, is_directory);
    }
    std::ranges::sort(into.found, {}, &completion::shown);
}

void offer_bookmarks(completions& into, const shell& in, const cursor_word& at) {
    const auto marks = in.marks.all();
    if (!marks) return;
    for (const auto& [name, where] : *marks)
        offer(into, at.text, name, at.open);
}

/// Bookmarks, the machines of .netrc, and where the shell is.
void offer_hosts(completions& into, const shell& in, const cursor_word& at) {
    offer_bookmarks(into, in, at);
    std::set<std::string> hosts;
    if (in.remote.home()) hosts.insert(in.remote.home()->host);
    const auto netrc = in.asked.netrc_file.value_or(in.variable("HOME").value_or("") + "/.netrc");
    if (const auto read = read_small_file(netrc))
        for (auto& machine : machines_in_netrc(read->text))
            hosts.insert(std::move(machine));
    for (const auto& host : hosts)
        offer(into, at.text, host, at.open);
}

void offer_jobs(completions& into, shell& in, const cursor_word& at) {
    for (const auto& each : in.jobs.all())
        offer(into, at.text, '%' + std::to_string(each.number), at.open);
}

/// The names of settings, or the values of one.
void offer_settings(completions& into, const cursor_word& at) {
    if (at.before.size() < 2) {
        for (const auto& row : setting_table())
            offer(into, at.text, row.name, at.open);
        return;
    }
    const auto* row = find_setting(at.before[1]);
    if (row == nullptr || row->values.find('|') == std::string_view::npos) return;
    std::string_view rest = row->values;
    while (!rest.empty())
        offer(into, at.text, take_until(rest, '|'), at.open);
}

void offer_bookmark_words(completions& into, const shell& in, const cursor_word& at) {
    if (at.before.size() >= 2) return offer_bookmarks(into, in, at);
    for (const std::string_view each : {"add", "list", "open", "remove"})
        offer(into, at.text, each, at.open);
}

} // namespace

void completer::start(std::function<void()> work) {
    stop();
    reading_ = true;
    thread_ = std::thread([this, work = std::move(work)] {
        {
            const silence while_a_line_is_typed(*in_);
            work();
        }
        reading_ = false;
        if (ready) ready();
    });
}

void completer::start_reading(const std::string& directory) {
    start([this, directory] {
        const auto read = in_->list(directory);
        if (!read) unreadable_ = in_->absolute(directory);
    });
}

void completer::keep_alive() {
    start([this] {
        // If nobody answers, the next command finds out.
        if (auto session = in_->session(); session) static_cast<void>((*session)->no_operation());
    });
}

void completer::stop() {
    if (!thread_.joinable()) return;
    const auto end = std::chrono::steady_clock::now() + command_patience;
    while (reading_ && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(look_interval);
    while (reading_) {
        in_->remote.cancel();
        std::this_thread::sleep_for(look_interval);
    }
    thread_.join();
}

cached_names completer::names_of(const std::string& directory) {
    const auto key = in_->absolute(directory);
    auto known = in_->cache.find(key, listing_cache::clock::now());
    if (known || !in_->remote.stands()) return known;
    if (!reading_) {
        unreadable_.clear();
        start_reading(directory);
    }
    const auto end = std::chrono::steady_clock::now() + patience;
    while (reading_ && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(look_interval);
    return in_->cache.find(key, listing_cache::clock::now());
}

void completer::complete_remote(completions& into, const cursor_word& at, bool directories_only) {
    const auto [directory, beginning] = split_path(at.text);
    const auto names = names_of(directory);
    if (!names) {
        if (reading_)
            into.note = "listing " + printable(in_->absolute(directory)) + " ...";
        else if (!in_->remote.home())
            into.note = "not connected";
        else if (unreadable_ == in_->absolute(directory))
            into.note = printable(in_->absolute(directory)) + " cannot be listed";
        return;
    }
    const auto first = std::ranges::lower_bound(*names, beginning, {}, &cached_name::name);
    for (auto each = first; each != names->end() && each->name.starts_with(beginning); ++each) {
        const bool is_visible = !each->name.starts_with('.') || beginning.starts_with('.');
        if (is_visible && (each->is_directory || !directories_only))
            offer_path(into, at, directory, each->name, each->is_directory);
    }
}

completions completer::complete(std::string_view line, std::size_t cursor) {
    completions into;
    const auto at = word_at(line, cursor);
    into.from = at.begin;
    if (at.place == cursor_place::comment) return into;
    if (at.is_local()) {
        offer_local(into, *in_, at, false);
        return into;
    }
    if (at.before.empty()) {
        offer_commands(into, *in_, at);
        return into;
    }
    auto name = at.before.front();
    if (const auto alias = in_->aliases.find(name); alias != in_->aliases.end())
        name = alias->second.substr(0, alias->second.find(' '));
    const auto row = find_shell_command(name);
    if (!row) return into;
    if (at.text.starts_with('-')) {
        offer_options(into, **row, at);
        return into;
    }
    switch ((*row)->kind) {
    case word_kind::remote:
    case word_kind::remote_patterns:
        complete_remote(into, at, false);
        break;
    case word_kind::remote_directory:
        complete_remote(into, at, true);
        break;
    case word_kind::local:
    case word_kind::local_patterns:
        offer_local(into, *in_, at, false);
        break;
    case word_kind::local_directory:
        offer_local(into, *in_, at, true);
        break;
    case word_kind::host:
        offer_hosts(into, *in_, at);
        break;
    case word_kind::command:
        offer_commands(into, *in_, at);
        break;
    case word_kind::setting:
        offer_settings(into, at);
        break;
    case word_kind::alias:
        for (const auto& [alias, text] : in_->aliases)
            offer(into, at.text, alias, at.open);
        break;
    case word_kind::job:
        offer_jobs(into, *in_, at);
        break;
    case word_kind::bookmark:
        offer_bookmark_words(into, *in_, at);
        break;
    case word_kind::none:
        break;
    }
    return into;
}

} // namespace ferry::cli
