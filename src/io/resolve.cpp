#include "io/resolve.hpp"

#include "base/units.hpp"
#include "io/mailbox.hpp"

#include <cstring>
#include <mutex>
#include <thread>

#include <netdb.h>

namespace ferry::io {

namespace {

using addresses = std::vector<tcp::endpoint>;

/// What the thread that looks up and the task that waits have in common. getaddrinfo cannot be
/// stopped: when the task gives up it leaves, and the thread finds nobody to tell.
struct lookup {
    std::mutex mutex;
    context* where = nullptr; ///< nullptr once the task has left
    wake_up* done = nullptr;
    int problem = 0;
    addresses found;
};

addresses read_list(const addrinfo* list) {
    addresses found;
    for (; list != nullptr; list = list->ai_next) {
        tcp::endpoint one;
        if (list->ai_addrlen > one.capacity()) continue;
        std::memcpy(one.data(), list->ai_addr, list->ai_addrlen);
        one.resize(list->ai_addrlen);
        found.push_back(one);
    }
    return found;
}

void look_up(const std::shared_ptr<lookup>& shared, const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const int problem = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    auto found = problem == 0 ? read_list(list) : addresses();
    if (list != nullptr) ::freeaddrinfo(list);

    const std::lock_guard lock(shared->mutex);
    if (shared->where == nullptr) return;
    shared->problem = problem;
    shared->found = std::move(found);
    shared->where->post([shared] {
        if (shared->done != nullptr) shared->done->set();
    });
}

/// The families take turns, beginning with that of the first address.
addresses interleaved(const addresses& sorted) {
    addresses first;
    addresses second;
    for (const auto& one : sorted) {
        const bool like_first = one.protocol() == sorted.front().protocol();
        (like_first ? first : second).push_back(one);
    }
    addresses mixed;
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size()) mixed.push_back(first[i]);
        if (i < second.size()) mixed.push_back(second[i]);
    }
    return mixed;
}

} // namespace

task<result<addresses>> resolve(context& where, std::string host, std::uint16_t port,
                                milliseconds limit) {
    const endpoint literal(host, port);
    if (const auto numeric = from_endpoint(literal)) {
        addresses one(1, *numeric);
        co_return one;
    }

    wake_up done(where);
    const auto shared = std::make_shared<lookup>();
    shared->where = &where;
    shared->done = &done;
    std::thread([shared, host, port] { look_up(shared, host, port); }).detach();
    auto woken = co_await done.wait(limit);

    const std::lock_guard lock(shared->mutex);
    shared->where = nullptr;
    shared->done = nullptr;
    if (!woken && woken.error().code() == errc::reply_timeout)
        co_return fail(errc::resolve_timeout, host + ", " + waited(limit));
    if (!woken) co_return fail(std::move(woken.error()));
    if (shared->problem != 0 || shared->found.empty())
        co_return fail(errc::resolve_failed, host + ": " + ::gai_strerror(shared->problem));
    co_return interleaved(shared->found);
}

} // namespace ferry::io
