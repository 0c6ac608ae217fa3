#include "client/changes.hpp"

#include "client/listing.hpp"
#include "client/operations.hpp"

namespace ferry::client_side {

namespace {

enum class presence : std::uint8_t { unknown, absent, directory, other };

/// What stands under this name; an error only if nothing more can be asked.
task<result<presence>> look(session& with, std::string path) {
    const auto found = co_await stat(with, std::move(path));
    if (found)
        co_return found->type == entry_type::directory ? presence::directory : presence::other;
    const auto& why = found.error();
    if (!with.talk().is_open() || why.code() == errc::interrupted) co_return fail(error(why));
    co_return why.code() == errc::not_found ? presence::absent : presence::unknown;
}

task<result<bool>> is_absent(session& with, std::string path, const try_memory& memory) {
    if (!memory.lost) co_return false;
    const auto there = co_await look(with, std::move(path));
    if (!there) co_return fail(error(there.error()));
    co_return *there == presence::absent;
}

} // namespace

task<result<>> make_directory(session& with, std::string path, const try_memory& memory) {
    if (memory.lost) {
        const auto there = co_await look(with, path);
        if (!there) co_return fail(error(there.error()));
        if (*there == presence::directory) co_return result<>();
    }
    co_return co_await make_directory(with.talk(), std::move(path));
}

task<result<>> remove_directory(session& with, std::string path, const try_memory& memory) {
    const auto gone = co_await is_absent(with, path, memory);
    if (!gone) co_return fail(error(gone.error()));
    if (*gone) co_return result<>();
    co_return co_await remove_directory(with.talk(), std::move(path));
}

task<result<>> remove_file(session& with, std::string path, const try_memory& memory) {
    const auto gone = co_await is_absent(with, path, memory);
    if (!gone) co_return fail(error(gone.error()));
    if (*gone) co_return result<>();
    co_return co_await remove_file(with.talk(), std::move(path));
}

task<result<>> rename(session& with, std::string from, std::string to, const try_memory& memory) {
    const auto gone = co_await is_absent(with, from, memory);
    if (!gone) co_return fail(error(gone.error()));
    if (*gone) {
        const auto arrived = co_await look(with, to);
        if (!arrived) co_return fail(error(arrived.error()));
        if (*arrived == presence::directory || *arrived == presence::other) co_return result<>();
    }
    co_return co_await rename(with.talk(), std::move(from), std::move(to));
}

} // namespace ferry::client_side
