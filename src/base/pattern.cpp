#include "base/pattern.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

#include <iterator>
#include <utility>

namespace ferry {

namespace {

constexpr auto none = std::string_view::npos;

/// Bytes that are not UTF-8 get numbers behind all characters, so that they equal only themselves.
constexpr char32_t first_stray_byte = 0x110000;

/// Cuts off the first character. `text` must not be empty.
char32_t take_character(std::string_view& text) noexcept {
    const auto length = utf8_sequence(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    char32_t character = length == 0 ? first_stray_byte + lead : lead;
    if (length > 1) {
        character = lead & (0xFFU >> (length + 1));
        for (const char c : text.substr(1, length - 1))
            character = (character << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
    }
    text.remove_prefix(length == 0 ? 1 : length);
    return character;
}

/// As `take_character`, but a backslash makes way for what it quotes.
char32_t take_quoted(std::string_view& text) noexcept {
    if (text[0] == '\\' && text.size() > 1) text.remove_prefix(1);
    return take_character(text);
}

/// Looks for the ']' that belongs to a '['. Remembers how far a search went in vain: a '[' before
/// that has none either, so that a row of them is not searched again and again.
class set_finder {
public:
    explicit set_finder(std::string_view pattern) : pattern_(pattern) {}

    [[nodiscard]] std::size_t closing(std::size_t open) noexcept {
        if (open < in_vain_) return none;
        auto i = open + 1;
        if (i < pattern_.size() && (pattern_[i] == '!' || pattern_[i] == '^')) ++i;
        if (i < pattern_.size() && pattern_[i] == ']') ++i;
        for (; i < pattern_.size() && pattern_[i] != '/'; ++i) {
            if (pattern_[i] == ']') return i;
            if (pattern_[i] == '\\' && !pattern_.substr(i + 1).starts_with('/')) ++i;
        }
        in_vain_ = i;
        return none;
    }

private:
    std::string_view pattern_;
    std::size_t in_vain_ = 0;
};

/// Which braces and commas of a pattern make alternatives.
class brace_groups {
public:
    explicit brace_groups(std::string_view pattern) : active_(pattern.size()) {
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            if (pattern[i] == '\\')
                ++i;
            else if (pattern[i] == '{')
                open_.push_back({i, commas_.size()});
            else if (pattern[i] == ',' && !open_.empty())
                commas_.push_back(i);
            else if (pattern[i] == '}' && !open_.empty())
                close(i);
        }
    }

    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    [[nodiscard]] bool active(std::size_t at) const noexcept { return active_[at]; }

private:
    struct opened {
        std::size_t at;
        std::size_t commas_before;
    };

    void close(std::size_t at) {
        const auto group = open_.back();
        open_.pop_back();
        if (commas_.size() > group.commas_before) {
            ++count_;
            active_[group.at] = active_[at] = true;
        }
        for (auto i = group.commas_before; i < commas_.size(); ++i)
            active_[commas_[i]] = true;
        commas_.resize(group.commas_before);
    }

    std::vector<bool> active_;
    std::vector<opened> open_;
    std::vector<std::size_t> commas_; ///< of the groups that are open
    std::size_t count_ = 0;
};

/// Words, and how long they are together.
class word_set {
public:
    word_set() = default;

    explicit word_set(std::string only) : bytes_(only.size()) { words_.push_back(std::move(only)); }

    /// What was made of each part is found again in the whole: a part beyond a cap is enough.
    [[nodiscard]] bool is_sane() const noexcept {
        return words_.size() <= limits::brace_words && bytes_ <= limits::brace_bytes;
    }

    void append(std::string_view text) {
        bytes_ += text.size() * words_.size();
        if (!is_sane()) return;
        for (auto& each : words_)
            each += text;
    }

    void add(word_set&& others) {
        bytes_ += others.bytes_;
        words_.insert(words_.end(), std::move_iterator(others.words_.begin()),
                      std::move_iterator(others.words_.end()));
    }

    /// Each word with each of the endings.
    void multiply(word_set&& endings) {
        bytes_ = bytes_ * endings.words_.size() + endings.bytes_ * words_.size();
        if (words_.size() * endings.words_.size() > limits::brace_words)
            bytes_ = limits::brace_bytes + 1;
        if (!is_sane()) return;
        const auto beginnings = std::exchange(words_, std::move(endings.words_));
        if (beginnings.size() == 1) {
            for (auto& each : words_)
                each.insert(0, beginnings.front());
            return;
        }
        const auto ends = std::exchange(words_, {});
        for (const auto& each : beginnings)
            for (const auto& end : ends)
                words_.push_back(each + end);
    }

    [[nodiscard]] std::vector<std::string> take() && { return std::move(words_); }

private:
    std::vector<std::string> words_;
    std::size_t bytes_ = 0;
};

/// A group that is being read, or the whole pattern.
struct brace_level {
    word_set finished;               ///< the alternatives that are complete
    word_set current{std::string()}; ///< what the one being read makes so far
};

} // namespace

bool has_wildcards(std::string_view pattern) noexcept {
    set_finder sets(pattern);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '*' || c == '?' || (c == '[' && sets.closing(i) != none)) return true;
        if (c == '\\') ++i;
    }
    return false;
}

