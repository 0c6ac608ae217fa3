#include "io/tree_watch.hpp"

#include "io/asio.hpp"
#include "io/deadline.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace ferry::io {

namespace {

/// Also while a file is being written: it is not quiet then.
constexpr unsigned changes =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB;
constexpr unsigned about_itself = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT;
constexpr unsigned how = IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK;

/// So many times `settle` a tree that is never quiet is waited for.
constexpr int most_settles = 10;

bool is_own_part(std::string_view name) noexcept {
    return name.starts_with('.') && name.ends_with(".ferry-part");
}

std::string below(const std::string& directory, const std::string& name) {
    return directory.empty() ? name : directory + '/' + name;
}

bool is_within(std::string_view path, std::string_view directory) noexcept {
    return path.starts_with(directory) &&
           (path.size() == directory.size() || path[directory.size()] == '/');
}

error system_error(std::string_view what) {
    const std::error_code os(errno, std::system_category());
    return error::from_system(os, errc::local_file, what);
}

/// The directories in one, as far as it can be read.
std::vector<std::string> directories_in(const std::string& path) {
    std::vector<std::string> names;
    std::error_code problem;
    std::filesystem::directory_iterator each(path, problem);
    for (; !problem && each != std::filesystem::directory_iterator(); each.increment(problem)) {
        std::error_code gone;
        if (each->symlink_status(gone).type() == std::filesystem::file_type::directory)
            names.push_back(each->path().filename().string());
    }
    return names;
}

} // namespace

result<tree_watch> tree_watch::open(std::string root, tree_watch_options options) {
    tree_watch made(std::move(root), options);
    auto begun = made.begin();
    if (!begun) return fail(std::move(begun.error()));
    return made;
}

/// Anew: what the old watches still have to tell is covered by "everything".
result<> tree_watch::begin() {
    directories_.clear();
    overflowed_ = blind_ = false;
    events_ = file(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!events_) return fail(system_error("watching " + root_));
    auto watched = watch_below({});
    seen_ = watch_outcome();
    return watched;
}

/// False for what is no directory any more, cannot be read, or finds no watch left.
result<bool> tree_watch::watch_one(const std::string& directory) {
    const auto path = directory.empty() ? root_ : root_ + '/' + directory;
    int number = -1;
    if (directories_.size() < options_.most_watches)
        number =
            ::inotify_add_watch(events_.descriptor(), path.c_str(), changes | about_itself | how);
    else
        errno = ENOSPC;
    if (number >= 0) {
        directories_[number] = directory;
        return true;
    }
    if (errno == ENOSPC || errno == ENOMEM) {
        blind_ = true;
        return false;
    }
    if (directory.empty()) return fail(system_error(root_));
    return false;
}

/// The watch comes before the look: what is made meanwhile is seen by one of them.
result<> tree_watch::watch_below(std::string directory) {
    std::vector<std::string> left;
    left.push_back(std::move(directory));
    while (!left.empty()) {
        const auto next = std::move(left.back());
        left.pop_back();
        auto watched = watch_one(next);
        if (!watched) return fail(std::move(watched.error()));
        if (blind_) {
            seen_.everything = true;
            return {};
        }
        if (!*watched) continue;
        seen_.directories.insert(next);
        for (const auto& name : directories_in(next.empty() ? root_ : root_ + '/' + next))
            left.push_back(below(next, name));
    }
    return {};
}

/// It was moved away, maybe out of the tree, with its watches.
void tree_watch::forget_below(const std::string& directory) {
    std::erase_if(directories_, [&](const auto& each) {
        const bool goes = is_within(each.second, directory);
        if (goes) ::inotify_rm_watch(events_.descriptor(), each.first);
        return goes;
    });
}

result<> tree_watch::take_one(int watch, unsigned mask, const std::string& name) {
    const auto found = directories_.find(watch);
    if (found == directories_.end()) return {};
    const auto directory = found->second;
    if ((mask & IN_IGNORED) != 0) directories_.erase(found);
    if (directory.empty() && (mask & (about_itself | IN_IGNORED)) != 0)
        return fail(errc::local_not_found, root_ + " is gone");
    if ((mask & changes) == 0 || is_own_part(name)) return {};
    seen_.directories.insert(directory);
    if ((mask & IN_ISDIR) == 0 || name.empty()) return {};
    if ((mask & (IN_MOVED_FROM | IN_DELETE)) != 0) forget_below(below(directory, name));
    if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0) return watch_below(below(directory, name));
    return {};
}

