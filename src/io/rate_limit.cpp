#include "io/rate_bucket.hpp"

#include <ferry/rate_limit.hpp>

#include <sys/mman.h>
#include <sys/stat.h>

namespace ferry {

static_assert(sizeof(rate_state) <= rate_limit::file_size);

rate_limit::rate_limit(std::uint64_t bytes_per_second) : state_(std::make_shared<rate_state>()) {
    set(bytes_per_second);
}

rate_limit::rate_limit(std::shared_ptr<rate_state> state) noexcept : state_(std::move(state)) {}

result<std::shared_ptr<rate_limit>> rate_limit::in_file(int descriptor) {
    struct stat facts{};
    const bool is_large_enough = ::fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode) &&
                                 facts.st_size >= static_cast<off_t>(file_size);
    void* const memory = is_large_enough ? ::mmap(nullptr, file_size, PROT_READ | PROT_WRITE,
                                                  MAP_SHARED, descriptor, 0)
                                         : MAP_FAILED;
    if (memory == MAP_FAILED)
        return fail(errc::invalid_argument,
                    "descriptor " + std::to_string(descriptor) + " holds no limit");
    std::shared_ptr<rate_state> state(static_cast<rate_state*>(memory),
                                      [](rate_state* at) { ::munmap(at, file_size); });
    return std::shared_ptr<rate_limit>(new rate_limit(std::move(state)));
}

void rate_limit::set(std::uint64_t bytes_per_second) noexcept {
    io::rate_bucket(*state_).set(bytes_per_second);
}

std::uint64_t rate_limit::get() const noexcept {
    return io::rate_bucket(*state_).rate();
}

} // namespace ferry