std::string literal_text(std::string_view pattern) {
    std::string text;
    text.reserve(pattern.size());
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
        text += pattern[i];
    }
    return text;
}

result<std::vector<std::string>> expand_braces(std::string_view pattern) {
    const auto too_many = [] {
        return fail(errc::usage, "the braces make more than " +
                                     std::to_string(limits::brace_words) + " words, or " +
                                     std::to_string(limits::brace_bytes) + " bytes");
    };
    const brace_groups groups(pattern);
    if (groups.count() == 0) return std::vector{std::string(pattern)};
    // A group adds at least one word, so this also bounds how deep they nest.
    if (groups.count() >= limits::brace_words) return too_many();
    std::vector<brace_level> levels(1);
    std::size_t done = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!groups.active(i)) continue;
        levels.back().current.append(pattern.substr(done, i - done));
        done = i + 1;
        if (pattern[i] == '{') {
            levels.emplace_back();
            continue;
        }
        auto& level = levels.back();
        level.finished.add(std::exchange(level.current, word_set(std::string())));
        if (!level.finished.is_sane()) return too_many();
        if (pattern[i] == ',') continue;
        auto alternatives = std::move(level.finished);
        levels.pop_back();
        levels.back().current.multiply(std::move(alternatives));
        if (!levels.back().current.is_sane()) return too_many();
    }
    auto& all = levels.front().current;
    all.append(pattern.substr(done));
    if (!all.is_sane()) return too_many();
    auto words = std::move(all).take();
    std::erase(words, std::string());
    return words;
}

name_pattern::name_pattern(std::string_view text, leading_dot dot) : dot_(dot) {
    set_finder sets(text);
    auto rest = text;
    while (!rest.empty()) {
        const auto at = text.size() - rest.size();
        const auto closing = rest[0] == '[' ? sets.closing(at) : none;
        if (closing != none) {
            add_set(text.substr(at + 1, closing - at - 1));
            rest = text.substr(closing + 1);
        } else if (rest[0] == '*') {
            // Many stars in a row say no more than one.
            if (steps_.empty() || steps_.back().what != kind::star)
                steps_.push_back({.what = kind::star});
            rest.remove_prefix(1);
        } else if (rest[0] == '?') {
            steps_.push_back({.what = kind::any});
            rest.remove_prefix(1);
        } else {
            steps_.push_back({.what = kind::character, .character = take_quoted(rest)});
        }
    }
}

void name_pattern::add_set(std::string_view inside) {
    step set{.what = kind::one_of, .ranges_begin = ranges_.size()};
    if (inside[0] == '!' || inside[0] == '^') {
        set.what = kind::none_of;
        inside.remove_prefix(1);
    }
    while (!inside.empty()) {
        const auto first = take_quoted(inside);
        auto last = first;
        if (inside.size() > 1 && inside[0] == '-') {
            inside.remove_prefix(1);
            last = take_quoted(inside);
        }
        ranges_.push_back({first, last});
    }
    set.ranges_end = ranges_.size();
    steps_.push_back(set);
}

bool name_pattern::takes(const step& one, char32_t character) const noexcept {
    if (one.what == kind::any) return true;
    if (one.what == kind::character) return one.character == character;
    for (auto i = one.ranges_begin; i < one.ranges_end; ++i)
        if (ranges_[i].first <= character && character <= ranges_[i].last)
            return one.what == kind::one_of;
    return one.what == kind::none_of;
}

bool name_pattern::matches(std::string_view name) const noexcept {
    const bool names_dot =
        !steps_.empty() && steps_[0].what == kind::character && steps_[0].character == U'.';
    if (dot_ == leading_dot::hides && name.starts_with('.') && !names_dot) return false;
    // Only the last star is ever tried again: an earlier one has nothing to win by taking more.
    std::size_t next = 0;
    std::size_t after_star = none;
    std::string_view behind_star;
    while (!name.empty()) {
        auto rest = name;
        const auto character = take_character(rest);
        if (next < steps_.size() && steps_[next].what == kind::star) {
            after_star = ++next;
            behind_star = name;
        } else if (next < steps_.size() && takes(steps_[next], character)) {
            ++next;
            name = rest;
        } else if (after_star != none) {
            next = after_star;
            (void)take_character(behind_star);
            name = behind_star;
        } else {
            return false;
        }
    }
    while (next < steps_.size() && steps_[next].what == kind::star)
        ++next;
    return next == steps_.size();
}

} // namespace ferry
