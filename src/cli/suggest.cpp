#include "cli/suggest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace ferry::cli {

namespace {

/// Letters to insert, drop or replace to make `b` of `a` (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
        }
    }
    return row.back();
}

} // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> names) {
    if (word.empty() || word.size() > 64) return {};
    std::size_t best = word.size() < 5 ? 2 : 3;
    std::string_view found;
    for (const auto name : names) {
        const auto away = distance(word, name);
        if (away >= best) continue;
        best = away;
        found = name;
    }
    return found;
}

} // namespace ferry::cli
