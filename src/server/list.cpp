// Directories: MLSD (RFC 3659, 7), LIST and NLST over the data connection, STAT over the control
// connection (RFC 959, 4.1.3). Entries are formatted as they are read: memory does not grow with
// their number.
#include "base/limits.hpp"
#include "base/pattern.hpp"
#include "server/handlers.hpp"
#include "server/transfer.hpp"
#include "wire/listing.hpp"
#include "wire/path.hpp"

#include <chrono>

namespace ferry::server_side {

namespace {

/// How much text is made before it is sent.
constexpr std::size_t block = 64 * 1024;

using line_function = std::function<void(const entry&, std::string& out)>;

/// A listing of one file.
class only_entry final : public directory {
public:
    explicit only_entry(entry item) : item_(std::move(item)) {}

    [[nodiscard]] result<bool> next(entry& into) override {
        if (given_) return false;
        into = item_;
        given_ = true;
        return true;
    }

private:
    entry item_;
    bool given_ = false;
};

/// The entries of a directory that fit a pattern.
class matching_entries final : public directory {
public:
    matching_entries(std::unique_ptr<directory> all, std::string_view pattern)
        : all_(std::move(all)), pattern_(pattern) {}

    [[nodiscard]] result<bool> next(entry& into) override {
        while (true) {
            auto more = all_->next(into);
            if (!more || !*more || pattern_.matches(into.name)) return more;
        }
    }

private:
    std::unique_ptr<directory> all_;
    name_pattern pattern_;
};

bool is_pattern(std::string_view name) noexcept {
    return name.size() <= limits::list_pattern && has_wildcards(name);
}

/// What a listing shows, and how.
class listed {
public:
    listed() = default;

    std::unique_ptr<directory> entries;
    line_function format;
};

/// The entries as the text of a data connection.
class listing_source final : public io::source {
public:
    listing_source(directory& entries, line_function format)
        : entries_(&entries), format_(std::move(format)) {}

    [[nodiscard]] result<std::size_t> read(std::span<char> into) override {
        if (given_ == text_.size()) {
            auto filled = fill();
            if (!filled) return fail(std::move(filled.error()));
        }
        const auto count = text_.copy(into.data(), into.size(), given_);
        given_ += count;
        return count;
    }

private:
    result<> fill() {
        text_.clear();
        given_ = 0;
        while (text_.size() < block) {
            const auto more = entries_->next(item_);
            if (!more) return fail(more.error());
            if (!*more) return {};
            format_(item_, text_);
            text_ += "\r\n";
        }
        return {};
    }

