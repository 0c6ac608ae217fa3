// What the system knows of a file, as an entry of a listing. Private to the directory storage.
#pragma once

#include "io/file.hpp"
#include "server/storage.hpp"

#include <map>
#include <memory>
#include <string>

#include <sys/stat.h>

namespace ferry::server_side {

/// Names of users and groups, each asked for once: a listing has the same few on every line.
class name_cache {
public:
    [[nodiscard]] const std::string& user(uid_t id);
    [[nodiscard]] const std::string& group(gid_t id);

private:
    std::map<uid_t, std::string> users_;
    std::map<gid_t, std::string> groups_;
};

/// Whether this process may change the entries of the directory with these facts.
[[nodiscard]] bool may_change_entries(const struct stat& parent);

/// Fills all of `into` but its name and target, using its strings again. `parent_changeable`
/// decides on the letters d and f of the perm fact (RFC 3659, 7.5.5).
void describe_entry(const struct stat& facts, bool parent_changeable, name_cache& names,
                    entry& into);

/// The entries of an open directory. `names` must outlive it.
[[nodiscard]] result<std::unique_ptr<directory>>
read_directory(io::file opened, listing_detail detail, name_cache& names);

} // namespace ferry::server_side
