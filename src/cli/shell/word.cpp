#include "cli/shell/word.hpp"

#include <algorithm>
#include <utility>

namespace ferry::cli {

namespace {

constexpr std::string_view special_in_double_quotes = "$\"\\`";

bool begins_name(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool continues_name(char c) noexcept {
    return begins_name(c) || (c >= '0' && c <= '9');
}

class reader {
public:
    reader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

    word_reading read() {
        while (at_ < text_.size() && !ends_word(text_[at_])) {
            switch (text_[at_]) {
            case '\\':
                read_backslash();
                break;
            case '\'':
                read_single_quotes();
                break;
            case '"':
                read_double_quotes();
                break;
            case '$':
                read_variable(part_kind::bare);
                break;
            default:
                add(part_kind::bare, text_.substr(at_++, 1));
            }
        }
        result_.end = at_;
        return std::move(result_);
    }

private:
    void add(part_kind kind, std::string_view text) {
        auto& parts = result_.found.parts;
        if (parts.empty() || parts.back().kind != kind || kind == part_kind::variable)
            parts.emplace_back(kind, std::string(text));
        else
            parts.back().text += text;
    }

    /// A quote, of which nothing may follow: '' is a word too.
    void open(quote_style style) {
        add(part_kind::literal, {});
        result_.open = style;
        result_.opened_at = at_++;
    }

    void close() {
        result_.open = quote_style::none;
        ++at_;
    }

    void read_backslash() {
        if (++at_ == text_.size())
            result_.ends_in_backslash = true;
        else if (text_[at_] != '\n')
            add(part_kind::literal, text_.substr(at_, 1));
        at_ = std::min(at_ + 1, text_.size());
    }

    void read_single_quotes() {
        open(quote_style::single_quotes);
        const auto closing = std::min(text_.find('\'', at_), text_.size());
        add(part_kind::literal, text_.substr(at_, closing - at_));
        at_ = closing;
        if (at_ < text_.size()) close();
    }

    void read_double_quotes() {
        open(quote_style::double_quotes);
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"') return close();
            const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
            if (c == '$') {
                read_variable(part_kind::literal);
            } else if (c == '\\' && (next == '\n' || is_special_inside(next))) {
                if (next != '\n') add(part_kind::literal, text_.substr(at_ + 1, 1));
                at_ += 2;
            } else {
                add(part_kind::literal, text_.substr(at_++, 1));
            }
        }
    }

    static bool is_special_inside(char c) noexcept {
        return special_in_double_quotes.find(c) != std::string_view::npos;
    }

    /// $name, ${name}, $?, or a '$' that is nothing but a '$'.
    void read_variable(part_kind around) {
        const bool in_braces = text_.substr(at_).starts_with("${");
        const auto begin = at_ + (in_braces ? 2 : 1);
        auto end = begin;
        if (end < text_.size() && text_[end] == '?') // the last status
            ++end;
        else if (end < text_.size() && begins_name(text_[end]))
            while (end < text_.size() && continues_name(text_[end]))
                ++end;
        const bool closed = !in_braces || (end < text_.size() && text_[end] == '}');
        if (end == begin || !closed) {
            if (in_braces && !result_.wrong_variable) result_.wrong_variable = at_;
            add(around == part_kind::bare && !in_braces ? part_kind::bare : part_kind::literal,
                text_.substr(at_, in_braces ? 2 : 1));
            at_ = begin;
            return;
        }
        add(part_kind::variable, text_.substr(begin, end - begin));
        at_ = end + (in_braces ? 1 : 0);
    }

    std::string_view text_;
    std::size_t at_;
    word_reading result_;
};

/// Adds quoted text to a pattern. `in_set`: a bare '[' stands before.
void add_escaped(std::string& pattern, std::string_view text, bool in_set) {
    for (const char c : text) {
        // After braces are expanded, what stands behind { or , stands at the start.
        const bool at_start = pattern.empty() || pattern.back() == '{' || pattern.back() == ',';
        const bool special = std::string_view("*?[]{},\\").find(c) != std::string_view::npos;
        const bool in_set_only = c == '-' || c == '!' || c == '^';
        if (special || (c == '~' && at_start) || (in_set_only && in_set)) pattern += '\\';
        pattern += c;
    }
}

std::string quoted_text(const word_part& part, const variable_lookup& lookup) {
    if (part.kind != part_kind::variable) return part.text;
    return lookup ? lookup(part.text).value_or(std::string()) : std::string();
}

bool is_control(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// Characters that are quoted: what means something to this shell or to sh, in which local commands
/// are completed too.
bool is_special(char c) noexcept {
    return is_control(c) || std::string_view(" '\"\\$`;&|<>()*?[{").find(c) != std::string::npos;
}

std::string in_backslashes(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool leading = out.empty() && (c == '#' || c == '~' || c == '!');
        if (leading || is_special(c)) out += '\\';
        out += c;
    }
    return out;
}

std::string in_single_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += "'\\'";
        out += c;
    }
    return out + '\'';
}

