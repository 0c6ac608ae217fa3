// GCC 12 destroys some temporaries of a statement with co_await twice (style rule in
// docs/decisions/0003). These tests hold the forms ferry uses: under the address sanitizer a form
// that stopped being safe is a double free here.
#include "io/replacement_file.hpp"
#include "io/stream.hpp"
#include "support/run_task.hpp"

#include <ferry/client.hpp>
#include <ferry/server.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>
#include <vector>

using namespace ferry;

namespace {

/// What may travel into a task by value: not an aggregate, unless there is nothing to destroy.
template<class T>
constexpr bool safe_by_value = !std::is_aggregate_v<T> || std::is_trivially_destructible_v<T>;

static_assert(safe_by_value<io::dial_options>);
static_assert(safe_by_value<io::replacement_options>);
static_assert(safe_by_value<client_options>);
static_assert(safe_by_value<credentials>);
static_assert(safe_by_value<transfer_options>);
static_assert(safe_by_value<server_options>);
static_assert(safe_by_value<server_user>);
static_assert(safe_by_value<reply>);
static_assert(safe_by_value<entry>);
static_assert(safe_by_value<url>);

/// Counts its lives, so that a double destruction shows even without the sanitizer.
struct counted {
    static inline int alive = 0;

    counted() { ++alive; }

    counted(const counted&) { ++alive; }

    counted(counted&&) noexcept { ++alive; }

    counted& operator=(const counted&) = default;
    counted& operator=(counted&&) = default;

    ~counted() { --alive; }
};

class with_constructor {
public:
    with_constructor() = default;

    explicit with_constructor(std::string text) : words(std::move(text)) {}

    counted life;
    std::string words = "a string that is too long to be kept inside the object";
};

io::task<std::size_t> by_value(with_constructor options) {
    co_return options.words.size();
}

io::task<std::size_t> by_default(with_constructor options = with_constructor()) {
    co_return options.words.size();
}

io::task<> safe_forms(std::size_t& sum) {
    sum += co_await by_value(with_constructor());
    sum += co_await by_value(with_constructor("some words that are long enough for the heap"));
    sum += co_await by_default();
    with_constructor named;
    sum += co_await by_value(named);
    sum += co_await by_value(std::move(named));
    auto made_first = by_value(with_constructor("made in one statement, awaited in the next one"));
    sum += co_await std::move(made_first);
}

} // namespace

TEST_CASE("co_await: option classes by value -> every object is destroyed once") {
    counted::alive = 0;
    std::size_t sum = 0;
    test::run(safe_forms(sum));
    CHECK(counted::alive == 0);
    CHECK(sum == 54 + 44 + 54 + 54 + 54 + 46);
}
