#include "cli/json.hpp"

#include "base/text.hpp"
#include "base/units.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/serializer.hpp>

#include <array>

namespace ferry::cli {

namespace json = boost::json;

namespace {

json::value text_or_null(std::string_view bytes, const json::storage_ptr& memory) {
    return bytes.empty() ? json::value(nullptr, memory) : text_value(bytes, memory);
}

void append_serialized(std::string& out, const json::value& what) {
    json::serializer writer;
    writer.reset(&what);
    std::array<char, 4096> block{};
    while (!writer.done()) {
        const auto piece = writer.read(block.data(), block.size());
        out.append(piece.data(), piece.size());
    }
}

} // namespace

json::value text_value(std::string_view bytes, json::storage_ptr memory) {
    return json::value(json::string_view(to_utf8(bytes)), std::move(memory));
}

void append_json(std::string& out, const entry& what, const std::optional<std::string>& path) {
    // One entry is one of a hundred thousand: its object lives on the stack.
    std::array<unsigned char, 4096> stack; // NOLINT: filled by the resource
    json::monotonic_resource memory(stack.data(), stack.size());
    const json::storage_ptr there(&memory);
    json::value value(json::object_kind, there);
    auto& object = value.get_object();
    object.reserve(9);
    if (path) object.emplace("path", text_value(*path, there));
    object.emplace("name", text_value(what.name, there));
    object.emplace("type", json::string_view(to_string(what.type)));
    object.emplace("size", what.size ? json::value(*what.size) : json::value(nullptr));
    object.emplace("mtime", what.mtime ? text_value(format_iso8601(*what.mtime), there)
                                       : json::value(nullptr));
    object.emplace("permissions", text_or_null(what.permissions, there));
    object.emplace("owner", text_or_null(what.owner, there));
    object.emplace("group", text_or_null(what.group, there));
    object.emplace("target", text_or_null(what.target, there));
    append_serialized(out, value);
}

json::object error_object(const error& what) {
    json::object object;
    object["code"] = json::string_view(describe(what.code()).name);
    object["exit_status"] = what.exit_status();
    object["step"] = text_value(what.step());
    object["reply_code"] = what.reply_code();
    object["reply_text"] = text_value(what.reply_text());
    object["message"] = text_value(what.message());
    return object;
}

json::object proof_object(const transfer_proof& proof) {
    json::object object;
    object["kind"] = json::string_view(name_of(proof.kind));
    if (proof.kind != proof_kind::hash) return object;
    object["algorithm"] = text_value(proof.algorithm);
    object["value"] = text_value(proof.value);
    return object;
}

std::string json_line(const json::object& what) {
    return json::serialize(what) + '\n';
}

} // namespace ferry::cli
