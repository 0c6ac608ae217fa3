#include "transfer/mirror_state.hpp"

#include "base/text.hpp"
#include "plan/tree_path.hpp"

namespace ferry::transfer {

namespace {

plan::mirror_options rules_of(const mirror_options& asked) {
    plan::mirror_options rules;
    rules.checksum = asked.checksum;
    rules.remove = asked.remove;
    rules.only_newer = asked.only_newer;
    rules.set_times = asked.keep_times;
    rules.set_modes = asked.keep_modes;
    if (asked.links == mirror_links::follow) rules.links = plan::link_policy::follow;
    if (asked.links == mirror_links::copy) rules.links = plan::link_policy::copy;
    return rules;
}

plan::deletion_options deletions_of(const mirror_options& asked) {
    plan::deletion_options made;
    made.max_deletions = asked.most_removals;
    // The root is not what is looked at there: it may well have entries.
    made.allow_empty_source = asked.allow_empty_source || !asked.only_in.empty();
    made.trash = asked.trash;
    made.run_name = asked.run_name;
    return made;
}

result<plan::selection> selection_of(const mirror_options& asked) {
    plan::path_filter filter;
    for (const auto& rule : asked.rules) {
        result<> taken;
        switch (rule.is) {
        case mirror_rule::kind::exclude:
            taken = filter.exclude(rule.text);
            break;
        case mirror_rule::kind::include:
            taken = filter.include(rule.text);
            break;
        case mirror_rule::kind::lines:
            filter.exclude_lines(rule.text);
            break;
        }
        if (!taken) return fail(std::move(taken.error()));
    }
    plan::selection_limits limits;
    limits.min_size = asked.min_size;
    limits.max_size = asked.max_size;
    limits.newer = asked.newer;
    return plan::selection(std::move(filter), limits);
}

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

bool is_exact(const entry& what) noexcept {
    return what.precision == time_precision::utc_second;
}

} // namespace

std::optional<plan::time_span> end_clock::span_of(const entry& what) const {
    if (!what.mtime) return std::nullopt;
    if (is_exact(what)) return plan::time_span(*what.mtime);
    if (clock_) return clock_->span_of(what, now());
    return plan::server_clock(plan::listing_kind::unix_list).span_of(what, now());
}

bool end_clock::wants_sample(const entry& what) const {
    if (!what.mtime || is_exact(what) || what.type != entry_type::file) return false;
    return samples_ < most_samples && (!clock_ || clock_->wants_sample(what, now()));
}

void end_clock::learn(const entry& listed, std::chrono::sys_seconds utc) {
    using enum plan::listing_kind;
    // The listings of DOS have no permissions.
    if (!clock_) clock_.emplace(listed.permissions.empty() ? dos_list : unix_list);
    ++samples_;
    clock_->learn(listed, utc);
}

result<std::unique_ptr<mirror_state>> mirror_state::make(mirror_options options) {
    auto made = std::make_unique<mirror_state>(std::move(options));
    auto chosen = selection_of(made->options);
    if (!chosen) return fail(std::move(chosen.error()));
    made->selection = std::move(*chosen);
    if (made->options.manifest) made->deployed = std::make_unique<deployed_files>();
    const auto& trash = made->options.trash;
    if (!trash.empty() && !plan::is_below_root(trash))
        return fail(errc::usage, "the trash, " + printable(trash) + ", is not below DST");
    if (made->options.journal.empty() || made->options.dry_run) return made;
    auto opened = journal::open(made->options.journal);
    if (!opened) return fail(std::move(opened.error()));
    made->memory = std::move(*opened);
    return made;
}

mirror_state::mirror_state(mirror_options asked)
    : options(std::move(asked))
    , rules(rules_of(options))
    , guard(deletions_of(options))
    , route(options.fxp) {}

void mirror_state::tell(const mirror_event& what) const {
    if (options.on_event) options.on_event(what);
}

void mirror_state::tell(mirror_event::state now, mirror_step step, const std::string& path,
                        std::string_view reason, std::uint64_t bytes) const {
    if (!options.on_event) return;
    mirror_event what;
    what.now = now;
    what.step = step;
    what.path = path;
    what.reason = reason;
    what.bytes = bytes;
    options.on_event(what);
}

void mirror_state::planned(mirror_step step, const std::string& path, const entry& source,
                           std::string_view reason) const {
    tell(mirror_event::state::planned, step, path, reason, source.size.value_or(0));
}

void mirror_state::notice(const std::string& path, const std::string& text) const {
    if (options.on_notice) options.on_notice(path, text);
}

void mirror_state::failed(mirror_step step, const std::string& path, const error& why) {
    ++report.failed;
    if (why.code() == errc::verification_failed) ++report.unproven;
    failed_paths.insert(path);
    mirror_event what;
    what.now = mirror_event::state::failed;
    what.step = step;
    what.path = path;
    what.why = why;
    tell(what);
}

void mirror_state::descend(const std::string& path, presence at) {
    waiting.add_directory(waiting_directory(path, at));
}

void mirror_state::go_on_below(const std::string& path) {
    if (options.only_in.empty()) descend(path, presence::both);
}

void mirror_state::changed(const std::string& path) {
    waiting.directory_changed(std::string(plan::parent_of(path)));
}

mirror_step step_of(work_kind kind) noexcept {
    switch (kind) {
    case work_kind::nothing:
    case work_kind::note:
    case work_kind::copy:
    case work_kind::compare:
        break;
    case work_kind::set_time:
    case work_kind::set_time_and_mode:
        return mirror_step::set_time;
    case work_kind::set_mode:
        return mirror_step::set_mode;
    case work_kind::make_link:
        return mirror_step::make_link;
    case work_kind::make_directory:
        return mirror_step::make_directory;
    }
    return mirror_step::copy;
}

std::string path_in(const std::string& directory, std::string_view name) {
    return directory.empty() ? std::string(name) : directory + '/' + std::string(name);
}

} // namespace ferry::transfer
