// A command line as a typed struct: what was asked, and nothing done about it yet.
//
// Parsing only fills this in. Opening files, asking for passwords, looking at the terminal come
// afterwards, in the commands, so that parsing stays pure.
#pragma once

#include <ferry/client.hpp>
#include <ferry/mirror.hpp>
#include <ferry/result.hpp>
#include <ferry/server.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

enum class command_id : std::uint8_t {
    get,
    put,
    mirror,
    cat,
    ls,
    stat,
    mkdir,
    rmdir,
    rm,
    mv,
    chmod,
    find,
    du,
    tree,
    shell,
    serve,
    demo,
    trust,
    config,
    help,
    man,
    completions,
};

inline constexpr std::size_t command_count = static_cast<std::size_t>(command_id::completions) + 1;

enum class sort_key : std::uint8_t { name, time, size };

/// What `find` is asked for.
enum class find_type : std::uint8_t { any, file, directory, symlink };

struct option_row;

/// An option of the command line, and its value as it was written.
class given_option {
public:
    given_option(const option_row& option, std::string text)
        : row(&option), value(std::move(text)) {}

    const option_row* row;
    std::string value;
};

class arguments {
public:
    arguments() = default;

    command_id command = command_id::help;
    std::vector<std::string> operands;
    std::vector<given_option> given; ///< in their order; the members below have their effect
    bool show_help = false;
    bool show_version = false;

    // output
    bool json = false;
    bool quiet = false;
    bool verbose = false;
    bool progress = true;
    int status_descriptor = -1; ///< where progress is written for a program

    // transfers
    std::optional<std::string> output; ///< "-" is stdout
    std::optional<std::string> directory;
    bool resume = false;
    bool append = false;
    bool in_place = false;
    bool ascii = false;
    bool keep_time = true;
    verify_mode verify = verify_mode::automatic;
    std::uint64_t limit_each = 0; ///< bytes a second of each transfer; 0: none

    // trees
    mirror_options tree;      ///< rules of the kind `lines` name a file here
    bool keep_journal = true; ///< what an interrupted mirror goes on with
    bool upload = false;      ///< in the shell: from here to the server
    bool watch = false;       ///< go on when it is done, and do what changes
    std::optional<std::chrono::milliseconds> watch_interval;

    // connection
    data_mode data = data_mode::automatic;
    std::optional<std::chrono::milliseconds> timeout;
    unsigned retries = 3; ///< in a row without progress
    std::optional<std::chrono::milliseconds> retry_time;
    bool trust_pasv_address = false;
    std::optional<std::uint64_t> limit; ///< bytes a second of all transfers together; 0: none
    int limit_descriptor = -1;          ///< where the limit lies, if others have a say in it
    std::string start_directory;        ///< entered after the login
    bool in_shell = false;              ///< Ctrl-C is the shell's, and messages are short

    // TLS
    tls_options tls;
    std::vector<std::string> pins; ///< fingerprints, lower-case hex digits
    bool insecure = false;

    // trust
    std::optional<std::string> added_fingerprint;
    bool forget = false;

    // login
    std::optional<std::string> user;
    std::optional<std::string> account;
    std::optional<std::string> password_file;
    std::optional<std::string> password_command;
    std::optional<std::string> netrc_file;

    // listing, and directories
    bool recursive = false;
    bool parents = false;
    bool long_format = false;
    bool all = false;
    bool one_column = false;
    bool reverse = false;
    sort_key sort = sort_key::name;
    std::optional<std::string> name_pattern;
    find_type type = find_type::any;
    std::optional<std::size_t> most_depth;
    bool summary = false;

    // shell
    std::optional<std::string> shell_commands;

    // serve
    std::uint16_t port = 2121;
    std::string listen = "127.0.0.1";
    bool anonymous = false;
    bool read_only = false;
    std::optional<std::size_t> max_sessions;
    std::optional<std::chrono::milliseconds> idle_timeout;
    bool offer_tls = true;
    server_tls_options server_tls;

    // demo
    bool keep = false;
    bool small = false;
};

/// Parses the words after the program's name. Failures are `errc::usage`; with `show_help` or
/// `show_version` nothing else is checked.
[[nodiscard]] result<arguments> parse_command_line(const std::vector<std::string>& words);

} // namespace ferry::cli
