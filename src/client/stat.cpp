// What one path is, by whatever the server has.
#include "client/listing.hpp"
#include "client/operations.hpp"
#include "plan/refusal.hpp"
#include "wire/facts.hpp"
#include "wire/path.hpp"

namespace ferry::client_side {

namespace {

/// The name of what `path` leads to; all of it for "/", ".." and the like.
std::string name_of(const std::string& path) {
    auto last = wire::split_path(path).second;
    if (is_safe_name(last)) return last;
    return path.empty() ? "." : path;
}

/// The one line of facts between the first and the last line of a reply to MLST.
result<entry> parse_facts(const reply& said) {
    for (std::string_view line : said.lines) {
        if (line.starts_with(' ')) line.remove_prefix(1);
        if (line.find('=') == std::string_view::npos) continue;
        auto listed = wire::parse_fact_line(line);
        if (listed) return std::move(listed->item);
    }
    return fail(errc::refused, "the reply holds no facts");
}

task<result<entry>> stat_file(session& with, std::string path) {
    auto bytes = co_await size(with, path);
    if (!bytes) co_return fail(std::move(bytes.error()));
    entry found;
    found.name = name_of(path);
    found.type = entry_type::file;
    found.size = *bytes;
    auto time = co_await modification_time_if_known(with, path);
    if (!time) co_return fail(std::move(time.error()));
    found.mtime = *time;
    if (found.mtime) found.precision = time_precision::utc_second;
    co_return found;
}

/// The line of `path` in a listing of the directory above it.
task<result<entry>> stat_by_listing(session& with, std::string path, error not_there) {
    const auto [directory, name] = wire::split_path(path);
    if (!is_safe_name(name)) co_return fail(std::move(not_there));
    std::optional<entry> found;
    const entry_function look = [&](const entry& each) {
        if (each.name == name) found = each;
        return !found;
    };
    const listing_options how(name.starts_with('.'));
    auto listed = co_await list(with, directory, look, how);
    if (found) co_return std::move(*found);
    // A parent that cannot be listed tells nothing about the path itself.
    if (!listed && !is_refusal(listed.error())) co_return fail(std::move(listed.error()));
    co_return fail(std::move(not_there));
}

} // namespace

task<result<entry>> facts_of(session& with, std::string path) {
    auto said = co_await ask(with, "MLST", path);
    if (!said) co_return fail(std::move(said.error()));
    if (!said->completed()) co_return refuse(with.talk(), *said, "MLST", path);
    auto found = parse_facts(*said);
    if (!found) {
        found.error().at(plan::step_of("MLST", path)).said(said->code, said->text());
        co_return found;
    }
    found->name = name_of(path);
    co_return found;
}

task<result<>> check_directory(session& with, std::string path) {
    auto before = co_await working_directory(with.talk());
    if (!before) co_return fail(std::move(before.error()));
    auto there = co_await change_directory(with.talk(), std::move(path));
    if (!there) co_return there;
    co_return co_await change_directory(with.talk(), std::move(*before));
}

task<result<entry>> stat(session& with, std::string path) {
    auto features = co_await features_of(with);
    if (!features) co_return fail(std::move(features.error()));
    if ((*features)->has("MLST")) {
        auto facts = co_await facts_of(with, path);
        if (facts || !is_refusal(facts.error())) co_return facts;
        // Some list MLST and do not know it; any other refusal is the answer.
        if (!with.memory().unknown_verbs.contains("MLST")) co_return facts;
    }
    auto file = co_await stat_file(with, path);
    if (file || !is_refusal(file.error())) co_return file;
    auto there = co_await check_directory(with, path);
    if (there) {
        entry found;
        found.name = name_of(path);
        found.type = entry_type::directory;
        co_return found;
    }
    if (!is_refusal(there.error())) co_return fail(std::move(there.error()));
    co_return co_await stat_by_listing(with, path, std::move(there.error()));
}

} // namespace ferry::client_side
