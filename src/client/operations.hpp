// What a client asks of a server on the control connection alone, one function an operation.
//
// Errors of all: those of the connection, `plan::refusal` of a reply that says no, and
// `protocol_error` for one that cannot be understood.
#pragma once

#include "client/session.hpp"

namespace ferry::client_side {

[[nodiscard]] task<result<std::string>> working_directory(control& talk);
[[nodiscard]] task<result<>> change_directory(control& talk, std::string path);
[[nodiscard]] task<result<>> parent_directory(control& talk);
[[nodiscard]] task<result<>> make_directory(control& talk, std::string path);
[[nodiscard]] task<result<>> remove_directory(control& talk, std::string path);
[[nodiscard]] task<result<>> remove_file(control& talk, std::string path);
[[nodiscard]] task<result<>> rename(control& talk, std::string from, std::string to);
[[nodiscard]] task<result<>> change_mode(control& talk, std::string path, unsigned mode);
[[nodiscard]] task<result<std::string>> system(control& talk);
[[nodiscard]] task<result<>> no_operation(control& talk);
/// QUIT, its reply, and the end of the connection. Nothing can fail.
[[nodiscard]] task<> quit(control& talk);

/// A command that a server may not know: once it has answered 500 or 502, that is the answer
/// without asking again.
[[nodiscard]] task<result<reply>> ask(session& with, std::string verb, std::string argument,
                                      patience how = patience::limited);

/// SIZE in TYPE I.
[[nodiscard]] task<result<std::uint64_t>> size(session& with, std::string path);
/// The same where any answer will do: nothing if the server does not tell.
[[nodiscard]] task<result<std::optional<std::uint64_t>>> size_if_known(session& with,
                                                                       std::string path);
[[nodiscard]] task<result<std::chrono::sys_seconds>> modification_time(session& with,
                                                                       std::string path);
[[nodiscard]] task<result<std::optional<std::chrono::sys_seconds>>>
modification_time_if_known(session& with, std::string path);
/// By MFMT where FEAT lists it; else by the older commands, of which the first that shows in MDTM
/// is used from then on. `not_supported` where none does, from then on with nothing sent.
[[nodiscard]] task<result<>> set_modification_time(session& with, std::string path,
                                                   std::chrono::sys_seconds time);

[[nodiscard]] task<result<std::vector<std::string>>> feature_lines(session& with);
/// `invalid_argument` for an empty line and for commands that need a data connection.
[[nodiscard]] task<result<reply>> raw(session& with, std::string line);

} // namespace ferry::client_side
