// find, du and tree: what a walk over a server's tree shows.
#include "base/pattern.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/each_url.hpp"
#include "cli/json.hpp"
#include "cli/listing.hpp"
#include "cli/terminal.hpp"
#include "cli/walk.hpp"

#include <fmt/core.h>

namespace ferry::cli {

namespace {

walk_steps steps_of(const arguments& asked, reporter& report) {
    walk_steps steps;
    steps.most_depth = asked.most_depth;
    steps.should_stop = [] { return output_is_unread(); };
    steps.unreadable = [&report](const std::string& shown, const error& problem) {
        report.warn(printable(shown) + ": " + problem.message());
    };
    return steps;
}

bool is_wanted(const entry& what, const arguments& asked) {
    switch (asked.type) {
    case find_type::file:
        if (what.type != entry_type::file) return false;
        break;
    case find_type::directory:
        if (what.type != entry_type::directory) return false;
        break;
    case find_type::symlink:
        if (what.type != entry_type::symlink) return false;
        break;
    case find_type::any:
        break;
    }
    return !asked.name_pattern || name_pattern(*asked.name_pattern).matches(what.name);
}

/// What the paths of a URL's tree begin with.
std::string beginning_of(const url& where) {
    auto path = where.path.empty() ? std::string(".") : where.path;
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    return path;
}

void print_size(const arguments& asked, std::uint64_t bytes, const std::string& path) {
    if (asked.json)
        write_out(json_line({{"path", text_value(path)}, {"bytes", bytes}}));
    else
        write_out(fmt::format("{:>9}  {}\n", format_size(bytes), printable(path)));
}

result<> add_up(const arguments& asked, client& session, const url& where, reporter& report) {
    const auto top = beginning_of(where);
    std::vector<std::uint64_t> sums{0}; // of the directories from the top to here
    auto steps = steps_of(asked, report);
    // What is too deep to be shown counts all the same.
    steps.most_depth.reset();
    steps.entry = [&](const walked& at) {
        if (at.depth == 0) return print_size(asked, at.what.size.value_or(0), top);
        sums.resize(at.depth);
        if (at.what.type == entry_type::file) sums.back() += at.what.size.value_or(0);
        if (at.what.type == entry_type::directory) sums.push_back(0);
    };
    steps.leave = [&](const std::string& shown, std::size_t depth) {
        sums.resize(depth + 1);
        const auto sum = sums.back();
        if (depth > 0) {
            sums.pop_back();
            sums.back() += sum;
        }
        const bool is_shown =
            depth == 0 || (!asked.summary && depth <= asked.most_depth.value_or(depth));
        if (is_shown) print_size(asked, sum, shown.empty() ? top : path_below(top, shown));
    };
    return walk_tree(session, where.path, steps);
}

result<> draw(const arguments& asked, client& session, const url& where, reporter& report) {
    write_out(printable(beginning_of(where)) + '\n');
    std::vector<bool> last; // whether the directories on the way are the last of theirs
    std::size_t directories = 0;
    std::size_t others = 0;
    auto steps = steps_of(asked, report);
    steps.entry = [&](const walked& at) {
        if (at.depth == 0) {
            ++others;
            return;
        }
        last.resize(at.depth - 1);
        std::string line;
        for (const bool each : last)
            line += each ? "    " : "│   ";
        line += at.is_last ? "└── " : "├── ";
        line += printable(at.what.name);
        if (at.what.type == entry_type::directory) line += '/';
        if (at.what.type == entry_type::symlink && !at.what.target.empty())
            line += " -> " + printable(at.what.target);
        write_out(line + '\n');
        last.push_back(at.is_last);
        ++(at.what.type == entry_type::directory ? directories : others);
    };
    auto done = walk_tree(session, where.path, steps);
    if (done)
        write_out(
            fmt::format("\n{}, {}\n", counted(directories, "directory"), counted(others, "file")));
    return done;
}

result<> print_found(const arguments& asked, client& session, const url& where, reporter& report) {
    const auto top = beginning_of(where);
    auto steps = steps_of(asked, report);
    steps.entry = [&](const walked& at) {
        if (!is_wanted(at.what, asked)) return;
        const auto path = at.shown.empty() ? top : path_below(top, at.shown);
        if (!asked.json) return write_out(printable(path) + '\n');
        std::string line;
        append_json(line, at.what, path);
        write_out(line + '\n');
    };
    return walk_tree(session, where.path, steps);
}

} // namespace

result<int> run_find(const arguments& asked, connections& open) {
    return for_each_url(asked, open, asked.operands,
                        [&](client& session, const url& where, reporter& report) {
                            return print_found(asked, session, where, report);
                        });
}

result<int> run_du(const arguments& asked, connections& open) {
    return for_each_url(asked, open, asked.operands,
                        [&](client& session, const url& where, reporter& report) {
                            return add_up(asked, session, where, report);
                        });
}

result<int> run_tree(const arguments& asked, connections& open) {
    return for_each_url(asked, open, asked.operands,
                        [&](client& session, const url& where, reporter& report) {
                            return draw(asked, session, where, report);
                        });
}

} // namespace ferry::cli
