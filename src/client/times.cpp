// Setting the time of a file: by MFMT, or by what servers had before it.
#include "base/units.hpp"
#include "client/operations.hpp"
#include "plan/refusal.hpp"

namespace ferry::client_side {

namespace {

/// File systems round to whole or even seconds.
constexpr std::chrono::seconds rounding{1};

struct time_request {
    std::string verb;
    std::string argument;
};

time_request request_by(time_command how, const std::string& path, const std::string& time) {
    switch (how) {
    case time_command::utime:
        return {"SITE", "UTIME " + path + ' ' + time + ' ' + time + ' ' + time + " UTC"};
    case time_command::short_utime:
        return {"SITE", "UTIME " + time + ' ' + path};
    case time_command::mdtm:
    case time_command::none:
        break;
    }
    return {"MDTM", time + ' ' + path};
}

time_command next_after(time_command how) noexcept {
    switch (how) {
    case time_command::mdtm:
        return time_command::utime;
    case time_command::utime:
        return time_command::short_utime;
    case time_command::short_utime:
    case time_command::none:
        break;
    }
    return time_command::none;
}

/// Whether the file has this time now. Others may have taken the order for a question, or the time
/// for one in their own zone.
task<result<bool>> has_time(session& with, std::string path, std::chrono::sys_seconds time) {
    auto there = co_await modification_time_if_known(with, std::move(path));
    if (!there) co_return fail(std::move(there.error()));
    if (!*there) co_return false;
    co_return std::chrono::abs(**there - time) <= rounding;
}

/// One command after the other, until one is seen to work. From then on it is taken at its word.
task<result<>> set_time_somehow(session& with, std::string path, std::chrono::sys_seconds time) {
    auto& memory = with.memory();
    const auto stamp = format_time_val(time);
    while (memory.sets_time_by != time_command::none) {
        const auto request = request_by(memory.sets_time_by, path, stamp);
        auto said = co_await exchange(with.talk(), request.verb, request.argument);
        if (!said) co_return fail(std::move(said.error()));
        if (said->completed()) {
            if (memory.sets_time) co_return result<>();
            auto taken = co_await has_time(with, path, time);
            if (!taken) co_return fail(std::move(taken.error()));
            memory.sets_time = *taken;
            if (*taken) co_return result<>();
        } else if (memory.sets_time || said->kind() != 5) {
            co_return refuse(with.talk(), *said, request.verb, request.argument);
        }
        memory.sets_time_by = next_after(memory.sets_time_by);
    }
    co_return fail(errc::not_supported, "the server cannot set times (MFMT, MDTM, SITE UTIME)");
}

} // namespace

task<result<>> set_modification_time(session& with, std::string path,
                                     std::chrono::sys_seconds time) {
    auto features = co_await features_of(with);
    if (!features) co_return fail(std::move(features.error()));
    if (!(*features)->has("MFMT")) co_return co_await set_time_somehow(with, std::move(path), time);
    auto said = co_await command(with.talk(), "MFMT", format_time_val(time) + ' ' + path);
    if (!said) co_return fail(std::move(said.error()));
    co_return result<>();
}

} // namespace ferry::client_side