    directory* entries_;
    line_function format_;
    entry item_;
    std::string text_;
    std::size_t given_ = 0;
};

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// Clients give options of ls ("-la"), which have no meaning here.
std::string_view without_options(std::string_view argument) noexcept {
    while (argument.starts_with('-')) {
        const auto space = argument.find(' ');
        if (space == std::string_view::npos) return {};
        argument.remove_prefix(space + 1);
    }
    return argument;
}

/// What LIST, NLST and STAT show for an argument: a directory's entries, one file, or what fits a
/// pattern in the last component.
result<listed> find_listed(session& s, std::string_view argument, listing_detail detail,
                           line_function format) {
    argument = without_options(argument);
    auto& files = s.host.files();
    const auto path = s.resolve(argument);
    listed found;
    found.format = std::move(format);
    auto item = files.stat(path);
    if (item && item->type != entry_type::directory) {
        // The name as it was asked for, so that it can be used in the next command.
        item->name = argument;
        found.entries = std::make_unique<only_entry>(std::move(*item));
        return found;
    }
    const auto [parent, last] = wire::split_path(path);
    const bool pattern = !item && is_pattern(last) && !argument.ends_with('/');
    auto opened = files.list(pattern ? parent : path, detail);
    if (!opened) return fail(std::move(opened.error()));
    found.entries = std::move(*opened);
    if (!pattern) return found;
    found.entries = std::make_unique<matching_entries>(std::move(found.entries), last);
    const auto slash = argument.rfind('/');
    if (slash == std::string_view::npos) return found;
    found.format = [prefix = std::string(argument.substr(0, slash + 1)),
                    plain = std::move(found.format)](const entry& one, std::string& out) {
        entry named = one;
        named.name = prefix + one.name;
        plain(named, out);
    };
    return found;
}

/// What MLSD shows.
result<listed> find_facts(session& s, const std::string& path) {
    const auto item = s.host.files().stat(path);
    // RFC 3659, 7.2.1: a file is no argument of MLSD.
    if (item && item->type != entry_type::directory)
        return fail(errc::invalid_argument, "Not a directory");
    auto opened = s.host.files().list(path, listing_detail::facts);
    if (!opened) return fail(std::move(opened.error()));
    listed found;
    found.entries = std::move(*opened);
    found.format = [facts = s.parameters.facts](const entry& one, std::string& out) {
        wire::format_fact_line(one, facts, one.name, out);
    };
    if (!s.login.read_only) return found;
    found.format = [&s, plain = std::move(found.format)](const entry& one, std::string& out) {
        entry shown = one;
        s.show_own_rights(shown);
        plain(shown, out);
    };
    return found;
}

line_function as_list_line() {
    return [at = now()](const entry& item, std::string& out) {
        wire::format_list_line(item, at, out);
    };
}

void as_name(const entry& item, std::string& out) {
    out += item.name;
}

io::task<> send_listing(session& s, std::string what, const result<listed>& found) {
    listing_source text(*found->entries, found->format);
    transfer_title title(std::move(what), "Here comes the listing");
    co_await send_over_data(s, std::move(title), text);
}

/// Over the data connection, or the reply why not.
io::task<> list_over_data(session& s, std::string verb_name, std::string argument,
                          result<listed> (*find)(session&, const std::string&)) {
    s.parameters.restart = 0;
    if (!data_announced(s)) co_return;
    const auto found = find(s, argument);
    if (!found) {
        s.data.close();
        s.control.queue(refusal(found.error(), argument));
        co_return;
    }
    co_await send_listing(s, verb_name + ' ' + argument, found);
}

} // namespace

io::task<> mlsd(session& s, std::string path) {
    return list_over_data(s, "MLSD", s.resolve(path), find_facts);
}

io::task<> list(session& s, std::string argument) {
    return list_over_data(
        s, "LIST", std::move(argument), [](session& here, const std::string& wanted) {
            return find_listed(here, wanted, listing_detail::facts, as_list_line());
        });
}

io::task<> nlst(session& s, std::string argument) {
    return list_over_data(s, "NLST", std::move(argument),
                          [](session& here, const std::string& wanted) {
                              return find_listed(here, wanted, listing_detail::names, as_name);
                          });
}

io::task<> stat(session& s, std::string argument) {
    if (argument.empty()) {
        s.control.queue(session_status(s));
        co_return;
    }
    constexpr plan::verb_rule with_path{plan::verb_argument::required, plan::verb_stage::logged_in,
                                        plan::verb_access::read};
    if (const auto refused = plan::gate(with_path, s.standing(), true)) {
        s.control.queue(reply(refused->code, std::string(refused->text)));
        co_return;
    }
    const auto found = find_listed(s, argument, listing_detail::facts, as_list_line());
    if (!found) {
        s.control.queue(refusal(found.error(), argument));
        co_return;
    }
    s.control.queue_text("213-Listing\r\n");
    entry item;
    std::string line;
    while (true) {
        const auto more = found->entries->next(item);
        if (!more || !*more) break;
        line = ' '; // no line can be taken for the last one
        found->format(item, line);
        line += "\r\n";
        s.control.queue_text(line);
        if (s.control.queued() < block) continue;
        co_await s.control.flush();
        if (s.control.lost()) co_return;
    }
    s.control.queue(reply(213, "End"));
}

} // namespace ferry::server_side
