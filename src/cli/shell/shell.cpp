#include "cli/shell/shell.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "cli/local.hpp"
#include "cli/option_table.hpp"
#include "cli/reporter.hpp"
#include "cli/shell/expansion.hpp"
#include "cli/shell/local_process.hpp"
#include "cli/shell/shell_commands.hpp"
#include "cli/terminal.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace ferry::cli {

namespace {

constexpr std::chrono::milliseconds interrupt_delay{100};

/// Adds an option as if it had been given on the command line.
void give(arguments& to, std::string_view name, std::string_view value) {
    for (const auto& row : option_table()) {
        if (row.name != name || !contains(row.used_by, command_id::shell)) continue;
        to.given.emplace_back(row, std::string(value));
        static_cast<void>(row.apply(to, value));
        return;
    }
}

/// The words that are no options. Behind a "--" none is one.
std::size_t count_operands(const std::vector<std::string>& words) {
    const auto end = std::find(words.begin() + 1, words.end(), "--");
    const auto before = std::count_if(words.begin() + 1, end, [](const std::string& word) {
        return word.size() < 2 || !word.starts_with('-');
    });
    const auto behind = end == words.end() ? 0 : words.end() - end - 1;
    return static_cast<std::size_t>(before + behind);
}

result<> check_count(const shell_row& row, const std::vector<std::string>& words) {
    // What looks like an option may be a word of a command that has none.
    const auto count = takes_options(row) ? count_operands(words) : words.size() - 1;
    if (count >= row.least && (takes_options(row) || count <= row.most)) return {};
    error problem(errc::usage, count < row.least ? "something is missing" : "too many words");
    problem.advise(fmt::format("usage: {} {}", row.name, row.operands));
    return fail(std::move(problem));
}

/// Whether the status of a command is that of jobs or of a script, which were stopped perhaps, but
/// not by a Ctrl-C for this one.
bool passes_status_on(std::string_view command) {
    return command == "wait" || command == "fg" || command == "source";
}

/// The word in the place of the command, if it is plain.
std::string command_of(const statement& what) {
    return what.words.empty() ? std::string("!") : what.words.front().text();
}

} // namespace

shell::shell(const arguments& given, const configuration& config, interrupts& of)
    : signals(&of)
    , asked(given)
    , remote(asked, config)
    , cache(settings.cache_time)
    , marks(bookmarks_file()) {
    asked.in_shell = true;
    if (asked.verbose) settings.conversation = conversation_level::all;
    for (const auto& each : asked.given) {
        if (each.row->name == "active") settings.data = data_mode::active;
        if (each.row->name == "passive") settings.data = data_mode::passive;
        if (each.row->name == "timeout") settings.timeout = asked.timeout;
    }
    remote.show(settings.conversation);
    remote.share(jobs.limit());
}

result<> shell::configure(const configuration& config) {
    for (const auto& each : config.shell_settings())
        if (auto done = change_setting(each.name, each.text); !done)
            return fail(errc::usage, fmt::format("{}:{}: {}", config.file_name(), each.line,
                                                 done.error().detail()));
    for (const auto& each : config.aliases())
        aliases[each.name] = each.text;
    return {};
}

result<> shell::change_setting(std::string_view name, std::string_view value) {
    const auto before = settings;
    if (auto done = cli::change_setting(settings, name, value); !done) return done;
    cache.set_lifetime(settings.cache_time);
    remote.show(settings.conversation);
    if (settings.data == before.data && settings.timeout == before.timeout) return {};
    follow_settings();
    // The session was made with the old ones: the next command makes it anew, in the same place.
    const interrupts::scope stop(*signals, [this] { remote.cancel(); });
    remote.drop();
    return {};
}

/// What a session is made with: the options given, then the settings.
void shell::follow_settings() {
    std::erase_if(asked.given, [](const given_option& each) {
        return each.row->name == "active" || each.row->name == "passive" ||
               each.row->name == "timeout";
    });
    if (settings.data == data_mode::active) give(asked, "active", {});
    if (settings.data == data_mode::passive) give(asked, "passive", {});
    if (settings.timeout) give(asked, "timeout", find_setting("timeout")->show(settings));
}

void shell::apply_settings(arguments& to) const {
    to.in_shell = true;
    to.ascii = to.ascii || settings.ascii;
    to.progress = settings.progress;
}

result<> shell::open(const url& where, const arguments& with) {
    close();
    for (const auto& each : with.given)
        give(asked, each.row->name, each.value);
    auto home = where;
    home.path.clear();
    home.type = 0;
    remote.settle(home);
    auto opened = remote.at_home();
    if (!opened) {
        remote.leave();
        return fail(std::move(opened.error()));
    }
    if (auto known = learn_directory(**opened); !known) return known;
    login_directory = directory();
    if (where.path.empty()) return {};
    if (auto entered = (*opened)->change_directory(where.path); !entered) return entered;
    return learn_directory(**opened);
}

