// Directories: MLSD (RFC 3659, 7), LIST and NLST over the data connection, STAT over the control
// connection (RFC 959, 4.1.3). Entries are formatted as they are read: memory does not grow with
// their number.
#include "server/handlers.hpp"
#include "server/pattern.hpp"
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
    matching_entries(std::unique_ptr<directory> all, std::string pattern)
        : all_(std::move(all)), pattern_(std::move(pattern)) {}

    [[nodiscard]] result<bool> next(entry& into) override {
        while (true) {
            auto more = all_->next(into);
            if (!more || !*more || matches(pattern_, into.name)) return more;
        }
    }

private:
    std::unique_ptr<directory> all_;
    std::string pattern_;
};

/// What a listing shows.
class listed {
public:
    listed() = default;

    std::unique_ptr<directory> entries;
    std::string prefix; ///< of every name: the directory in front of a pattern
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
result<listed> find_listed(session& s, std::string_view argument) {
    auto& files = s.host.files();
    const auto path = s.resolve(argument);
    listed found;
    auto item = files.stat(path);
    if (item && item->type != entry_type::directory) {
        // The name as it was asked for, so that it can be used in the next command.
        item->name = argument;
        found.entries = std::make_unique<only_entry>(std::move(*item));
        return found;
    }
    const auto [parent, last] = wire::split_path(path);
    const bool pattern = !item && is_pattern(last) && !argument.ends_with('/');
    auto opened = files.list(pattern ? parent : path);
    if (!opened) return fail(std::move(opened.error()));
    found.entries = std::move(*opened);
    if (pattern) {
        found.entries = std::make_unique<matching_entries>(std::move(found.entries), last);
        const auto slash = argument.rfind('/');
        if (slash != std::string_view::npos) found.prefix = argument.substr(0, slash + 1);
    }
    return found;
}

/// LIST and NLST.
io::task<> list_argument(session& s, std::string verb_name, std::string argument,
                         line_function format) {
    s.parameters.restart = 0;
    if (!data_announced(s)) co_return;
    auto found = find_listed(s, without_options(argument));
    if (!found) {
        s.data.close();
        s.control.queue(refusal(found.error(), argument));
        co_return;
    }
    const line_function with_prefix = [&](const entry& item, std::string& out) {
        out += found->prefix;
        format(item, out);
    };
    const auto& chosen = found->prefix.empty() ? format : with_prefix;
    listing_source text(*found->entries, chosen);
    transfer_title title(verb_name + ' ' + argument, "Here comes the listing");
    co_await send_over_data(s, std::move(title), text);
}

} // namespace

io::task<> mlsd(session& s, std::string path) {
    s.parameters.restart = 0;
    path = s.resolve(path);
    if (!data_announced(s)) co_return;
    const auto item = s.host.files().stat(path);
    // RFC 3659, 7.2.1: a file is no argument of MLSD.
    if (item && item->type != entry_type::directory) {
        s.data.close();
        s.control.queue(reply(501, "Not a directory"));
        co_return;
    }
    auto opened = s.host.files().list(path);
    if (!opened) {
        s.data.close();
        s.control.queue(refusal(opened.error(), path));
        co_return;
    }
    const auto facts = s.parameters.facts;
    const bool read_only = s.login.read_only;
    entry shown;
    const line_function format = [&](const entry& one, std::string& out) {
        if (!read_only) return wire::format_fact_line(one, facts, one.name, out);
        shown = one;
        s.show_own_rights(shown);
        wire::format_fact_line(shown, facts, shown.name, out);
    };
    listing_source text(**opened, format);
    transfer_title title("MLSD " + path, "Here come the facts");
    co_await send_over_data(s, std::move(title), text);
}

io::task<> list(session& s, std::string argument) {
    line_function format = [at = now()](const entry& item, std::string& out) {
        wire::format_list_line(item, at, out);
    };
    return list_argument(s, "LIST", std::move(argument), std::move(format));
}

io::task<> nlst(session& s, std::string argument) {
    line_function format = [](const entry& item, std::string& out) { out += item.name; };
    return list_argument(s, "NLST", std::move(argument), std::move(format));
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
    auto found = find_listed(s, without_options(argument));
    if (!found) {
        s.control.queue(refusal(found.error(), argument));
        co_return;
    }
    s.control.queue_text("213-Listing\r\n");
    entry item;
    std::string line;
    const auto at = now();
    while (true) {
        const auto more = found->entries->next(item);
        if (!more || !*more) break;
        line = ' '; // no line can be taken for the last one
        wire::format_list_line(item, at, line);
        line += "\r\n";
        s.control.queue_text(line);
        if (s.control.queued() < block) continue;
        co_await s.control.flush();
        if (s.control.lost()) co_return;
    }
    s.control.queue(reply(213, "End"));
}

} // namespace ferry::server_side
