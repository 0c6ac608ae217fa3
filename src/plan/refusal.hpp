// What a server means when it says no: from codes, which are few, and words, which are many.
#pragma once

#include <ferry/error.hpp>
#include <ferry/reply.hpp>

#include <string_view>

namespace ferry::plan {

/// The cause that a reply other than the wished-for one stands for. One code covers many causes
/// (550: not there, not allowed, not empty), so the words are looked at too, but no words that the
/// argument itself contains: a file may be named "permission denied".
[[nodiscard]] errc cause_of(int code, std::string_view text, std::string_view verb,
                            std::string_view argument) noexcept;

/// The error of a command that was answered with `said`.
[[nodiscard]] error refusal(const reply& said, std::string_view verb, std::string_view argument);

/// Whether a listing refused with this reply is that of an empty directory: servers say "550 No
/// files found", and some a bare 550, of the current directory (which exists).
[[nodiscard]] bool means_empty_directory(const reply& said, std::string_view path) noexcept;

/// How a command is named in an error: "RETR a/b"; secrets are replaced.
[[nodiscard]] std::string step_of(std::string_view verb, std::string_view argument);

/// Whether the argument of `verb` must not be shown.
[[nodiscard]] bool is_secret(std::string_view verb) noexcept;

} // namespace ferry::plan
