// What was deployed: the manifest that lies beside a tree (plan/manifest), while a mirror works
// with it. On the disk, since it is as large as the tree.
#pragma once

#include "io/file.hpp"
#include "plan/manifest.hpp"
#include "transfer/database.hpp"
#include "transfer/site_pair.hpp"

#include <ferry/entry.hpp>

#include <functional>

namespace ferry::transfer {

class deployed_files {
public:
    deployed_files();

    /// Takes what stands in a manifest. Errors: those of `plan::manifest_reader`.
    [[nodiscard]] result<> load(io::file& from);
    /// Writes it as a manifest, from the beginning of an empty file.
    [[nodiscard]] result<> write(io::file& into);

    /// Whether there was a manifest: then it says what is at the destination.
    [[nodiscard]] bool is_known() const noexcept { return is_known_; }

    /// The files and directories in a directory, as a listing has them.
    void list(const std::string& directory, const std::function<void(const entry&)>& each);
    [[nodiscard]] std::optional<plan::manifest_entry> find(const std::string& path);
    void put(const plan::manifest_entry& what);
    void forget(const std::string& path);

private:
    database database_;

    class tables {
    public:
        explicit tables(database& in);
    } tables_;

    statement put_, put_directory_, forget_, find_, files_in_, directories_in_, all_;
    bool is_known_ = false;
};

/// Loads the manifest of the destination, if there is one.
[[nodiscard]] task<result<>> load_manifest(site& from, deployed_files& into);
/// Writes the manifest of the destination, whole or not at all.
[[nodiscard]] task<result<>> save_manifest(deployed_files& what, site& to);
/// Notes what a local file contains now: it has been deployed.
[[nodiscard]] task<result<>> note_deployed(site& source, std::string path, deployed_files& into);

} // namespace ferry::transfer