/// Takes note of one block of events, as the system gives them. Whether any is a change.
result<bool> tree_watch::take_block(std::string_view events) {
    bool changed = false;
    while (events.size() >= sizeof(inotify_event)) {
        inotify_event event{};
        std::memcpy(&event, events.data(), sizeof event);
        events.remove_prefix(sizeof event);
        auto name = events.substr(0, event.len); // padded with NULs
        events.remove_prefix(name.size());
        name = name.substr(0, name.find('\0'));
        changed = changed || ((event.mask & changes) != 0 && !is_own_part(name));
        overflowed_ = overflowed_ || (event.mask & IN_Q_OVERFLOW) != 0;
        auto taken = take_one(event.wd, event.mask, std::string(name));
        if (!taken) return fail(std::move(taken.error()));
    }
    return changed;
}

/// Takes note of all that has happened. Whether anything was a change.
result<bool> tree_watch::take() {
    alignas(inotify_event) std::array<char, 64 * 1024> buffer;
    bool changed = false;
    while (!overflowed_) {
        const auto got = events_.read(buffer);
        if (!got || *got == 0) break; // no more for now
        auto taken = take_block(std::string_view(buffer.data(), *got));
        if (!taken) return taken;
        changed = changed || *taken;
    }
    if (!overflowed_) return changed;
    auto begun = look_at_everything();
    if (!begun) return fail(std::move(begun.error()));
    return true;
}

result<> tree_watch::look_at_everything() {
    auto begun = begin();
    seen_.everything = true;
    return begun;
}

/// Until there are events: true. False after `limit`; never, if that is zero.
task<result<bool>> tree_watch::wait(milliseconds limit) const {
    const bool cancelled = co_await take_cancellation();
    if (cancelled) co_return fail(errc::interrupted);
    const int own = ::fcntl(events_.descriptor(), F_DUPFD_CLOEXEC, 0);
    if (own < 0) co_return fail(system_error("watching " + root_));
    asio::posix::stream_descriptor waiting(co_await asio::this_coro::executor);
    boost::system::error_code problem;
    waiting.assign(own, problem);
    if (problem) {
        ::close(own);
        co_return fail(errc::local_file, problem.message());
    }
    deadline watch(waiting.get_executor(), [&waiting] {
        boost::system::error_code ignored;
        waiting.cancel(ignored);
    });
    watch.set(limit);
    const auto [ended] =
        co_await waiting.async_wait(asio::posix::stream_descriptor::wait_read, use_task);
    if (!ended) co_return true;
    if (watch.expired()) co_return false;
    co_return co_await interrupted();
}

task<result<>> tree_watch::wait_for_change() {
    while (true) {
        auto taken = take();
        if (!taken) co_return fail(std::move(taken.error()));
        if (!seen_.empty()) co_return result<>();
        const auto limit = blind_ ? options_.blind_interval : milliseconds(0);
        auto woken = co_await wait(limit);
        if (!woken) co_return fail(std::move(woken.error()));
        if (*woken) continue;
        auto begun = look_at_everything();
        if (!begun) co_return begun;
    }
}

task<result<watch_outcome>> tree_watch::next(milliseconds settle) {
    using clock = std::chrono::steady_clock;
    auto changed = co_await wait_for_change();
    if (!changed) co_return fail(std::move(changed.error()));
    const auto latest = clock::now() + most_settles * settle;
    auto quiet = clock::now() + settle;
    while (true) {
        const auto left = std::chrono::ceil<milliseconds>(std::min(quiet, latest) - clock::now());
        if (left.count() <= 0) break;
        auto woken = co_await wait(left);
        if (!woken) co_return fail(std::move(woken.error()));
        if (!*woken) continue;
        auto taken = take();
        if (!taken) co_return fail(std::move(taken.error()));
        if (*taken) quiet = clock::now() + settle;
    }
    co_return std::exchange(seen_, watch_outcome());
}

} // namespace ferry::io
