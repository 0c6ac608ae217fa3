// Hashes of files, so that a client knows that what it holds is what is here: HASH of
// draft-bryan-ftpext-hash, and the X verbs that came before it.
#include "base/text.hpp"
#include "io/digest.hpp"
#include "server/handlers.hpp"

#include <vector>

namespace ferry::server_side {

namespace {

/// Between two such pieces the other sessions have their turn: half a millisecond or so.
constexpr std::size_t piece = 256 * 1024;

class hashed_file {
public:
    hashed_file() = default;
    std::string digits;
    std::uint64_t size = 0;
};

/// Reads all of the file. `interrupted` when the client wants no more of it.
io::task<result<hashed_file>> hash_file(session& s, std::string path, io::digest_kind kind) {
    auto opened = s.host.files().open_read(path, 0);
    if (!opened) co_return fail(std::move(opened.error()));
    auto& content = (*opened)->content();
    io::digest sum(kind);
    std::vector<char> room(piece);
    hashed_file made;
    while (true) {
        auto got = content.read(room);
        if (!got) co_return fail(std::move(got.error()));
        if (*got == 0) break;
        sum.add(std::string_view(room.data(), *got));
        made.size += *got;
        auto turn = co_await io::sleep_for(io::milliseconds(0));
        if (!turn) co_return fail(std::move(turn.error()));
        if (s.transfer_unwanted()) co_return fail(errc::interrupted);
    }
    made.digits = sum.finish();
    co_return made;
}

reply hash_refusal(const error& why, const std::string& path) {
    return why.code() == errc::interrupted ? reply(426, "Aborted") : refusal(why, path);
}

/// Some clients put the path into quotes, as the X verbs of others want it.
std::string unquoted(std::string path) {
    if (path.size() < 2 || !path.starts_with('"') || !path.ends_with('"')) return path;
    return path.substr(1, path.size() - 2);
}

io::task<> answer_x(session& s, std::string argument, io::digest_kind kind) {
    const auto path = s.resolve(unquoted(std::move(argument)));
    const auto made = co_await hash_file(s, path, kind);
    s.control.queue(made ? reply(250, made->digits) : hash_refusal(made.error(), path));
}

} // namespace

io::task<> hash(session& s, std::string argument) {
    const auto path = s.resolve(argument);
    const auto kind = s.parameters.hash;
    const auto made = co_await hash_file(s, path, kind);
    if (!made) {
        s.control.queue(hash_refusal(made.error(), path));
        co_return;
    }
    // Name of the function, the first and the last byte, the hash, the path as it was asked for.
    const auto last = made->size == 0 ? 0 : made->size - 1;
    s.control.queue(reply(213, std::string(io::name_of(kind)) + " 0-" + std::to_string(last) + ' ' +
                                   made->digits + ' ' + argument));
}

io::task<> xsha256(session& s, std::string path) {
    return answer_x(s, std::move(path), io::digest_kind::sha256);
}

io::task<> xsha512(session& s, std::string path) {
    return answer_x(s, std::move(path), io::digest_kind::sha512);
}

io::task<> xsha1(session& s, std::string path) {
    return answer_x(s, std::move(path), io::digest_kind::sha1);
}

io::task<> xmd5(session& s, std::string path) {
    return answer_x(s, std::move(path), io::digest_kind::md5);
}

io::task<> xcrc(session& s, std::string path) {
    return answer_x(s, std::move(path), io::digest_kind::crc32);
}

reply choose_hash(session& s, std::string_view name) {
    if (!name.empty()) {
        const auto kind = io::find_digest(name);
        if (!kind) return reply(501, "Unknown hash, current selection not changed");
        s.parameters.hash = *kind;
    }
    return reply(200, std::string(io::name_of(s.parameters.hash)));
}

std::string hash_feature(const session& s) {
    std::string line = "HASH ";
    for (const auto kind : io::digest_kinds) {
        if (!line.ends_with(' ')) line += ';';
        line += io::name_of(kind);
        if (kind == s.parameters.hash) line += '*';
    }
    return line;
}

} // namespace ferry::server_side
