#include "io/stream.hpp"

namespace ferry::io {

task<result<>> stream::wait_readable() {
    co_return fail(errc::unexpected, "not a plain socket");
}

task<result<>> stream::wait_writable() {
    co_return fail(errc::unexpected, "not a plain socket");
}

} // namespace ferry::io
