// ferry ls: one directory, or with -R a tree, read directory by directory.
#include "base/limits.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/each_url.hpp"
#include "cli/listing.hpp"
#include "cli/local.hpp"
#include "cli/terminal.hpp"
#include "cli/walk.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace ferry::cli {

namespace {

/// A directory still to be read.
struct place {
    std::string path;  ///< for the server
    std::string shown; ///< below the URL; empty for the URL itself
    std::size_t depth = 0;
};

/// What goes through all directories of one run.
class lister {
public:
    explicit lister(const arguments& asked) : asked_(&asked) {
        style_.sort = asked.sort;
        style_.reverse = asked.reverse;
        style_.hidden = asked.all || asked.json;
        style_.width = terminal_width(stdout);
        if (!asked.json && wants_colour(stdout)) {
            colours_.emplace(environment("LS_COLORS").value_or(""));
            style_.colours = &*colours_;
        }
        style_.format = asked.json                                 ? listing_format::json
                        : asked.long_format                        ? listing_format::long_lines
                        : is_terminal(stdout) && !asked.one_column ? listing_format::columns
                                                                   : listing_format::names;
        gathers_ = asked.operands.size() > 1 && !asked.recursive;
        if (!gathers_) return;
        auto named = style_;
        named.hidden = true; // whoever names a file wants to see it
        files_.emplace(named);
    }

    /// The tree at `where`, or only its top. `called` is what it is called where there are several.
    result<> walk(client& session, const url& where, const std::string& called, reporter& report);
    /// Prints what several operands gave: files together first, then the directories.
    void print_gathered();

private:
    result<std::vector<std::string>> read(client& session, const place& at, reporter& report);
    void take(listing page, const place& at, const std::optional<entry>& only);
    void print(listing& page, const place& at);
    void print_headline(const place& at);

    const arguments* asked_;
    std::optional<name_colours> colours_;
    listing_style style_;
    bool gathers_ = false; ///< several operands: nothing is printed before all are known
    std::optional<listing> files_;
    std::vector<std::pair<place, listing>> directories_;
    bool printed_ = false;
};

std::string oddities(const listing_report& read) {
    std::string text;
    if (read.not_understood > 0)
        text = fmt::format("{} lines of the listing are of no known format, the first is \"{}\"",
                           read.not_understood, printable(read.first_odd_line));
    if (read.unsafe_names > 0)
        text += fmt::format("{}{} names are left out because they are unsafe",
                            text.empty() ? "" : "; ", read.unsafe_names);
    return text;
}

void lister::print_headline(const place& at) {
    const bool many = asked_->recursive || asked_->operands.size() > 1;
    if (many && !asked_->json)
        write_out(fmt::format("{}{}:\n", printed_ ? "\n" : "",
                              at.shown.empty() ? "." : printable(at.shown)));
}

void lister::print(listing& page, const place& at) {
    print_headline(at);
    page.print(&write_out, asked_->json && printed_);
    printed_ = printed_ || !page.empty() || !asked_->json;
}

/// A listing of a file is the file itself: `only`, by its name.
void lister::take(listing page, const place& at, const std::optional<entry>& only) {
    if (!gathers_) return print(page, at);
    const auto name = std::string_view(at.path).substr(at.path.rfind('/') + 1);
    if (!only || only->type == entry_type::directory || only->name != name) {
        directories_.emplace_back(at, std::move(page));
        return;
    }
    auto file = *only;
    if (!asked_->json) file.name = at.shown;
    static_cast<void>(files_->add(file));
}

void lister::print_gathered() {
    if (files_ && !files_->empty()) {
        files_->print(&write_out);
        printed_ = true;
    }
    for (auto& [at, page] : directories_)
        print(page, at);
}

/// Prints one directory and gives the names of those below it.
result<std::vector<std::string>> lister::read(client& session, const place& at, reporter& report) {
    listing page(style_);
    std::vector<std::string> below;
    const auto directory = asked_->recursive ? std::optional(at.shown) : std::nullopt;
    bool fits = true;
    std::optional<entry> only;
    std::size_t count = 0;
    const auto keep = [&](const entry& each) {
        if (gathers_ && ++count == 1) only = each;
        fits = page.add(each, directory);
        const bool visible = style_.hidden || !each.name.starts_with('.');
        if (asked_->recursive && visible && each.type == entry_type::directory &&
            is_safe_name(each.name))
            below.push_back(each.name);
        return fits;
    };
    const auto read = session.list(at.path, keep, listing_options(style_.hidden));
    if (!read) return fail(read.error());
    if (const auto odd = oddities(*read); !odd.empty()) report.warn(odd);
    take(std::move(page), at, count == 1 ? only : std::nullopt);
    if (!fits) return fail(errc::limit_exceeded, "the directory is too large to be sorted");
    std::ranges::sort(below, std::greater<>());
    return below;
}

result<> lister::walk(client& session, const url& where, const std::string& called,
                      reporter& report) {
    std::vector<place> waiting;
    waiting.push_back({where.path, asked_->operands.size() > 1 ? called : "", 0});
    result<> outcome;
    while (!waiting.empty() && !output_is_unread()) {
        const auto at = std::move(waiting.back());
        waiting.pop_back();
        auto below = read(session, at, report);
        if (!below) {
            outcome = fail(below.error());
            if (!session.connected() || below.error().code() == errc::interrupted) break;
            continue;
        }
        if (at.depth >= limits::depth && !below->empty()) {
            outcome = fail(errc::limit_exceeded, "directories are nested too deeply: " + at.shown);
            continue;
        }
        for (const auto& name : *below)
            waiting.push_back(
                {path_below(at.path, name), path_below(at.shown, name), at.depth + 1});
    }
    return outcome;
}

} // namespace

result<int> run_ls(const arguments& asked, connections& open) {
    lister all(asked);
    if (asked.json) write_out("[");
    const int status = for_each_url(
        asked, open, asked.operands, [&](client& session, const url& where, reporter& report) {
            return all.walk(session, where, open.name_of(where), report);
        });
    all.print_gathered();
    if (asked.json) write_out("]\n");
    return status;
}

} // namespace ferry::cli
