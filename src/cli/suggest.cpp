#include "cli/suggest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace ferry::cli {

namespace {

/// Letters to insert, drop, replace or swap with their neighbour to make `b` of `a` (Damerau and
/// Levenshtein). Three rows of the usual table: for this letter of `a` and the two before it.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    auto above = row;
    auto two_above = row;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::swap(two_above, above);
        std::swap(above, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({row[j - 1] + 1, above[j] + 1, replaced});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
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
