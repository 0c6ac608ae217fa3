#include "transfer/mirror_compare.hpp"

#include "io/replacement_file.hpp"
#include "plan/collisions.hpp"
#include "plan/tree_path.hpp"

#include <random>
#include <set>

namespace ferry::transfer {

namespace {

/// Pairs that are decided about before others get their turn.
constexpr int pairs_at_once = 500;
/// Files of one directory whose exact times are asked for.
constexpr int samples_at_once = 8;

hash_key random_key() {
    std::random_device numbers;
    hash_key key;
    for (auto& half : key)
        half = (std::uint64_t{numbers()} << 32U) | numbers();
    return key;
}

bool is_directory(const entry* what) noexcept {
    return what != nullptr && what->type == entry_type::directory;
}

/// What the content of a file decides about.
work_kind work_for(plan::mirror_action action) noexcept {
    switch (action) {
    case plan::mirror_action::copy:
        return work_kind::copy;
    case plan::mirror_action::set_time:
        return work_kind::set_time;
    case plan::mirror_action::set_mode:
        return work_kind::set_mode;
    case plan::mirror_action::set_time_and_mode:
        return work_kind::set_time_and_mode;
    default:
        return work_kind::nothing;
    }
}

/// One directory, as one worker compares it.
class directory_run {
public:
    directory_run(mirror_state& of, site_pair& with, const waiting_directory& where)
        : of_(&of), with_(&with), where_(where) {}

    [[nodiscard]] task<result<>> run();

private:
    using names = std::vector<std::string>;

    [[nodiscard]] task<result<>> list_source();
    [[nodiscard]] task<result<>> list_destination();
    [[nodiscard]] task<result<>> prepare();
    [[nodiscard]] task<result<>> follow_links();
    [[nodiscard]] task<result<>> learn_clock(site& at, end_clock& clock, bool is_source);
    void find_collisions();

    [[nodiscard]] bool is_manifest(const entry& what) const {
        return of_->deployed && where_.path.empty() && what.name == plan::manifest_name;
    }

    [[nodiscard]] names collect(const std::function<bool(const entry*, const entry*)>& wanted);
    [[nodiscard]] task<result<>> compare();
    [[nodiscard]] task<result<>> make_directories();
    [[nodiscard]] task<result<>> look_for_hidden();

    void decide(const entry* source, const entry* destination);
    [[nodiscard]] bool is_left_out(const entry& what, const std::string& path,
                                   const end_clock& clock);
    [[nodiscard]] plan::mirror_step step_for(const std::string& path, const entry* source,
                                             const entry* destination) const;
    [[nodiscard]] plan::mirror_step step_by_manifest(const std::string& path, const entry& source,
                                                     const entry& destination) const;
    void act(const plan::mirror_step& step, const std::string& path, const entry* source,
             const entry* destination);
    void end_later(const std::string& path, const entry& source, const entry* destination);
    void unchanged(const std::string& path, const entry& source);
    void propose_removal(const std::string& path, const entry& what);
    void replace(const std::string& path, const entry& source, const entry& destination);
    void work_later(work_kind kind, const std::string& path, const entry& source,
                    std::string_view reason);
    void compare_later(const std::string& path, const entry& source, const entry& destination);
    [[nodiscard]] std::pair<plan::mirror_side, plan::mirror_side>
    sides_of(const entry* source, const entry* destination) const;

