// What the options of trees do to the arguments. The rows are in the option table.
#pragma once

#include "cli/arguments.hpp"

#include <string_view>

namespace ferry::cli {

result<> connection_count(arguments& into, std::string_view value);
result<> removal_count(arguments& into, std::string_view value);
result<> least_time(arguments& into, std::string_view value);
result<> what_links_become(arguments& into, std::string_view value);
result<> rules_of_names(arguments& into, std::string_view value);

/// `errc::usage` if rules for trees were given to a command that moves none.
[[nodiscard]] result<> check_tree_options(const arguments& asked);

} // namespace ferry::cli