void shell::close() {
    remote.leave();
    cache.forget();
    login_directory.clear();
    previous_directory.clear();
}

result<client*> shell::session() {
    remote.look();
    const bool stood = remote.stands() || remote.gave_way();
    auto ready = remote.at_home();
    if (ready && !stood && interactive() && !silent_) messages().line("connected again");
    return ready;
}

result<url> shell::here() {
    const auto& home = remote.home();
    if (!home) return fail(session().error());
    auto where = *home;
    where.password.reset();
    where.path = directory();
    return where;
}

result<> shell::learn_directory(client& with) {
    auto path = with.working_directory();
    // A server that does not tell can be worked with all the same.
    if (!path && !with.connected()) return fail(std::move(path.error()));
    if (path) remote.set_directory(*std::move(path));
    return {};
}

std::string shell::absolute(std::string_view path) const {
    while (path.size() > 1 && path.ends_with('/'))
        path.remove_suffix(1);
    if (path.starts_with('/')) return std::string(path);
    if (path.empty() || path == ".") return directory();
    auto whole = directory();
    if (!whole.ends_with('/')) whole += '/';
    return whole += path;
}

result<std::vector<entry>> shell::list(const std::string& path) {
    auto with = session();
    if (!with) return fail(std::move(with.error()));
    std::vector<entry> found;
    listing_options hidden_too;
    hidden_too.hidden = true;
    const auto read = (*with)->list(
        path,
        [&](const entry& each) {
            if (is_safe_name(each.name)) found.push_back(each);
            return true;
        },
        hidden_too);
    if (!read) return fail(read.error());
    std::vector<cached_name> names;
    names.reserve(found.size());
    for (const auto& each : found)
        names.push_back({each.name, each.type == entry_type::directory});
    cache.keep(absolute(path), std::move(names), listing_cache::clock::now());
    return found;
}

std::optional<std::string> shell::variable(std::string_view name) const {
    if (name == "?" || name == "status") return std::to_string(status);
    if (name == "cwd") return directory();
    if (name == "host") return remote.home() ? remote.home()->host : std::string();
    if (const auto found = variables.find(name); found != variables.end()) return found->second;
    return environment(std::string(name).c_str());
}

result<char> shell::ask(const std::string& question) const {
    if (!interactive()) return 'y';
    return ask_choice(question + " [y]es, [n]o, [a]ll, [q]uit: ", "ynaq", 'q');
}

result<std::vector<std::string>> shell::expand_word(const word& what, const shell_row* row) {
    const auto lookup = [this](std::string_view name) { return variable(name); };
    const auto patterns = expand_braces(word_pattern(what, lookup));
    if (!patterns) return fail(patterns.error());
    std::vector<std::string> words;
    for (const auto& pattern : *patterns) {
        auto names = expand_names(*this, pattern, row != nullptr ? row->kind : word_kind::none);
        if (!names) return names;
        words.insert(words.end(), std::make_move_iterator(names->begin()),
                     std::make_move_iterator(names->end()));
    }
    return words;
}

result<std::vector<std::string>> shell::expand(const statement& what) {
    std::vector<std::string> words;
    const shell_row* row = nullptr;
    for (const auto& each : what.words) {
        auto names = expand_word(each, row);
        if (!names) return names;
        words.insert(words.end(), std::make_move_iterator(names->begin()),
                     std::make_move_iterator(names->end()));
        if (row != nullptr || words.empty()) continue;
        const auto found = find_shell_command(words.front());
        if (!found) return fail(found.error());
        row = *found;
    }
    return words;
}

/// "name=value".
bool shell::assign(const statement& what) {
    if (what.words.size() != 1 || what.words.front().parts.empty()) return false;
    const auto& first = what.words.front().parts.front();
    const auto equals = first.text.find('=');
    if (first.kind != part_kind::bare || equals == std::string::npos) return false;
    const auto name = std::string_view(first.text).substr(0, equals);
    if (!is_variable_name(name)) return false;
    const auto lookup = [this](std::string_view asked_name) { return variable(asked_name); };
    const auto whole = literal_text(word_pattern(what.words.front(), lookup));
    variables[std::string(name)] = whole.substr(equals + 1);
    return true;
}

void shell::forget_interrupt() {
    signals->clear();
    remote.resume();
}

