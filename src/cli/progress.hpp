// The progress of a transfer as one line of text.
#pragma once

#include <ferry/client.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace ferry::cli {

/// "name  42%  110 MiB/256 MiB  95.3 MiB/s  ETA 2s" in at most `width` columns: what matters least
/// is left out first, then the name is shortened in its middle. `name` must be printable.
[[nodiscard]] std::string progress_line(std::string_view name, const transfer_progress& now,
                                        std::size_t width);

/// "name: 256 MiB in 1.2s (210 MiB/s), SHA-256 verified".
[[nodiscard]] std::string finished_line(std::string_view name, const transfer_report& done);

/// At most `width` columns of `text`, with an ellipsis in the middle where something was cut out.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

} // namespace ferry::cli