    mirror_state* of_;
    site_pair* with_;
    waiting_directory where_;
    std::set<std::string, std::less<>> colliding_;
    names new_directories_;
    std::vector<entry> doubtful_; ///< seem to be missing in the source, but may be hidden there
};

task<result<>> directory_run::list_source() {
    const entry_function each = [this](const entry& what) {
        if (!io::replacement_file::is_part_name(what.name) && !is_manifest(what)) {
            ++of_->source_entries;
            of_->waiting.put_source(where_.path, what);
        }
        return !of_->stopping;
    };
    co_return co_await with_->from->list(where_.path, each);
}

task<result<>> directory_run::list_destination() {
    const entry_function each = [this](const entry& what) {
        // A part of ferry's own is continued, or is another run's.
        if (!io::replacement_file::is_part_name(what.name) && !is_manifest(what))
            of_->waiting.put_destination(where_.path, what);
        return !of_->stopping;
    };
    if (of_->deployed && of_->deployed->is_known()) {
        of_->deployed->list(where_.path, [&](const entry& what) { each(what); });
        co_return result<>();
    }
    co_return co_await with_->to->list(where_.path, each);
}

directory_run::names
directory_run::collect(const std::function<bool(const entry*, const entry*)>& wanted) {
    names found;
    std::string after;
    const pair_function each = [&](const entry* source, const entry* destination) {
        if (wanted(source, destination))
            found.push_back(source != nullptr ? source->name : destination->name);
    };
    while (auto last = of_->waiting.for_pairs(where_.path, after, pairs_at_once, each))
        after = std::move(*last);
    return found;
}

/// Links in the source are replaced by what they lead to, as far as that lies in the tree. Those to
/// directories stay links: they may lead round in a circle.
task<result<>> directory_run::follow_links() {
    const auto links = collect([](const entry* source, const entry*) {
        return source != nullptr && source->type == entry_type::symlink;
    });
    for (const auto& name : links) {
        auto target = co_await with_->from->follow(path_in(where_.path, name));
        if (!target && !with_->stands()) co_return fail(std::move(target.error()));
        if (!target || target->type != entry_type::file) continue;
        target->name = name;
        of_->waiting.put_source(where_.path, *target);
    }
    co_return result<>();
}

/// Asks for the exact times of a few files, so that the times of a listing without a zone mean
/// something.
task<result<>> directory_run::learn_clock(site& at, end_clock& clock, bool is_source) {
    int left = samples_at_once;
    const auto files = collect([&](const entry* source, const entry* destination) {
        const auto* const own = is_source ? source : destination;
        if (source == nullptr || destination == nullptr || !clock.wants_sample(*own)) return false;
        return left-- > 0;
    });
    std::string after;
    for (const auto& name : files) {
        std::optional<entry> listed;
        const pair_function keep = [&](const entry* source, const entry* destination) {
            const auto* const own = is_source ? source : destination;
            if (own != nullptr && own->name == name) listed = *own;
        };
        // The pair right behind the greatest name that is less.
        after = name.substr(0, name.size() - 1);
        while (!listed) {
            auto last = of_->waiting.for_pairs(where_.path, after, pairs_at_once, keep);
            if (!last) break;
            after = std::move(*last);
        }
        if (!listed || !clock.wants_sample(*listed)) continue;
        const auto exact = co_await at.exact_time(path_in(where_.path, name));
        if (!exact && !with_->stands()) co_return fail(error(exact.error()));
        if (!exact || !*exact) co_return result<>(); // it does not tell
        clock.learn(*listed, **exact);
    }
    co_return result<>();
}

/// Names that the destination takes for one: all but the first of them are left out, so that none
/// overwrites another.
void directory_run::find_collisions() {
    if (!of_->names.ignores_case && !of_->names.ignores_form) return;
    plan::collision_finder finder(of_->names, random_key());
    const auto later = collect([&](const entry* source, const entry*) {
        return source != nullptr && finder.add(source->name).has_value();
    });
    colliding_.insert(later.begin(), later.end());
}

task<result<>> directory_run::prepare() {
    result<> done;
    if (of_->rules.links == plan::link_policy::follow) done = co_await follow_links();
    if (done && where_.at == presence::both && with_->from->session() != nullptr)
        done = co_await learn_clock(*with_->from, of_->source_clock, true);
    if (done && where_.at == presence::both && with_->to->session() != nullptr)
        done = co_await learn_clock(*with_->to, of_->destination_clock, false);
    if (done) find_collisions();
    co_return done;
}

task<result<>> directory_run::run() {
    of_->waiting.begin_pairs(where_.path);
    result<> done;
    if (where_.at != presence::only_destination) done = co_await list_source();
    if (done && where_.at != presence::only_source) done = co_await list_destination();
    if (done) done = co_await prepare();
    if (done) done = co_await compare();
    of_->waiting.end_pairs(where_.path);
    if (done) ++of_->report.directories;
    co_return done;
}

task<result<>> directory_run::compare() {
    std::string after;
    const pair_function each = [this](const entry* source, const entry* destination) {
        decide(source, destination);
    };
    while (!of_->stopping) {
        auto last = of_->waiting.for_pairs(where_.path, after, pairs_at_once, each);
        if (!last) co_return result<>();
        after = std::move(*last);
        auto done = co_await make_directories();
        if (done) done = co_await look_for_hidden();
        // Others compare meanwhile.
        if (done) done = co_await io::sleep_for(io::milliseconds(0));
        if (!done) co_return done;
    }
    co_return fail(errc::interrupted);
}

task<result<>> directory_run::make_directories() {
    const auto wanted = std::exchange(new_directories_, {});
    for (const auto& path : wanted) {
        auto done = co_await with_->to->make_directory(path);
        if (!done && (!with_->stands() || done.error().code() == errc::interrupted)) co_return done;
        if (!done) {
            of_->failed(mirror_step::make_directory, path, done.error());
            continue;
        }
        of_->changed(path);
        of_->tell(mirror_event::state::done, mirror_step::make_directory, path);
        of_->descend(path, presence::only_source);
    }
    co_return result<>();
}

/// A server may list no hidden names, and say so to nobody: what seems to be missing there is asked
/// for by its name before anything is removed for it.
task<result<>> directory_run::look_for_hidden() {
    const auto doubtful = std::exchange(doubtful_, {});
    for (const auto& what : doubtful) {
        const auto path = path_in(where_.path, what.name);
        const auto there = co_await with_->from->look_at(path);
        if (!there && there.error().code() == errc::not_found) {
            propose_removal(path, what);
            continue;
        }
        if (!there && (!with_->stands() || there.error().code() == errc::interrupted))
            co_return fail(error(there.error()));
        of_->keep(path);
        ++of_->report.skipped;
        of_->notice(path, "is not listed by the source, and may be hidden there: it stays");
    }
    co_return result<>();
}

bool directory_run::is_left_out(const entry& what, const std::string& path,
                                const end_clock& clock) {
    auto judged = what;
    if (judged.precision != time_precision::utc_second) {
        // As late as it can be: nothing is left out on a guess.
        const auto span = clock.span_of(what);
        if (span) judged.mtime = span->last;
    }
    const auto why = of_->selection.why_not(judged, path);
    if (!why) return false;
    of_->keep(path);
    ++of_->report.excluded;
    of_->tell(mirror_event::state::planned, mirror_step::skip, path, why->text);
    return true;
}

std::pair<plan::mirror_side, plan::mirror_side>
directory_run::sides_of(const entry* source, const entry* destination) const {
    std::pair<plan::mirror_side, plan::mirror_side> sides;
    if (source != nullptr) sides.first = {*source, of_->source_clock.span_of(*source)};
    if (destination != nullptr)
        sides.second = {*destination, of_->destination_clock.span_of(*destination)};
    return sides;
}

plan::mirror_step directory_run::step_for(const std::string& path, const entry* source,
                                          const entry* destination) const {
    const auto sides = sides_of(source, destination);
    const auto step = plan::mirror_diff(sides.first, sides.second, of_->rules);
    const bool is_about_files = source != nullptr && destination != nullptr &&
                                source->type == entry_type::file &&
                                destination->type == entry_type::file;
    if (of_->deployed && of_->deployed->is_known() && is_about_files)
        return step_by_manifest(path, *source, *destination);
    using enum plan::mirror_reason;
    const bool is_about_time =
        step.reason == newer || step.reason == time_differs || step.reason == time_unknown;
    if (step.action == plan::mirror_action::copy && is_about_time && of_->memory &&
        of_->memory->is_remembered(path, *source, *destination))
        return {plan::mirror_action::nothing, same};
    return step;
}

/// The manifest knows the content. A file that was not touched since has it still.
plan::mirror_step directory_run::step_by_manifest(const std::string& path, const entry& source,
                                                  const entry& destination) const {
    using enum plan::mirror_reason;
    if (source.size != destination.size) return {plan::mirror_action::copy, size_differs};
    const auto then = of_->deployed->find(path);
    const auto now = with_->from->local()->facts_of(path);
    if (then && now && then->mtime == now->modified) return {plan::mirror_action::nothing, same};
    return {plan::mirror_action::compare_content, content_not_compared};
}

void directory_run::decide(const entry* source, const entry* destination) {
    const auto path = path_in(where_.path, source != nullptr ? source->name : destination->name);
    if (source != nullptr && is_left_out(*source, path, of_->source_clock)) return;
    if (source == nullptr && is_left_out(*destination, path, of_->destination_clock)) return;
    if (source != nullptr) {
        std::optional<std::string> wrong;
        if (colliding_.contains(source->name))
            wrong = "another name of the source is the same there, but for case or accents";
        else if (auto illegal = plan::why_illegal(source->name, of_->names))
            wrong = "the name " + *illegal;
        if (wrong) {
            of_->keep(path);
            error unsafe(errc::unsafe_name, *wrong);
            unsafe.advise("rename it, or leave it out with --exclude");
            return of_->failed(mirror_step::copy, path, unsafe);
        }
    }
    act(step_for(path, source, destination), path, source, destination);
}

/// What is set when all in it is done: its time, and permissions that may forbid to write there.
void directory_run::end_later(const std::string& path, const entry& source,
                              const entry* destination) {
    bool has_time = !of_->options.keep_times;
    bool has_mode = !of_->options.keep_modes;
    if (is_directory(destination)) {
        has_time = has_time || std::is_eq(plan::compare_times(
                                   of_->source_clock.span_of(source),
                                   of_->destination_clock.span_of(*destination), of_->rules.slack));
        has_mode = has_mode || source.permissions == destination->permissions ||
                   destination->permissions.empty();
    }
    auto what = source;
    if (!of_->options.keep_times) what.mtime.reset();
    of_->waiting.end_directory(path, what, !has_time,
                               has_mode ? std::string() : source.permissions);
}

void directory_run::act(const plan::mirror_step& step, const std::string& path, const entry* source,
                        const entry* destination) {
    using enum plan::mirror_action;
    const auto reason = plan::to_string(step.reason);
    if (is_directory(source)) end_later(path, *source, destination);
    switch (step.action) {
    case nothing:
        if (source == nullptr) break; // extra, and stays
        if (is_directory(source))
            of_->go_on_below(path);
        else
            unchanged(path, *source);
        break;
    case skip:
        of_->keep(path);
        ++of_->report.skipped;
        of_->tell(mirror_event::state::planned, mirror_step::skip, path, reason);
        break;
    case compare_content:
        compare_later(path, *source, *destination);
        break;
    case copy:
        work_later(work_kind::copy, path, *source, reason);
        break;
    case make_link:
        work_later(work_kind::make_link, path, *source, reason);
        break;
    case set_time:
        work_later(work_kind::set_time, path, *source, reason);
        break;
    case set_mode:
        if (is_directory(source)) {
            of_->planned(mirror_step::set_mode, path, *source, reason);
            of_->go_on_below(path);
        } else {
            work_later(work_kind::set_mode, path, *source, reason);
        }
        break;
    case set_time_and_mode:
        work_later(work_kind::set_time_and_mode, path, *source, reason);
        break;
    case make_directory:
        of_->tell(mirror_event::state::planned, mirror_step::make_directory, path, reason);
        if (of_->options.dry_run)
            of_->descend(path, presence::only_source);
        else
            new_directories_.push_back(path);
        break;
    case remove:
        if (with_->from->session() != nullptr && destination->name.starts_with('.') &&
            where_.at == presence::both)
            doubtful_.push_back(*destination);
        else
            propose_removal(path, *destination);
        break;
    case replace_by_file:
    case replace_by_link:
    case replace_by_directory:
        replace(path, *source, *destination);
        break;
    }
}

void directory_run::unchanged(const std::string& path, const entry& source) {
    ++of_->report.unchanged;
    const bool is_new_in_manifest = of_->deployed && !of_->deployed->is_known();
    if (!is_new_in_manifest || of_->options.dry_run || source.type != entry_type::file) return;
    work_item what;
    what.kind = work_kind::note;
    what.path = path;
    of_->waiting.add_work(what);
}

void directory_run::propose_removal(const std::string& path, const entry& what) {
    const bool is_tree = what.type == entry_type::directory;
    const auto proposed = of_->guard.propose(path, is_tree);
    if (!proposed) return of_->failed(mirror_step::remove, path, proposed.error());
    if (is_tree) of_->descend(path, presence::only_destination);
}

/// What stands in the way goes with the other removals, and what belongs there comes after it.
void directory_run::replace(const std::string& path, const entry& source,
                            const entry& destination) {
    propose_removal(path, destination);
    work_item what;
    what.path = path;
    what.source = source;
    if (source.type == entry_type::symlink) what.kind = work_kind::make_link;
    if (source.type == entry_type::directory) what.kind = work_kind::make_directory;
    of_->late.push_back(std::move(what));
}

void directory_run::work_later(work_kind kind, const std::string& path, const entry& source,
                               std::string_view reason) {
    of_->planned(step_of(kind), path, source, reason);
    if (of_->options.dry_run) return;
    work_item what;
    what.kind = kind;
    what.path = path;
    what.source = source;
    of_->waiting.add_work(what);
}

/// Whatever comes of it, the decision is made here, where both sides are known.
void directory_run::compare_later(const std::string& path, const entry& source,
                                  const entry& destination) {
    using enum plan::content_verdict;
    const auto sides = sides_of(&source, &destination);
    work_item what;
    what.kind = work_kind::compare;
    what.path = path;
    what.source = source;
    auto rules = of_->rules;
    rules.checksum = true;
    what.if_same = work_for(plan::mirror_diff(sides.first, sides.second, rules, same).action);
    what.if_unknown =
        work_for(plan::mirror_diff(sides.first, sides.second, rules, cannot_tell).action);
    of_->waiting.add_work(what);
}

} // namespace

task<result<>> compare_directory(mirror_state& of, site_pair& with,
                                 const waiting_directory& where) {
    directory_run run(of, with, where);
    co_return co_await run.run();
}

} // namespace ferry::transfer
