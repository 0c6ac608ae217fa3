#include "transfer/local_site.hpp"

#include "io/copy.hpp"

namespace ferry::transfer {

namespace {

/// Entries that are read before others get their turn.
constexpr int entries_at_once = 200;

} // namespace

task<result<>> local_site::connect() {
    if (tree_) co_return result<>();
    auto opened = io::local_tree::open(directory_);
    if (!opened) co_return fail(std::move(opened.error()));
    tree_ = std::move(*opened);
    co_return result<>();
}

task<> local_site::leave() {
    co_return;
}

task<result<>> local_site::list(std::string path, const entry_function& each) {
    auto listing = tree_->list(path);
    if (!listing) co_return fail(std::move(listing.error()));
    for (int count = 1;; ++count) {
        auto next = listing->next();
        if (!next) co_return fail(std::move(next.error()));
        if (!*next || !each(**next)) co_return result<>();
        if (count % entries_at_once != 0) continue;
        auto rested = co_await io::sleep_for(io::milliseconds(0));
        if (!rested) co_return rested;
    }
}

task<result<>> local_site::check_root() {
    return connect();
}

task<result<>> local_site::make_root() {
    auto made = io::make_directories(directory_);
    if (!made) co_return made;
    co_return co_await connect();
}

task<result<>> local_site::make_directory(std::string path) {
    co_return tree_->make_directory(path);
}

task<result<>> local_site::remove(std::string path, entry_type type) {
    co_return tree_->remove(path, type);
}

task<result<>> local_site::rename(std::string from, std::string to) {
    co_return tree_->rename(from, to);
}

task<result<>> local_site::set_time(std::string path, std::chrono::sys_seconds time) {
    co_return tree_->set_time(path, time);
}

task<result<>> local_site::set_mode(std::string path, unsigned mode) {
    co_return tree_->set_mode(path, mode);
}

task<result<>> local_site::make_link(std::string path, std::string target) {
    co_return tree_->make_link(path, target);
}

task<result<entry>> local_site::follow(std::string path) {
    co_return tree_->follow(path);
}

task<result<entry>> local_site::look_at(std::string path) {
    co_return tree_->look_at(path);
}

task<result<std::optional<std::chrono::sys_seconds>>> local_site::exact_time(std::string path) {
    auto there = tree_->look_at(path);
    if (!there) co_return fail(std::move(there.error()));
    co_return there->mtime;
}

task<result<std::optional<std::string>>> local_site::hash(io::digest_kind kind, std::string path,
                                                          std::uint64_t) {
    auto content = tree_->open_to_read(path, true);
    if (!content) co_return fail(std::move(content.error()));
    auto sum = co_await io::digest_of(*content, kind);
    if (!sum) co_return fail(std::move(sum.error()));
    co_return std::move(*sum);
}

task<result<plan::name_rules>> local_site::names() {
    switch (tree_->names()) {
    case io::name_family::windows:
        co_return plan::name_rules::windows();
    case io::name_family::macos:
        co_return plan::name_rules::macos();
    case io::name_family::unix_like:
        break;
    }
    co_return plan::name_rules();
}

} // namespace ferry::transfer
