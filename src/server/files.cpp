// Whole files over the data connection: RETR, STOR, APPE, STOU, and what goes before them
// (RFC 959, 4.1.3; RFC 3659, 5).
#include "base/text.hpp"
#include "server/ascii.hpp"
#include "server/handlers.hpp"
#include "server/transfer.hpp"

#include <random>

namespace ferry::server_side {

namespace {

constexpr int unique_name_attempts = 16;

/// The restart marker counts for one transfer. In TYPE A it would count bytes of the wire, which no
/// two servers agree on: only 0 is known there.
result<std::uint64_t> take_restart(session& s) {
    const auto offset = std::exchange(s.parameters.restart, 0);
    if (offset > 0 && s.parameters.ascii)
        return fail(errc::restart_refused, "REST is only known in TYPE I");
    return offset;
}

io::task<> store(session& s, std::string verb_name, std::string path, store_mode mode,
                 std::string opening) {
    const auto offset = take_restart(s);
    if (!offset) {
        s.control.queue(refusal(offset.error(), path));
        co_return;
    }
    if (!data_announced(s)) co_return;
    if (mode == store_mode::replace && *offset > 0) mode = store_mode::restart;
    auto opened = s.host.files().open_write(path, mode, *offset);
    if (!opened) {
        s.data.close();
        s.tell(verb_name + ' ' + path + ": " + opened.error().message());
        s.control.queue(refusal(opened.error(), path));
        co_return;
    }
    auto& file = **opened;
    from_ascii_sink translated(file.content());
    io::sink& to = s.parameters.ascii ? translated : file.content();
    transfer_title title(verb_name + ' ' + path, opening);
    const bool whole = co_await receive_over_data(s, title, to);
    if (!whole) {
        file.discard();
        co_return;
    }
    const auto kept = file.commit();
    if (!kept) {
        s.tell(verb_name + ' ' + path + " not kept: " + kept.error().message());
        s.control.queue(refusal(kept.error(), path));
        co_return;
    }
    s.control.queue(reply(226, verb_name == "STOU" ? opening : "Transfer complete"));
}

/// A name that no file has: the wanted one and a random tail, so that two sessions cannot choose
/// the same.
result<std::string> unique_path(session& s, const std::string& wanted) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device random;
    for (int attempt = 0; attempt < unique_name_attempts; ++attempt) {
        auto path = wanted + '.';
        for (auto bits = random(), left = 8U; left > 0; --left, bits >>= 4U)
            path += digits[bits & 0xFU];
        if (!s.host.files().exists(path)) return path;
    }
    return fail(errc::already_exists, "No unique name found");
}

} // namespace

io::task<> retr(session& s, std::string path) {
    path = s.resolve(path);
    const auto offset = take_restart(s);
    if (!offset) {
        s.control.queue(refusal(offset.error(), path));
        co_return;
    }
    if (!data_announced(s)) co_return;
    auto opened = s.host.files().open_read(path, *offset);
    if (!opened) {
        s.data.close();
        s.tell("RETR " + path + ": " + opened.error().message());
        s.control.queue(refusal(opened.error(), path));
        co_return;
    }
    auto& file = **opened;
    if (s.parameters.ascii) {
        to_ascii_source translated(file.content());
        transfer_title title("RETR " + path, "Sending it in TYPE A");
        co_await send_over_data(s, std::move(title), translated);
        co_return;
    }
    const auto left = file.size() - *offset;
    // Clients read the size out of the brackets.
    transfer_title title("RETR " + path, "Sending it (" + std::to_string(left) + " bytes)");
    title.total = left;
    co_await send_over_data(s, std::move(title), file.content());
}

io::task<> stor(session& s, std::string path) {
    path = s.resolve(path);
    return store(s, "STOR", std::move(path), store_mode::replace, "Ready for it");
}

io::task<> appe(session& s, std::string path) {
    path = s.resolve(path);
    // Where it begins is said by the verb.
    s.parameters.restart = 0;
    return store(s, "APPE", std::move(path), store_mode::append, "Ready for it");
}

io::task<> stou(session& s, std::string path) {
    s.parameters.restart = 0;
    auto unique = unique_path(s, s.resolve(path.empty() ? "file" : path));
    if (!unique) {
        s.control.queue(refusal(unique.error(), path));
        co_return;
    }
    // RFC 1123, 4.1.2.9: the name in this form.
    const auto name = "FILE: " + *unique;
    co_await store(s, "STOU", std::move(*unique), store_mode::replace, name);
}

reply rest(session& s, const std::string& offset) {
    const auto number = parse_number<std::uint64_t>(offset);
    if (!number || *number > static_cast<std::uint64_t>(INT64_MAX))
        return reply(501, "The offset must be a number of bytes");
    if (*number > 0 && s.parameters.ascii) return reply(504, "REST is only known in TYPE I");
    s.parameters.restart = *number;
    return reply(350, "The next transfer begins at " + offset);
}

reply abor(session& s, const std::string&) {
    const bool open = s.data.announced();
    s.data.close();
    // RFC 959, 5.4. When a transfer was aborted its 426 is on the way before this.
    return reply(226, open ? "Data connection closed" : "No transfer runs");
}

reply allo(session& s, const std::string& argument) {
    std::string_view rest_of_it = argument;
    const auto bytes = parse_number<std::uint64_t>(take_until(rest_of_it, ' '));
    if (!bytes) return reply(501, "Use ALLO <bytes>");
    const auto left = s.host.files().free_space();
    if (left && *left < *bytes)
        return reply(452, "No room: " + std::to_string(*left) + " bytes are left");
    return reply(200, "There is room");
}

} // namespace ferry::server_side
