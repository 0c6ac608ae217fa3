// Writing to a pipe that nobody reads: an error, and no SIGPIPE.
#include "io/pipe_signal.hpp"

#include "io/file.hpp"
#include "io/task.hpp"

#include <doctest/doctest.h>

#include <array>
#include <csignal>

#include <unistd.h>

using namespace ferry;

namespace {

/// The default action and the mask of SIGPIPE while it lives; put back behind it.
class default_action {
public:
    explicit default_action(int how) : before_(std::signal(SIGPIPE, SIG_DFL)) {
        ::sigemptyset(&pipe_);
        ::sigaddset(&pipe_, SIGPIPE);
        ::pthread_sigmask(how, &pipe_, &mask_);
    }

    ~default_action() {
        std::signal(SIGPIPE, SIG_IGN); // one that waits is dropped
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
        std::signal(SIGPIPE, before_);
    }

    default_action(const default_action&) = delete;
    default_action& operator=(const default_action&) = delete;

private:
    void (*before_)(int);
    sigset_t pipe_{};
    sigset_t mask_{};
};

bool is_pending() {
    sigset_t pending;
    ::sigpending(&pending);
    return ::sigismember(&pending, SIGPIPE) == 1;
}

bool is_blocked() {
    sigset_t mask;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    return ::sigismember(&mask, SIGPIPE) == 1;
}

io::task<> write_to_nobody(result<>& written) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    io::file out(ends[1]);
    ::close(ends[0]);
    written = out.write("x");
    CHECK(is_pending());
    co_return;
}

} // namespace

TEST_CASE(
    "context: writes to a pipe that nobody reads -> an error, no signal, the mask as before") {
    for (const int how : {SIG_UNBLOCK, SIG_BLOCK}) {
        const default_action usual(how);
        io::context where;
        result<> written;
        where.run(write_to_nobody(written));
        REQUIRE_FALSE(written);
        CHECK_FALSE(is_pending());
        CHECK(is_blocked() == (how == SIG_BLOCK));
    }
}

TEST_CASE("context: a SIGPIPE that waited before -> still waits") {
    const default_action blocked(SIG_BLOCK);
    ::raise(SIGPIPE);
    REQUIRE(is_pending());
    io::context where;
    result<> written;
    where.run(write_to_nobody(written));
    CHECK_FALSE(written);
    CHECK(is_pending());
}

TEST_CASE("context: one runs inside another -> SIGPIPE is back only behind the outer one") {
    const default_action usual(SIG_UNBLOCK);
    {
        const io::pipe_signal_block outer;
        io::context where;
        result<> written;
        where.run(write_to_nobody(written));
        CHECK_FALSE(written);
        CHECK(is_blocked());
        ::raise(SIGPIPE);
    }
    CHECK_FALSE(is_pending());
    CHECK_FALSE(is_blocked());
}
