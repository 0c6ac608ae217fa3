// Every size that a peer can choose has its cap here, with the reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ferry::limits {

/// A line of a reply. The longest seen in the wild are FEAT and banner lines of some hundred bytes.
inline constexpr std::size_t reply_line = 64 * 1024;
/// All lines of one reply: a long banner is some tens of KiB.
inline constexpr std::size_t reply_total = 1024 * 1024;
/// A line of a listing: a path of 4 KiB, the longest Linux knows, in facts or twice in a link.
inline constexpr std::size_t listing_line = 64 * 1024;
/// A command line our server reads (RFC 959 names no limit; paths are at most 4 KiB).
inline constexpr std::size_t command_line = 8 * 1024;
/// What a client may send before a line ends; then the session is closed.
inline constexpr std::size_t command_flood = 1024 * 1024;
/// Commands our server reads ahead of those it has answered.
inline constexpr std::size_t command_queue = 64 * 1024;
/// An argument our client sends: as long as what servers read.
inline constexpr std::size_t command_argument = 8 * 1024;
/// A URL on the command line.
inline constexpr std::size_t url = 32 * 1024;
/// Directories below each other, in walks over a server's tree.
inline constexpr std::size_t depth = 128;
/// What is kept of one directory in order to sort it: some million entries.
inline constexpr std::size_t listing_bytes = 1024 * 1024 * 1024;
/// Attempts at a password in one control connection (threats: brute force).
inline constexpr int login_attempts = 3;
/// Preliminary replies to one command; more than this is a server gone wild.
inline constexpr int preliminary_replies = 16;
/// Lines of FEAT that are kept.
inline constexpr std::size_t feature_lines = 512;
/// Data ports a peer may name: those below belong to services (threats: bounce).
inline constexpr std::uint16_t lowest_data_port = 1024;
/// A line of a manifest: a path of 4 KiB, each byte of it escaped, and what is known of the file.
inline constexpr std::size_t manifest_line = 32 * 1024;
/// Names of one directory that are compared for collisions: 32 MiB.
inline constexpr std::size_t compared_names = 1'500'000;

/// A name with wildcards in a LIST to our server; a longer one is taken as it stands.
inline constexpr std::size_t list_pattern = 1024;
/// What is typed into the shell before it runs, with its aliases put in.
inline constexpr std::size_t shell_line = 256 * 1024;
/// Words of such a line; an alias and a local command count as one.
inline constexpr std::size_t shell_words = 16 * 1024;
/// Aliases whose text begins with an alias.
inline constexpr std::size_t alias_depth = 32;
/// Words that the braces of one word make, and their bytes in all.
inline constexpr std::size_t brace_words = 1024;
inline constexpr std::size_t brace_bytes = 1024 * 1024;
/// Names that a pattern matches, and directories that are listed for it: some hundred MiB.
inline constexpr std::size_t glob_results = 1'000'000;

/// Names kept for completion, of all directories together.
inline constexpr std::size_t cached_names = 1'000'000;
/// What is shown of a background job's output.
inline constexpr std::size_t job_output = 64 * 1024;
/// Scripts that run scripts.
inline constexpr int script_depth = 16;

} // namespace ferry::limits
