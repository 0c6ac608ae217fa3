// One end of a mirror: a tree of files, here or on a server.
//
// Paths are relative to its root, with '/' between names; "" is the root. Errors are those of the
// client's operations, or the local ones.
#pragma once

#include "client/session.hpp"
#include "io/digest.hpp"
#include "io/local_tree.hpp"
#include "plan/name_key.hpp"

#include <ferry/mirror.hpp>

namespace ferry::transfer {

using io::task;

/// A tree, as one worker reaches it: over a connection of its own, where it is on a server.
class site {
public:
    virtual ~site() = default;

    /// Makes the connection, if there has to be one and there is none. One try.
    [[nodiscard]] virtual task<result<>> connect() = 0;
    /// Ends it politely.
    [[nodiscard]] virtual task<> leave() = 0;

    /// All entries of a directory, hidden ones too. An error means that some may be missing.
    /// `each` may end it early by returning false.
    [[nodiscard]] virtual task<result<>> list(std::string path, const entry_function& each) = 0;
    /// What the root is. `not_found` or `local_not_found` if there is nothing.
    [[nodiscard]] virtual task<result<>> check_root() = 0;
    /// With those above it.
    [[nodiscard]] virtual task<result<>> make_root() = 0;
    [[nodiscard]] virtual task<result<>> make_directory(std::string path) = 0;
    [[nodiscard]] virtual task<result<>> remove(std::string path, entry_type type) = 0;
    [[nodiscard]] virtual task<result<>> rename(std::string from, std::string to) = 0;
    [[nodiscard]] virtual task<result<>> set_time(std::string path,
                                                  std::chrono::sys_seconds time) = 0;
    [[nodiscard]] virtual task<result<>> set_mode(std::string path, unsigned mode) = 0;
    /// `not_supported` on servers.
    [[nodiscard]] virtual task<result<>> make_link(std::string path, std::string target) = 0;
    /// What a link leads to; here only within the tree.
    [[nodiscard]] virtual task<result<entry>> follow(std::string path) = 0;
    /// What `path` is, also where a listing does not show it. `not_found`, `local_not_found`.
    [[nodiscard]] virtual task<result<entry>> look_at(std::string path) = 0;
    /// When the file was changed, in UTC and to the second; nothing if that is not to be known.
    [[nodiscard]] virtual task<result<std::optional<std::chrono::sys_seconds>>>
    exact_time(std::string path) = 0;
    /// The hash of a file of `size` bytes, in lower-case hex digits; nothing if there is none of
    /// that kind to be had.
    [[nodiscard]] virtual task<result<std::optional<std::string>>>
    hash(io::digest_kind kind, std::string path, std::uint64_t size) = 0;
    /// Which names are one here.
    [[nodiscard]] virtual task<result<plan::name_rules>> names() = 0;

    /// nullptr where it is on a server.
    [[nodiscard]] virtual const io::local_tree* local() const noexcept { return nullptr; }

    /// nullptr where it is local.
    [[nodiscard]] virtual client_side::session* session() noexcept { return nullptr; }

    /// The path that goes to the server.
    [[nodiscard]] virtual std::string remote_path(const std::string& path) const { return path; }
};

/// Whether both have the same content under `path`, files of `size` bytes, by the best hash that
/// both give. Nothing if there is none.
[[nodiscard]] task<result<std::optional<bool>>>
has_same_content(site& one, site& other, std::string path, std::uint64_t size);

/// What a small file of a tree contains, at the end of `into`. `not_found`, `local_not_found`.
[[nodiscard]] task<result<>> fetch_file(site& from, std::string path, io::file& into);
/// Gives a file of a tree the content of `from`, whole or not at all.
[[nodiscard]] task<result<>> store_file(io::file& from, site& to, std::string path);

/// The tree of `place`, for one more worker. `with_modes`: listings are to tell permissions, where
/// the server can. `network` must outlive it.
[[nodiscard]] std::unique_ptr<site> make_site(const mirror_place& place, io::network& network,
                                              bool with_modes);

class server_route;

/// Copies one file from one tree into the other, whole or not at all. `follow_links`: also what a
/// link here leads to, as long as it stays in the tree. `route`: for two servers.
[[nodiscard]] task<result<transfer_report>> copy_file(site& from, site& to, std::string path,
                                                      transfer_options options, bool follow_links,
                                                      server_route& route);

} // namespace ferry::transfer
