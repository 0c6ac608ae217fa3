#include "transfer/mirror_work.hpp"

#include "io/replacement_file.hpp"
#include "plan/tree_path.hpp"
#include "wire/facts.hpp"

namespace ferry::transfer {

namespace {

/// Never setuid and the like (threats C5).
constexpr unsigned permission_bits = 0777;

task<result<>> set_mode(site_pair& with, std::string path, std::string permissions) {
    const auto mode = wire::parse_permissions(permissions);
    if (!mode) co_return result<>();
    co_return co_await with.to->set_mode(std::move(path), *mode & permission_bits);
}

/// Gives the copy the time of its source. True if it has it now, false where the destination keeps
/// no times: such a copy is remembered, since its time tells nothing.
task<result<bool>> keep_time(site_pair& with, const work_item& what, const end_clock& clock) {
    auto time = what.source.mtime;
    if (what.source.precision != time_precision::utc_second) {
        auto exact = co_await with.from->exact_time(what.path);
        if (!exact) co_return fail(std::move(exact.error()));
        const auto span = clock.span_of(what.source);
        // As listed, where nothing better is known: that is what the next run will see.
        if (*exact)
            time = **exact;
        else if (span && (*time < span->first || *time > span->last))
            time = span->first;
    }
    if (!time) co_return false;
    const auto set = co_await with.to->set_time(what.path, *time);
    if (set) co_return true;
    const bool is_refused =
        set.error().code() == errc::not_supported || client_side::is_refusal(set.error());
    if (is_refused && with.stands()) co_return false;
    co_return fail(error(set.error()));
}

class copy_run {
public:
    copy_run(mirror_state& of, site_pair& with, const work_item& what)
        : of_(&of), with_(&with), what_(&what) {}

    [[nodiscard]] task<result<>> run();

private:
    [[nodiscard]] transfer_options transfer() const;
    [[nodiscard]] task<result<>> finish();

