// What changed between two manifests, in one pass over both.
#pragma once

#include "plan/manifest.hpp"

#include <functional>

namespace ferry::plan {

enum class manifest_difference : std::uint8_t {
    added,
    removed,
    changed, ///< other content
    touched, ///< the same content at another time, both known
};

class manifest_change {
public:
    manifest_change(manifest_difference what, manifest_entry which)
        : difference(what), item(std::move(which)) {}

    manifest_difference difference;
    manifest_entry item; ///< as it is now; of a file that was removed, as it was

    friend bool operator==(const manifest_change&, const manifest_change&) = default;
};

class manifest_diff {
public:
    /// The next file in the order of `walk_order`, nothing behind the last: a `manifest_reader`
    /// that is fed when it needs to be, or a walk.
    using source = std::function<result<std::optional<manifest_entry>>()>;

    manifest_diff(source before, source now);

    /// The next difference, nothing behind the last. What a source fails with;
    /// `errc::invalid_argument` if its files are out of order, since the same file would then seem
    /// removed and added.
    [[nodiscard]] result<std::optional<manifest_change>> next();

private:
    /// A source and the file it stands at.
    class side {
    public:
        explicit side(source from) : from_(std::move(from)) {}

        /// Goes to the next file, if the one here was taken.
        result<> look();
        [[nodiscard]] manifest_entry take();

        /// Nothing behind the last.
        std::optional<manifest_entry> here;

    private:
        source from_;
        std::string last_path_;
        bool is_taken_ = true;
    };

    [[nodiscard]] static std::optional<manifest_difference> compare(const manifest_entry& before,
                                                                    const manifest_entry& now);

    side before_;
    side now_;
};

} // namespace ferry::plan
