#include "cli/file_mode.hpp"

#include "base/text.hpp"

namespace ferry::cli {

namespace {

constexpr unsigned set_user = 04000;
constexpr unsigned set_group = 02000;
constexpr unsigned sticky = 01000;

failure wrong(std::string_view mode) {
    return fail(errc::usage, "'" + std::string(mode) + "' is no mode: write 640 or u+x,go-w");
}

/// The bits that belong to u, g, o and a; special bits included.
unsigned bits_of(char who) noexcept {
    switch (who) {
    case 'u':
        return 0700 | set_user;
    case 'g':
        return 0070 | set_group;
    case 'o':
        return 0007;
    case 'a':
        return 0777 | set_user | set_group | sticky;
    default:
        return 0;
    }
}

/// The bits a permission letter stands for, for everybody.
std::optional<unsigned> bits_for(char permission, unsigned now, bool is_directory) noexcept {
    switch (permission) {
    case 'r':
        return 0444;
    case 'w':
        return 0222;
    case 'x':
        return 0111;
    case 'X':
        return is_directory || (now & 0111) != 0 ? 0111 : 0;
    case 's':
        return set_user | set_group;
    case 't':
        return sticky;
    case 'u':
        return ((now >> 6U) & 7U) * 0111;
    case 'g':
        return ((now >> 3U) & 7U) * 0111;
    case 'o':
        return (now & 7U) * 0111;
    default:
        return std::nullopt;
    }
}

/// One clause, "go-w" or "u+r=x".
std::optional<unsigned> apply_clause(std::string_view clause, unsigned mode, bool is_directory) {
    unsigned who = 0;
    while (!clause.empty() && bits_of(clause.front()) != 0) {
        who |= bits_of(clause.front());
        clause.remove_prefix(1);
    }
    if (who == 0) who = bits_of('a');
    if (clause.empty()) return std::nullopt;
    while (!clause.empty()) {
        const char what = clause.front();
        if (what != '+' && what != '-' && what != '=') return std::nullopt;
        clause.remove_prefix(1);
        unsigned bits = 0;
        while (!clause.empty() && clause.front() != '+' && clause.front() != '-' &&
               clause.front() != '=') {
            const auto more = bits_for(clause.front(), mode, is_directory);
            if (!more) return std::nullopt;
            bits |= *more;
            clause.remove_prefix(1);
        }
        // t has no owner: it follows whoever it is said of.
        bits &= who | sticky;
        if (what == '=') mode &= ~who;
        mode = what == '-' ? mode & ~bits : mode | bits;
    }
    return mode;
}

} // namespace

bool is_symbolic(std::string_view mode) noexcept {
    return mode.empty() || !is_digit(mode.front());
}

result<unsigned> changed_mode(std::string_view mode, std::optional<unsigned> now,
                              bool is_directory) {
    if (!is_symbolic(mode)) {
        const auto octal = parse_number<unsigned>(mode, 8);
        if (!octal || *octal > 07777) return wrong(mode);
        return *octal;
    }
    // Without a mode to start from the clauses are still checked, before anything is asked of a
    // server.
    unsigned changed = now.value_or(0);
    auto rest = mode;
    if (mode.ends_with(',')) return wrong(mode);
    do {
        const auto next = apply_clause(take_until(rest, ','), changed, is_directory);
        if (!next) return wrong(mode);
        changed = *next;
    } while (!rest.empty());
    if (!now)
        return fail(errc::usage, "the server does not tell the permissions: give them in octal");
    return changed;
}

std::optional<unsigned> parse_permissions(std::string_view text) noexcept {
    if (text.size() != 9) return std::nullopt;
    constexpr std::string_view letters = "rwxrwxrwx";
    unsigned mode = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const unsigned bit = 0400U >> i;
        const char c = text[i];
        const bool execute = i % 3 == 2;
        // The special bit beside an execute bit: user, group, sticky.
        const unsigned special = set_user >> (i / 3);
        const char special_letter = i == 8 ? 't' : 's';
        if (c == letters[i])
            mode |= bit;
        else if (execute && c == special_letter)
            mode |= bit | special;
        else if (execute && c == to_upper(special_letter))
            mode |= special;
        else if (c != '-')
            return std::nullopt;
    }
    return mode;
}

} // namespace ferry::cli
