// The loop that most commands are: do one thing for each URL, and go on when one fails.
#pragma once

#include "cli/connections.hpp"
#include "cli/reporter.hpp"

#include <functional>
#include <span>

namespace ferry::cli {

/// Does the command's work at one URL. The reporter has been told of the start, and will be told of
/// the end.
using url_action = std::function<result<>(client&, const url&, reporter&)>;

/// The exit status of all. Stops after an interruption.
[[nodiscard]] int for_each_url(const arguments& asked, connections& open,
                               std::span<const std::string> words, const url_action& act);

} // namespace ferry::cli