std::string in_double_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (special_in_double_quotes.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out + '"';
}

} // namespace

bool word::is_bare() const noexcept {
    return std::ranges::all_of(parts,
                               [](const word_part& each) { return each.kind == part_kind::bare; });
}

std::string word::text() const {
    std::string all;
    for (const auto& part : parts) {
        if (part.kind == part_kind::variable) all += '$';
        all += part.text;
    }
    return all;
}

bool ends_word(char c) noexcept {
    return std::string_view(" \t\n;&|<>").find(c) != std::string_view::npos;
}

word_reading read_word(std::string_view text, std::size_t at) {
    return reader(text, std::min(at, text.size())).read();
}

std::size_t skip_blanks(std::string_view text, std::size_t at) noexcept {
    while (at < text.size()) {
        if (text[at] == ' ' || text[at] == '\t')
            ++at;
        else if (text.substr(at).starts_with("\\\n"))
            at += 2;
        else
            break;
    }
    return at;
}

std::size_t skip_comment(std::string_view text, std::size_t at) noexcept {
    if (!text.substr(at).starts_with('#')) return at;
    return std::min(text.find('\n', at), text.size());
}

std::string_view operator_at(std::string_view text, std::size_t at) noexcept {
    const auto rest = text.substr(at);
    for (const std::string_view two : {"&&", "||", ">>"})
        if (rest.starts_with(two)) return two;
    const bool is_one = !rest.empty() && std::string_view("\n;&|<>").find(rest[0]) != rest.npos;
    return rest.substr(0, is_one ? 1 : 0);
}

bool ends_statement(std::string_view op) noexcept {
    return op == ";" || op == "&" || op == "&&" || op == "||" || op == "\n";
}

std::size_t skip_redirection(std::string_view text, std::size_t at) noexcept {
    at += operator_at(text, at).size();
    return text.substr(at).starts_with('&') ? at + 1 : at;
}

std::string word_pattern(const word& from, const variable_lookup& lookup) {
    std::string pattern;
    bool in_set = false;
    for (const auto& part : from.parts) {
        if (part.kind != part_kind::bare) {
            add_escaped(pattern, quoted_text(part, lookup), in_set);
            continue;
        }
        const bool is_home =
            &part == &from.parts.front() && (part.text != "~" || from.parts.size() == 1);
        if (pattern.empty() && part.text.starts_with('~') && !is_home) pattern += '\\';
        pattern += part.text;
        in_set = in_set || part.text.find('[') != std::string::npos;
    }
    return pattern;
}

std::string expand_home(std::string_view pattern, std::string_view home) {
    if (pattern != "~" && !pattern.starts_with("~/")) return std::string(pattern);
    std::string path;
    add_escaped(path, home, false);
    pattern.remove_prefix(1);
    if (path.ends_with('/') && !pattern.empty()) path.pop_back();
    return path.append(pattern);
}

std::string quote_word(std::string_view text, quote_style style) {
    if (style == quote_style::single_quotes) return in_single_quotes(text);
    if (style == quote_style::double_quotes) return in_double_quotes(text);
    auto backslashes = in_backslashes(text);
    if (backslashes == text && !text.empty()) return backslashes;
    auto quoted = in_single_quotes(text);
    if (auto other = in_double_quotes(text); other.size() < quoted.size())
        quoted = std::move(other);
    // A newline behind a backslash would vanish, and other control characters are better enclosed.
    const bool enclose = text.empty() || std::ranges::any_of(text, is_control);
    return enclose || quoted.size() <= backslashes.size() ? quoted : backslashes;
}

} // namespace ferry::cli
