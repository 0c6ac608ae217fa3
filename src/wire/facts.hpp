// Facts of MLSD and MLST (RFC 3659, 7).
#pragma once

#include <ferry/entry.hpp>
#include <ferry/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::wire {

/// Which facts a server sends, as bits, so that OPTS MLST can choose among them.
enum class fact : std::uint16_t {
    type = 1,
    size = 2,
    modify = 4,
    perm = 8,
    unique = 16,
    unix_mode = 32,
    unix_owner = 64,
    unix_group = 128,
};

using fact_set = std::uint16_t;

inline constexpr fact_set all_facts = 255;

/// An entry and whether it is the listed directory or its parent (type=cdir, type=pdir), which are
/// no entries of the directory.
class listed_fact_entry {
public:
    listed_fact_entry() = default;

    entry item;
    bool is_self_or_parent = false;
};

/// "type=file;size=5;modify=20260301123456; name with spaces". The name is everything behind the
/// first space. A line without facts (" name") is an entry of type other. Unknown facts are passed
/// over, malformed values count as unknown. `protocol_error` if there is no space or no name, or if
/// what stands before the space has no "=".
[[nodiscard]] result<listed_fact_entry> parse_fact_line(std::string_view line);

/// One line without its end. Names must not hold CR or LF (the caller leaves them out of listings).
/// Facts whose value holds a space or ';' cannot be written and are left out.
void format_fact_line(const entry& item, fact_set facts, std::string_view name, std::string& out,
                      std::string_view type_override = {});

/// "type*;size*;modify*;perm*;unique*;UNIX.mode*;UNIX.owner*;UNIX.group*;" for FEAT, with a star
/// behind those in `enabled`.
[[nodiscard]] std::string format_fact_feature(fact_set enabled);
/// The argument of OPTS MLST: "type;size;". Unknown names are passed over (RFC 3659, 7.9).
[[nodiscard]] fact_set parse_fact_names(std::string_view argument);
/// "type;size;" for the reply to OPTS MLST.
[[nodiscard]] std::string format_fact_names(fact_set facts);

/// What to ask for by OPTS MLST where FEAT's line of MLST has UNIX.mode, but not switched on: it,
/// and all that is. Empty where there is nothing to ask for.
[[nodiscard]] std::string facts_with_mode(std::string_view listed);

/// "rwxr-xr-x" from permission bits, setuid, setgid and sticky included, and back.
[[nodiscard]] std::string format_permissions(unsigned mode);
[[nodiscard]] std::optional<unsigned> parse_permissions(std::string_view text);

} // namespace ferry::wire
