// Directories: MLSD, LIST and NLST, streamed to a callback.
#pragma once

#include "client/session.hpp"

namespace ferry::client_side {

/// The entries of a directory, or the one of a file. A listing that did not end with 2xx is an
/// error, and one of nothing is looked at twice: it must never pass for an empty directory
/// (threats, 3.9). `each` may end it early by returning false.
[[nodiscard]] task<result<listing_report>> list(session& with, std::string path,
                                                const entry_function& each,
                                                listing_options options = listing_options());
/// By NLST: entries with nothing but a name.
[[nodiscard]] task<result<listing_report>> names(session& with, std::string path,
                                                 const entry_function& each);

/// MLST. The name is the last component of `path`, or all of it where there is none.
[[nodiscard]] task<result<entry>> facts_of(session& with, std::string path);

/// Whether one can change into `path`. The working directory stays what it was.
[[nodiscard]] task<result<>> check_directory(session& with, std::string path);

/// What one path is: by MLST where the server lists it, else by SIZE and MDTM, else by CWD, else
/// by its line in the directory above.
[[nodiscard]] task<result<entry>> stat(session& with, std::string path);

} // namespace ferry::client_side
