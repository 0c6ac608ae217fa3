// Single lines from a peer: commands and their arguments, addresses, quoted paths, facts, FEAT, and
// text in ASCII type.
//
// Thesis: whatever the bytes, each parser gives a value or an error of the documented cause; what
// it gave, formatted, reads back as the same; no command holds a byte that ends a line early; and
// the ASCII translation gives the same whole and byte by byte.
#include "check.hpp"
#include "wire/address.hpp"
#include "wire/ascii.hpp"
#include "wire/command.hpp"
#include "wire/facts.hpp"
#include "wire/features.hpp"
#include "wire/line_splitter.hpp"
#include "wire/path.hpp"
#include "wire/quoting.hpp"

#include <algorithm>

namespace {

using namespace ferry;
using fuzz::require;

void check_commands(std::string_view text) {
    if (const auto parsed = wire::parse_command(text))
        require(wire::parse_command(parsed->verb + ' ' + parsed->argument).value() == *parsed);
    else
        require(parsed.error().code() == errc::invalid_argument);

    const auto line = wire::format_command("RETR", text);
    if (!line) {
        require(line.error().code() == errc::invalid_argument);
        return;
    }
    wire::line_splitter lines(line->size());
    lines.feed(*line);
    const auto only = lines.next();
    require(only && *only && lines.pending() == 0);
    require(wire::parse_command(**only).value() == wire::command("RETR", std::string(text)));
}

void check_addresses(std::string_view text) {
    if (const auto where = wire::parse_pasv_reply(text))
        require(wire::parse_pasv_reply(wire::format_pasv_reply(*where)).value() == *where);
    else
        fuzz::require_blames_peer(where.error());
    if (const auto port = wire::parse_epsv_reply(text))
        require(wire::parse_epsv_reply(wire::format_epsv_reply(*port)).value() == *port);
    else
        fuzz::require_blames_peer(port.error());
    if (const auto where = wire::parse_port_argument(text))
        require(wire::parse_port_argument(wire::format_port_argument(*where)).value() == *where);
    if (const auto where = wire::parse_eprt_argument(text)) {
        require(wire::parse_eprt_argument(wire::format_eprt_argument(*where)).value() == *where);
        require(wire::same_address(where->address, where->address));
    } else {
        require(where.error().code() == errc::invalid_argument ||
                where.error().code() == errc::not_supported);
    }
}

void check_paths(std::string_view text) {
    if (const auto path = wire::parse_quoted_path(text); !path)
        fuzz::require_blames_peer(path.error());
    if (!text.empty()) {
        const auto quoted = wire::format_quoted_path(text, "is \"it\"");
        require(wire::parse_quoted_path(quoted).value() == text);
    }
    const auto normal = wire::normalize_path("/a", text);
    require(normal.starts_with('/') && normal.find("//") == normal.npos);
    require(!(normal + '/').contains("/../") && wire::normalize_path("", normal) == normal);
    const auto [directory, name] = wire::split_path(normal);
    require(wire::join_path(directory, name) == normal);
}

void check_facts(std::string_view text) {
    if (const auto parsed = wire::parse_fact_line(text); !parsed)
        fuzz::require_blames_peer(parsed.error());
    const auto facts = wire::parse_fact_names(text);
    require(wire::parse_fact_names(wire::format_fact_names(facts)) == facts);

    reply feat;
    feat.code = 211;
    feat.lines = {"Features:", std::string(text), "End"};
    const wire::features known(feat);
    for (const auto& line : known.lines()) {
        const auto word = line.substr(0, line.find(' '));
        require(known.has(word) && line.ends_with(known.argument_of(word)));
    }
}

std::string translated(std::string_view text, std::size_t step) {
    wire::to_network_ascii out;
    wire::from_network_ascii in;
    std::string sent;
    std::string received;
    fuzz::in_pieces(text, step, [&](std::string_view piece) { out.translate(piece, sent); });
    fuzz::in_pieces(sent, step, [&](std::string_view piece) { in.translate(piece, received); });
    in.finish(received);
    if (!text.contains("\r\n")) require(received == text);
    return sent + received;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    check_commands(text);
    check_addresses(text);
    check_paths(text);
    check_facts(text);
    require(translated(text, text.size() + 1) == translated(text, 1));
    return 0;
}
