// .netrc: who logs in where.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

/// What a machine's entry says. What it does not say is empty.
struct netrc_entry {
    std::optional<std::string> login;
    std::optional<std::string> password;
    std::optional<std::string> account;

    friend bool operator==(const netrc_entry&, const netrc_entry&) = default;
};

/// The first entry for `host` (and for `user`, if one is given), else the `default` entry. Words
/// may be quoted, with \ before a quote; a word that begins with # outside of a value starts a
/// comment; macros (`macdef`) are passed over.
[[nodiscard]] std::optional<netrc_entry> find_in_netrc(std::string_view text, std::string_view host,
                                                       const std::optional<std::string>& user);

/// The machines it names, in their order.
[[nodiscard]] std::vector<std::string> machines_in_netrc(std::string_view text);

} // namespace ferry::cli
