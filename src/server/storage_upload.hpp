// Files being written to a directory storage. Private to it.
#pragma once

#include "server/storage.hpp"
#include "server/storage_beneath.hpp"

#include <memory>

namespace ferry::server_side {

/// A new file at `where`, which appears, or takes the place of an old one, at `commit`. A link of
/// that name is replaced, not followed.
[[nodiscard]] result<std::unique_ptr<upload>> open_new_file(place where);

/// A file that is there, continued in place at `offset`: at its end for APPE, at any place in it
/// for REST and STOR.
///
/// In place, because a continued file is usually a large one, and a copy of what is already there
/// would cost more than the rest of it. The file under its final name is not a whole one before
/// either, or the client would not continue it. `commit` cuts off what lies behind the last byte
/// written, so that it ends as the client's file does.
[[nodiscard]] result<std::unique_ptr<upload>> continue_file(io::file opened, std::uint64_t offset);

} // namespace ferry::server_side
