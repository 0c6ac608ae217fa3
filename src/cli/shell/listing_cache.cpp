#include "cli/shell/listing_cache.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace ferry::cli {

cached_names listing_cache::find(const std::string& directory, clock::time_point now) const {
    const std::scoped_lock lock(mutex_);
    const auto found = pages_.find(directory);
    if (found == pages_.end() || now - found->second.taken >= lifetime_) return nullptr;
    return found->second.names;
}

void listing_cache::keep(const std::string& directory, std::vector<cached_name> names,
                         clock::time_point now) {
    if (names.size() > limits::cached_names) names.resize(limits::cached_names);
    std::ranges::sort(names, {}, &cached_name::name);
    const std::scoped_lock lock(mutex_);
    if (const auto old = pages_.find(directory); old != pages_.end()) {
        count_ -= old->second.names->size();
        pages_.erase(old);
    }
    make_room(names.size());
    count_ += names.size();
    pages_[directory] = {std::make_shared<const std::vector<cached_name>>(std::move(names)), now};
}

void listing_cache::make_room(std::size_t wanted) {
    while (count_ + wanted > limits::cached_names && !pages_.empty()) {
        const auto oldest = std::ranges::min_element(
            pages_, {}, [](const auto& each) { return each.second.taken; });
        count_ -= oldest->second.names->size();
        pages_.erase(oldest);
    }
}

void listing_cache::forget() {
    const std::scoped_lock lock(mutex_);
    pages_.clear();
    count_ = 0;
}

void listing_cache::set_lifetime(std::chrono::seconds lifetime) {
    const std::scoped_lock lock(mutex_);
    lifetime_ = std::max(lifetime, shortest_lifetime);
}

std::vector<listing_cache::line> listing_cache::lines(clock::time_point now) const {
    const std::scoped_lock lock(mutex_);
    std::vector<line> known;
    for (const auto& [directory, kept] : pages_)
        if (now - kept.taken < lifetime_)
            known.push_back({directory, kept.names->size(),
                             std::chrono::duration_cast<std::chrono::seconds>(now - kept.taken)});
    return known;
}

} // namespace ferry::cli
