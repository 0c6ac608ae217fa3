// The only file that sees toml++: all of that library is headers. It is told to throw nothing and
// to write nothing.
#include "cli/config_file.hpp"

#include "base/text.hpp"
#include "cli/suggest.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace ferry::cli {

namespace {

constexpr std::array<std::string_view, 4> table_names{"defaults", "host", "shell", "alias"};

/// A key of a table and what stands behind it.
struct member {
    const toml::key* key;
    const toml::node* value;

    [[nodiscard]] std::string_view name() const noexcept { return key->str(); }

    [[nodiscard]] std::size_t line() const noexcept { return key->source().begin.line; }
};

/// The members as they stand in the file; the library has them sorted by name.
std::vector<member> members_of(const toml::table& table) {
    std::vector<member> members;
    for (const auto& [key, value] : table)
        members.push_back({&key, &value});
    std::ranges::sort(members, [](const member& a, const member& b) {
        return a.key->source().begin < b.key->source().begin;
    });
    return members;
}

std::optional<std::string> text_of(const toml::node& value) {
    if (const auto* text = value.as_string()) return text->get();
    if (const auto* whole = value.as_integer()) return std::to_string(whole->get());
    if (const auto* number = value.as_floating_point()) return fmt::format("{}", number->get());
    return std::nullopt;
}

/// The tables of one file as they are read.
class table_reader {
public:
    explicit table_reader(std::string_view file_name) : file_name_(file_name) {}

    result<std::vector<file_table>> read(const toml::table& root) {
        for (const auto& each : members_of(root))
            if (auto done = read_top(each); !done) return fail(std::move(done.error()));
        return std::move(tables_);
    }

private:
    result<> read_top(const member& top);
    result<> read_hosts(const toml::table& hosts);
    result<> read_table(table_kind kind, const member& named, std::string_view host = {});
    result<file_entry> read_entry(const member& named) const;
    [[nodiscard]] failure unknown_table(const member& top) const;

    std::string_view file_name_;
    std::vector<file_table> tables_;
};

failure table_reader::unknown_table(const member& top) const {
    const bool is_table = top.value->is_table() || top.value->is_array_of_tables();
    if (!is_table)
        return wrong_line(file_name_, top.line(), fmt::format("{} stands in no table", top.name()),
                          "put it below a line [defaults]");
    const auto near = nearest(top.name(), table_names);
    return wrong_line(file_name_, top.line(), fmt::format("there is no table [{}]", top.name()),
                      near.empty() ? std::string("the tables are [defaults], [host.\"PATTERN\"], "
                                                 "[shell] and [alias]")
                                   : fmt::format("did you mean [{}]?", near));
}

result<> table_reader::read_top(const member& top) {
    const auto known = std::ranges::find(table_names, top.name());
    if (known == table_names.end()) return unknown_table(top);
    const auto kind = static_cast<table_kind>(known - table_names.begin());
    if (kind != table_kind::host) return read_table(kind, top);
    if (const auto* hosts = top.value->as_table()) return read_hosts(*hosts);
    return wrong_line(file_name_, top.line(), "host is no table",
                      "name the host: [host.\"ftp.example.org\"]");
}

result<> table_reader::read_hosts(const toml::table& hosts) {
    for (const auto& each : members_of(hosts)) {
        if (!each.value->is_table())
            return wrong_line(file_name_, each.line(), fmt::format("{} names no host", each.name()),
                              "a table of a host begins with [host.\"PATTERN\"]");
        if (auto done = read_table(table_kind::host, each, each.name()); !done) return done;
    }
    return {};
}

result<> table_reader::read_table(table_kind kind, const member& named, std::string_view host) {
    const auto* entries = named.value->as_table();
    if (entries == nullptr)
        return wrong_line(file_name_, named.line(), fmt::format("{} is no table", named.name()));
    file_table table;
    table.kind = kind;
    table.host = host;
    table.line = named.line();
    for (const auto& each : members_of(*entries)) {
        // [host.ftp.example.org] is four tables, one in the other.
        if (kind == table_kind::host && each.value->is_table())
            return wrong_line(file_name_, each.line(),
                              fmt::format("{} is a table within a table", each.name()),
                              "names with dots want quotes: [host.\"ftp.example.org\"]");
        auto entry = read_entry(each);
        if (!entry) return fail(std::move(entry.error()));
        table.entries.push_back(*std::move(entry));
    }
    tables_.push_back(std::move(table));
    return {};
}

result<file_entry> table_reader::read_entry(const member& named) const {
    file_entry entry;
    entry.name = named.name();
    entry.line = named.line();
    if (const auto* truth = named.value->as_boolean()) {
        entry.truth = truth->get();
        return entry;
    }
    const auto wrong = [&] {
        return wrong_line(
            file_name_, named.line(),
            fmt::format("{} wants a text in quotes, a number, true or false", named.name()));
    };
    const auto add = [&](const toml::node& value) {
        auto text = text_of(value);
        if (text) entry.texts.push_back(*std::move(text));
        return text.has_value();
    };
    if (const auto* array = named.value->as_array()) {
        for (const auto& each : *array)
            if (!add(each)) return wrong();
    } else if (!add(*named.value)) {
        return wrong();
    }
    return entry;
}

/// The code point of a UTF-8 sequence that is valid.
std::uint32_t code_point(std::string_view sequence) noexcept {
    const auto first = static_cast<unsigned char>(sequence.front());
    if (sequence.size() == 1) return first;
    std::uint32_t point = first & (0x7FU >> sequence.size());
    for (const char c : sequence.substr(1))
        point = (point << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
    return point;
}

} // namespace

result<std::vector<file_table>> read_tables(std::string_view text, std::string_view file_name) {
    const auto parsed = toml::parse(text, file_name);
    if (parsed.failed())
        return wrong_line(file_name, parsed.error().source().begin.line,
                          fmt::format("not TOML: {}", parsed.error().description()));
    return table_reader(file_name).read(parsed.table());
}

failure wrong_line(std::string_view file_name, std::size_t line, std::string_view what,
                   std::string_view advice) {
    error problem(errc::usage, fmt::format("{}:{}: {}", file_name, line, what));
    if (!advice.empty()) problem.advise(advice);
    return fail(std::move(problem));
}

std::string toml_quoted(std::string_view text) {
    const auto valid = to_utf8(text);
    std::string out = "\"";
    for (std::string_view rest = valid; !rest.empty();) {
        const auto sequence = rest.substr(0, std::max(utf8_sequence(rest), std::size_t{1}));
        rest.remove_prefix(sequence.size());
        if (sequence == "\"" || sequence == "\\")
            (out += '\\') += sequence;
        else if (sequence == "\n")
            out += "\\n";
        else if (printable(sequence) == sequence)
            out += sequence;
        else
            out += fmt::format("\\U{:08X}", code_point(sequence));
    }
    return out + '"';
}

} // namespace ferry::cli