int shell::report(std::string_view command, const result<int>& done) {
    const auto written = finish_out();
    forget_lost_output();
    if (!done) {
        if (done.error().code() == errc::interrupted) interrupted_ = true;
        print_problem(command, done.error());
        return done.error().exit_status();
    }
    if (*done == describe(errc::interrupted).exit_status && !passes_status_on(command)) {
        interrupted_ = true;
        // The end of a local program may be known before the Ctrl-C that was for both: the next
        // command shall not take it for its own.
        signals->wait(interrupt_delay);
    }
    if (!written) print_problem(command, written.error());
    return !written && *done == 0 ? written.error().exit_status() : *done;
}

result<int> shell::run_row(const shell_row& row, const statement& what,
                           const std::vector<std::string>& words) {
    const auto options_end = std::ranges::find(words, "--");
    if (std::find(words.begin(), options_end, "--help") != options_end) {
        write_out(shell_help(row));
        return 0;
    }
    if (auto fits = check_count(row, words); !fits) return fail(std::move(fits.error()));
    if (what.background) return start_job(*this, what.source, words);
    auto done = row.run(*this, words);
    if (row.changes_server) cache.forget();
    return done;
}

int shell::run_words(const statement& what, const std::vector<std::string>& words) {
    const auto found = find_shell_command(words.front());
    if (!found) return report(words.front(), fail(found.error()));
    const auto& row = **found;
    std::optional<output_redirection> elsewhere;
    if (what.output || what.pipe) {
        auto made = redirect(*this, what);
        if (!made) return report(row.name, fail(std::move(made.error())));
        elsewhere.emplace(*std::move(made));
    }
    const auto done = run_row(row, what, words);
    const bool unread = output_is_unread();
    // Before anything is reported: what is lost is lost of that file, not of standard output.
    const auto ended = elsewhere ? elsewhere->finish() : result<int>(0);
    const int outcome = elsewhere && unread ? 0 : report(row.name, done);
    return outcome == 0 || !ended ? report(row.name, ended) : outcome;
}

int shell::run_statement(const statement& what) {
    forget_interrupt();
    interrupted_ = false;
    const interrupts::scope stop(*signals, [this] { remote.cancel(); });
    if (what.local) return report("!", shell_local(*this, {"!", *what.local}));
    if (assign(what)) return 0;
    const auto words = expand(what);
    if (!words) return report(command_of(what), fail(words.error()));
    return words->empty() ? 0 : run_words(what, *words);
}

int shell::run_text(std::string_view text) {
    const auto lookup = [this](std::string_view name) -> std::optional<std::string> {
        const auto found = aliases.find(name);
        if (found == aliases.end()) return std::nullopt;
        return found->second;
    };
    const auto parsed = parse_line(text, lookup);
    if (!parsed) return status = report("line", fail(parsed.error()));
    const auto& all = parsed->statements;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool wanted = all[i].when == run_when::always ||
                            (all[i].when == run_when::after_success) == (status == 0);
        if (!wanted) continue;
        status = run_statement(all[i]);
        interrupted_ = interrupted_ || signals->happened();
        forget_interrupt();
        if (interrupted_ && !interactive()) {
            exit_status = describe(errc::interrupted).exit_status;
            broken_off_ = true;
        }
        // A failure that a && or || looks at is no end.
        const bool looked_at = i + 1 < all.size() && all[i + 1].when != run_when::always;
        if (status != 0 && settings.stop_on_error && !interactive() && !looked_at && !exit_status) {
            exit_status = status;
            broken_off_ = true;
        }
        if (exit_status || interrupted_) break;
    }
    return status;
}

int shell::run_lines(std::string_view text, const std::string& name) {
    script_lines lines(*this, name);
    while (!text.empty() && !exit_status) {
        const auto line = take_until(text, '\n');
        lines.take(line, !text.empty());
    }
    return status;
}

void script_lines::take(std::string_view line, bool more_follow) {
    ++number_;
    if (waiting_.empty()) begun_at_ = number_;
    if (line.ends_with('\r')) line.remove_suffix(1); // of a file from elsewhere
    waiting_ += line;
    if (more_follow && needs_more(waiting_)) {
        waiting_ += '\n';
        return;
    }
    call_problems(fmt::format("{}:{}", name_, begun_at_));
    in_->run_text(waiting_);
    waiting_.clear();
}

result<int> shell::run_file(const std::string& path) {
    if (depth_ >= limits::script_depth)
        return fail(errc::limit_exceeded, "scripts that run scripts, too deeply: " + path);
    const auto read = read_small_file(path);
    if (!read) return fail(read.error());
    const auto source_before = std::exchange(source, line_source::script);
    const auto name_before = problems_are_called();
    ++depth_;
    const int outcome = run_lines(read->text, path);
    --depth_;
    call_problems(name_before);
    source = source_before;
    // Only the script ends then, not the shell of a person who ran it.
    if (interactive() && std::exchange(broken_off_, false)) exit_status.reset();
    return outcome;
}

} // namespace ferry::cli
