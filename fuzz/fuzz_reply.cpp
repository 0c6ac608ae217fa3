// Replies from a hostile server.
//
// Thesis: whatever the bytes, the parser gives replies or one error that blames the peer; whole and
// byte by byte it gives the same; no reply is larger than its cap; and a reply it gave, formatted,
// reads back as that reply.
#include "check.hpp"
#include "wire/reply_parser.hpp"

namespace {

using namespace ferry;

std::string format(const reply& what) {
    std::string out;
    wire::format_reply(what, out);
    return out;
}

void check_reply(const reply& what) {
    fuzz::require(what.code >= 100 && what.code <= 599 && !what.lines.empty());
    std::size_t size = 0;
    for (const auto& line : what.lines)
        size += line.size();
    fuzz::require(size <= limits::reply_total);

    const auto text = format(what);
    wire::reply_parser parser;
    parser.feed(text);
    const auto again = parser.next();
    // What had to be indented or replaced makes a line longer, never past the cap of a test input.
    fuzz::require(again && *again && !parser.has_pending());
    fuzz::require(format(**again) == text);
}

std::string read(std::string_view bytes, std::size_t step) {
    wire::reply_parser parser;
    std::string seen;
    bool failed = false;
    fuzz::in_pieces(bytes, step, [&](std::string_view piece) {
        if (failed) return;
        parser.feed(piece);
        for (;;) {
            const auto next = parser.next();
            if (!next) {
                fuzz::require_blames_peer(next.error());
                seen += next.error().message();
                failed = true;
                return;
            }
            if (!*next) return;
            check_reply(**next);
            seen += format(**next);
        }
    });
    if (!failed && parser.has_pending()) seen += "pending";
    return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto bytes = fuzz::text_of(data, size);
    const auto whole = read(bytes, bytes.size() + 1);
    fuzz::require(read(bytes, 1) == whole);
    fuzz::require(read(bytes, 7) == whole);
    return 0;
}
