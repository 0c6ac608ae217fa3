#include "cli/netrc.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace ferry::cli {

namespace {

constexpr std::string_view blanks = " \t\r\n";

/// The words of the file, one after the other.
class word_reader {
public:
    explicit word_reader(std::string_view text) : rest_(text) {}

    /// nullopt at the end.
    std::optional<std::string> next() {
        skip_blanks();
        if (rest_.empty()) return std::nullopt;
        return rest_.front() == '"' ? quoted() : plain();
    }

    /// As `next`, but passes over comments: for places where a keyword stands.
    std::optional<std::string> keyword() {
        for (skip_blanks(); rest_.starts_with('#'); skip_blanks())
            (void)take_until(rest_, '\n');
        return next();
    }

    /// To the end of a macro: an empty line.
    void skip_macro() {
        const auto end = rest_.find("\n\n");
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
    }

private:
    void skip_blanks() {
        const auto first = rest_.find_first_not_of(blanks);
        rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
    }

    std::string plain() {
        const auto end = rest_.find_first_of(blanks);
        std::string word(rest_.substr(0, end));
        rest_.remove_prefix(word.size());
        return word;
    }

    std::string quoted() {
        std::string word;
        std::size_t i = 1;
        for (; i < rest_.size() && rest_[i] != '"'; ++i) {
            if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
            word += rest_[i];
        }
        rest_.remove_prefix(std::min(i + 1, rest_.size()));
        return word;
    }

    std::string_view rest_;
};

/// An entry and what it is for.
struct section {
    std::optional<std::string> host; ///< none for the default
    netrc_entry entry;
};

bool fits(const section& found, std::string_view host, const std::optional<std::string>& user) {
    const bool host_fits = !found.host || equal_ignoring_case(*found.host, host);
    return host_fits && (!user || !found.entry.login || found.entry.login == user);
}

} // namespace

std::optional<netrc_entry> find_in_netrc(std::string_view text, std::string_view host,
                                         const std::optional<std::string>& user) {
    word_reader words(text);
    std::optional<section> current;
    while (const auto word = words.keyword()) {
        if (*word == "machine" || *word == "default") {
            if (current && fits(*current, host, user)) return current->entry;
            current.emplace();
            if (*word == "machine") current->host = words.next().value_or(std::string());
        } else if (*word == "macdef") {
            words.skip_macro();
        } else if (current && *word == "login") {
            current->entry.login = words.next();
        } else if (current && *word == "password") {
            current->entry.password = words.next();
        } else if (current && *word == "account") {
            current->entry.account = words.next();
        }
    }
    if (current && fits(*current, host, user)) return current->entry;
    return std::nullopt;
}

std::vector<std::string> machines_in_netrc(std::string_view text) {
    std::vector<std::string> machines;
    word_reader words(text);
    while (const auto keyword = words.keyword()) {
        if (*keyword == "macdef") words.skip_macro();
        if (*keyword == "default" || *keyword == "macdef") continue;
        auto value = words.next();
        if (*keyword == "machine" && value) machines.push_back(*std::move(value));
    }
    return machines;
}

} // namespace ferry::cli
