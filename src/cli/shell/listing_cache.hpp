// What directories were seen to hold, for completion. What is shown and what a pattern matches is
// always asked of the server; this only saves the keyboard from waiting.
#pragma once

#include <ferry/entry.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

/// All that completion needs of an entry.
struct cached_name {
    std::string name; ///< safe as one component of a path
    bool is_directory = false;
};

using cached_names = std::shared_ptr<const std::vector<cached_name>>;

/// Any thread may use it.
class listing_cache {
public:
    using clock = std::chrono::steady_clock;

    /// What was just listed is to be believed as long as it takes to press TAB twice.
    static constexpr std::chrono::seconds shortest_lifetime{2};

    explicit listing_cache(std::chrono::seconds lifetime) : lifetime_(lifetime) {}

    /// Nothing if it is not known, or no longer.
    [[nodiscard]] cached_names find(const std::string& directory, clock::time_point now) const;
    /// Sorted by name here. The oldest listings go when there are more than
    /// `limits::cached_names` names in all.
    void keep(const std::string& directory, std::vector<cached_name> names, clock::time_point now);
    /// Everything: something has changed, or it is another server.
    void forget();
    void set_lifetime(std::chrono::seconds lifetime);

    struct line {
        std::string directory;
        std::size_t names = 0;
        std::chrono::seconds age{0};
    };

    /// What is known, for people.
    [[nodiscard]] std::vector<line> lines(clock::time_point now) const;

private:
    struct page {
        cached_names names;
        clock::time_point taken;
    };

    void make_room(std::size_t wanted);

    mutable std::mutex mutex_;
    std::chrono::seconds lifetime_;
    std::map<std::string, page> pages_;
    std::size_t count_ = 0;
};

} // namespace ferry::cli