    mirror_state* of_;
    site_pair* with_;
    const work_item* what_;
};

transfer_options copy_run::transfer() const {
    transfer_options options;
    // A part here says itself what it is the beginning of; one on a server does not.
    options.resume = with_->to->local() != nullptr ||
                     (of_->memory && of_->memory->was_begun(what_->path, what_->source));
    options.replaces = true;
    options.keep_time = false;
    options.verify = of_->options.verify;
    options.progress_interval = std::chrono::milliseconds(0); // who listens paces itself
    options.limit = of_->options.limit;
    const auto* const of = of_;
    const auto path = what_->path;
    if (of->options.on_event)
        options.on_progress = [of, path](const transfer_progress& now) {
            mirror_event moving;
            moving.now = mirror_event::state::moving;
            moving.path = path;
            moving.bytes = now.position;
            of->tell(moving);
        };
    options.on_notice = [of, path](const std::string& text) { of->notice(path, text); };
    return options;
}

/// What comes when the bytes are there.
task<result<>> copy_run::finish() {
    auto& memory = of_->memory;
    if (memory) memory->end(what_->path);
    if (of_->deployed) {
        // What cannot be read now is compared again next time.
        const auto noted = co_await note_deployed(*with_->from, what_->path, *of_->deployed);
        if (!noted && noted.error().code() == errc::interrupted)
            co_return fail(error(noted.error()));
    }
    bool has_time = true;
    if (of_->options.keep_times) {
        const auto kept = co_await keep_time(*with_, *what_, of_->source_clock);
        if (!kept && kept.error().code() == errc::interrupted) co_return fail(error(kept.error()));
        // It has arrived, but the next run would copy it again.
        if (!kept) of_->failed(mirror_step::set_time, what_->path, kept.error());
        has_time = !kept || *kept;
    }
    if (memory && has_time) memory->forget(what_->path);
    if (memory && !has_time) memory->remember(what_->path, what_->source);
    if (!of_->options.keep_modes) co_return result<>();
    const auto set = co_await set_mode(*with_, what_->path, what_->source.permissions);
    if (!set) of_->failed(mirror_step::set_mode, what_->path, set.error());
    co_return result<>();
}

task<result<>> copy_run::run() {
    of_->tell(mirror_event::state::started, mirror_step::copy, what_->path);
    auto options = transfer();
    if (of_->memory) of_->memory->begin(what_->path, what_->source);
    auto done = co_await copy_file(*with_->from, *with_->to, what_->path, std::move(options),
                                   of_->options.links == mirror_links::follow, of_->route);
    if (!done) co_return fail(std::move(done.error()));
    of_->report.bytes += done->bytes;
    ++of_->report.copied;
    of_->changed(what_->path);
    auto finished = co_await finish();
    mirror_event told;
    told.now = mirror_event::state::done;
    told.path = what_->path;
    told.bytes = done->size;
    told.transfer = std::move(*done);
    of_->tell(told);
    co_return finished;
}

/// What is here, and what the manifest says. The next run need not look again.
task<result<std::optional<bool>>> is_as_deployed(mirror_state& of, site_pair& with,
                                                 const work_item& what) {
    const auto then = of.deployed->find(what.path);
    auto noted = co_await note_deployed(*with.from, what.path, *of.deployed);
    if (!noted) co_return fail(std::move(noted.error()));
    const auto now = of.deployed->find(what.path);
    const bool same = then && now && then->hash == now->hash;
    // Not there yet: as it was, until it is.
    if (!same && then) of.deployed->put(*then);
    co_return same;
}

/// By their hashes; where there are none, by what was decided for that.
task<result<>> compare(mirror_state& of, site_pair& with, const work_item& what) {
    result<std::optional<bool>> same;
    if (of.deployed)
        same = co_await is_as_deployed(of, with, what);
    else
        same = co_await has_same_content(*with.from, *with.to, what.path,
                                         what.source.size.value_or(0));
    if (!same) co_return fail(std::move(same.error()));
    if (!*same && !std::exchange(of.told_of_no_hash, true))
        of.notice({}, "a server gives no hash of a file: size and time decide");
    auto next = what;
    next.kind = !*same ? what.if_unknown : **same ? what.if_same : work_kind::copy;
    if (next.kind == work_kind::nothing) {
        ++of.report.unchanged;
        co_return result<>();
    }
    const auto reason = next.kind == work_kind::copy && *same ? plan::mirror_reason::content_differs
                                                              : plan::mirror_reason::time_differs;
    of.planned(step_of(next.kind), what.path, what.source, plan::to_string(reason));
    if (of.options.dry_run) co_return result<>();
    of.waiting.add_work(next);
    co_return result<>();
}

/// Into the trash, whose directories are made on the way.
task<result<>> throw_away(site_pair& with, const plan::deletion& what) {
    for (auto end = what.trash_path.find('/'); end != std::string::npos;
         end = what.trash_path.find('/', end + 1)) {
        auto made = co_await with.to->make_directory(what.trash_path.substr(0, end));
        if (!made) co_return made;
    }
    co_return co_await with.to->rename(what.path, what.trash_path);
}

task<result<>> remove_one(site_pair& with, const plan::deletion& what) {
    if (!what.trash_path.empty()) return throw_away(with, what);
    return with.to->remove(what.path, what.is_directory ? entry_type::directory : entry_type::file);
}

} // namespace

task<result<>> do_work(mirror_state& of, site_pair& with, const work_item& what) {
    result<> done;
    const auto& source = what.source;
    switch (what.kind) {
    case work_kind::nothing:
        co_return result<>();
    case work_kind::note:
        co_return co_await note_deployed(*with.from, what.path, *of.deployed);
    case work_kind::compare:
        co_return co_await compare(of, with, what);
    case work_kind::copy: {
        copy_run run(of, with, what);
        co_return co_await run.run();
    }
    case work_kind::set_time:
    case work_kind::set_time_and_mode:
        if (source.mtime) done = co_await with.to->set_time(what.path, *source.mtime);
        if (done && what.kind == work_kind::set_time_and_mode)
            done = co_await set_mode(with, what.path, source.permissions);
        break;
    case work_kind::set_mode:
        done = co_await set_mode(with, what.path, source.permissions);
        break;
    case work_kind::make_link:
        done = co_await with.to->make_link(what.path, source.target);
        break;
    case work_kind::make_directory:
        done = co_await with.to->make_directory(what.path);
        if (done) of.descend(what.path, presence::only_source);
        break;
    }
    if (!done) co_return done;
    ++of.report.changed;
    of.changed(what.path);
    of.tell(mirror_event::state::done, step_of(what.kind), what.path);
    co_return result<>();
}

/// Only when all that was to come has come, or been counted as failed: a file that has moved in the
/// source is there under its new name before the old one goes.
task<> remove_extras(mirror_state& of, site_pair& with) {
    if (!of.options.remove) co_return;
    const auto doomed = of.guard.plan(of.source_entries);
    if (!doomed) {
        of.failed(mirror_step::remove, {}, doomed.error());
        of.late.clear();
        co_return;
    }
    for (const auto& each : *doomed) {
        of.tell(mirror_event::state::planned, mirror_step::remove, each.path);
        if (of.options.dry_run) continue;
        const auto done = co_await remove_one(with, each);
        if (done) {
            if (of.deployed) of.deployed->forget(each.path);
            ++of.report.removed;
            of.changed(each.path);
            of.tell(mirror_event::state::done, mirror_step::remove, each.path);
            continue;
        }
        if (done.error().code() == errc::interrupted || !with.stands()) {
            of.fatal = done.error();
            co_return;
        }
        // A manifest knows of no directories: what else is in one keeps it.
        if (of.deployed && each.is_directory) continue;
        of.failed(mirror_step::remove, each.path, done.error());
    }
    for (auto& each : std::exchange(of.late, {})) {
        of.planned(step_of(each.kind), each.path, each.source,
                   plan::to_string(plan::mirror_reason::kind_differs));
        if (!of.options.dry_run) of.waiting.add_work(each);
    }
}

task<> end_directories(mirror_state& of, site_pair& with) {
    while (!of.options.dry_run) {
        const auto next = of.waiting.take_ended();
        if (!next) co_return;
        if (!next->permissions.empty()) {
            const auto set = co_await set_mode(with, next->path, next->permissions);
            if (set) {
                ++of.report.changed;
                of.tell(mirror_event::state::done, mirror_step::set_mode, next->path);
            } else {
                of.failed(mirror_step::set_mode, next->path, set.error());
            }
        }
        // Many servers set the times of files only, which loses nothing.
        result<> timed;
        if (next->time) timed = co_await with.to->set_time(next->path, *next->time);
        if (!with.stands() || (!timed && timed.error().code() == errc::interrupted)) co_return;
    }
}

task<> remove_old_parts(mirror_state& of, site_pair& with) {
    if (!of.memory || !of.options.only_in.empty()) co_return;
    std::vector<std::string> begun;
    of.memory->for_begun([&](const std::string& path) {
        if (!of.failed_paths.contains(path) && plan::is_below_root(path)) begun.push_back(path);
    });
    for (const auto& path : begun) {
        const auto name = path.substr(path.rfind('/') + 1);
        const auto part =
            path_in(std::string(plan::parent_of(path)), io::replacement_file::part_name(name));
        const auto removed = co_await with.to->remove(part, entry_type::file);
        if (!removed && (!with.stands() || removed.error().code() == errc::interrupted)) co_return;
        of.memory->end(path); // there was none, most likely
    }
}

} // namespace ferry::transfer
