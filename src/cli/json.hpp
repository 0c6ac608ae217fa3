// JSON out. Text from a peer is made valid UTF-8; nothing here ever fails.
#pragma once

#include <ferry/entry.hpp>
#include <ferry/error.hpp>
#include <ferry/proof.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ferry::cli {

/// A string value from any bytes.
[[nodiscard]] boost::json::value text_value(std::string_view bytes,
                                            boost::json::storage_ptr memory = {});

/// {name, type, size, mtime, permissions, owner, group, target}, preceded by `path` if it is given.
/// What is unknown is null.
void append_json(std::string& out, const entry& what, const std::optional<std::string>& path);

/// {code, exit_status, step, reply_code, reply_text, message}. Where the server said nothing the
/// reply code is 0 and the text empty.
[[nodiscard]] boost::json::object error_object(const error& what);

/// {kind}, and of a hash {kind, algorithm, value}.
[[nodiscard]] boost::json::object proof_object(const transfer_proof& proof);

/// One line of output, ended.
[[nodiscard]] std::string json_line(const boost::json::object& what);

} // namespace ferry::cli
