// `result<T>`: a value or an `error`. A class of our own, so that dropping one is a warning.
#pragma once

#include <ferry/error.hpp>

#include <expected>
#include <utility>

namespace ferry {

template<class T = void>
class [[nodiscard]] result : public std::expected<T, error> {
public:
    using std::expected<T, error>::expected;
};

using failure = std::unexpected<error>;

/// Makes the failing half of a result: `return fail(errc::not_found, "no such file");`
[[nodiscard]] inline failure fail(errc code, std::string detail = {}) {
    return failure(error(code, std::move(detail)));
}

[[nodiscard]] inline failure fail(error e) {
    return failure(std::move(e));
}

} // namespace ferry
