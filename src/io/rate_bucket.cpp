#include "io/rate_bucket.hpp"

#include <algorithm>
#include <atomic>

namespace ferry::io {

namespace {

using number = std::atomic_ref<std::uint64_t>;
using time_number = std::atomic_ref<std::int64_t>;

// In memory that several processes map, a lock of the library would not be a common one.
static_assert(number::is_always_lock_free && time_number::is_always_lock_free);

} // namespace

void rate_bucket::set(std::uint64_t bytes_per_second) noexcept {
    number(at_->rate).store(bytes_per_second);
    time_number(at_->busy).store(0);
    number(at_->changes).fetch_add(1);
}

std::uint64_t rate_bucket::rate() const noexcept {
    return number(at_->rate).load();
}

rate_bucket::payment rate_bucket::pay(std::uint64_t count, moment now) noexcept {
    payment made;
    made.changes_ = number(at_->changes).load();
    const rate_rule rule(rate());
    if (!rule.is_limit()) return made;
    time_number busy(at_->busy);
    auto before = busy.load();
    do
        made.until_ = rule.busy_after(moment(before), count, now);
    while (!busy.compare_exchange_weak(before, made.until_.count()));
    return made;
}

std::chrono::nanoseconds rate_bucket::wait(const payment& paid, moment now) const noexcept {
    if (number(at_->changes).load() != paid.changes_) return moment(0);
    return std::max(paid.until_ - now, moment(0));
}

} // namespace ferry::io
