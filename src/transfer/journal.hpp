// What a mirror remembers from one run to the next, in a file: so that after a crash it goes on
// where it was, and does nothing twice.
//
// Of each copy that was begun and not ended it keeps what the source was like: a part that lies at
// the destination is gone on behind only if it is of that file. Of each copy whose time the
// destination did not take, it keeps both sides, since there the time tells nothing.
//
// It only speeds things up and never decides that something is safe: a journal that is lost or
// damaged costs comparisons and bytes, nothing else.
#pragma once

#include "transfer/database.hpp"

#include <ferry/entry.hpp>

#include <functional>

namespace ferry::transfer {

class journal {
public:
    /// Makes or opens it. `local_exists` while another run has it open; a damaged one is begun
    /// anew.
    [[nodiscard]] static result<std::unique_ptr<journal>> open(const std::string& path);

    explicit journal(std::unique_ptr<database> file);

    /// A copy of `source` to `path` begins.
    void begin(const std::string& path, const entry& source);
    /// It has ended, and nothing of it is left under a temporary name.
    void end(const std::string& path);
    /// Whether a copy of a file like `source` to `path` was begun.
    [[nodiscard]] bool was_begun(const std::string& path, const entry& source);
    /// Every path under which a copy was begun.
    void for_begun(const std::function<void(const std::string& path)>& each);

    /// `path` holds a copy of `source` whose time could not be set.
    void remember(const std::string& path, const entry& source);
    void forget(const std::string& path);
    /// Whether `destination` is that copy still, and of `source`. What it was like is learnt when
    /// it is first seen.
    [[nodiscard]] bool is_remembered(const std::string& path, const entry& source,
                                     const entry& destination);

private:
    std::unique_ptr<database> database_;

    class tables {
    public:
        explicit tables(database& in);
    } tables_;

    statement begin_, end_, begun_, all_begun_;
    statement remember_, forget_, remembered_, learn_;
};

} // namespace ferry::transfer
