#include "plan/manifest_diff.hpp"

#include "base/text.hpp"
#include "plan/tree_path.hpp"

#include <utility>

namespace ferry::plan {

manifest_diff::manifest_diff(source before, source now)
    : before_(std::move(before)), now_(std::move(now)) {}

result<> manifest_diff::side::look() {
    if (!std::exchange(is_taken_, false)) return {};
    auto next = from_();
    if (!next) return fail(std::move(next.error()));
    here = std::move(*next);
    if (!here) return {};
    if (!walk_order()(last_path_, here->path))
        return fail(errc::invalid_argument,
                    "'" + printable(here->path) + "' is out of order in a manifest");
    last_path_ = here->path;
    return {};
}

manifest_entry manifest_diff::side::take() {
    is_taken_ = true;
    return *std::exchange(here, std::nullopt);
}

std::optional<manifest_difference> manifest_diff::compare(const manifest_entry& before,
                                                          const manifest_entry& now) {
    if (before.hash != now.hash || before.size != now.size) return manifest_difference::changed;
    if (before.mtime && now.mtime && before.mtime != now.mtime) return manifest_difference::touched;
    return std::nullopt;
}

result<std::optional<manifest_change>> manifest_diff::next() {
    using enum manifest_difference;
    for (;;) {
        if (auto looked = before_.look(); !looked) return fail(std::move(looked.error()));
        if (auto looked = now_.look(); !looked) return fail(std::move(looked.error()));
        if (!before_.here && !now_.here) return std::nullopt;
        const walk_order is_before;
        if (!now_.here || (before_.here && is_before(before_.here->path, now_.here->path)))
            return manifest_change(removed, before_.take());
        if (!before_.here || is_before(now_.here->path, before_.here->path))
            return manifest_change(added, now_.take());
        const auto difference = compare(before_.take(), *now_.here);
        auto item = now_.take();
        if (difference) return manifest_change(*difference, std::move(item));
    }
}

} // namespace ferry::plan
