#include "transfer/mirror_run.hpp"

#include "plan/tree_path.hpp"
#include "transfer/mirror_compare.hpp"
#include "transfer/mirror_work.hpp"

namespace ferry::transfer {

namespace {

/// Times that one job is given to another worker because the connection of the last one was lost
/// for good.
constexpr int most_handovers = 2;

bool is_absent(const error& why) noexcept {
    return why.code() == errc::not_found || why.code() == errc::local_not_found;
}

plan::name_rules rules_for(mirror_names asked) {
    if (asked == mirror_names::windows) return plan::name_rules::windows();
    return asked == mirror_names::macos ? plan::name_rules::macos() : plan::name_rules();
}

} // namespace

mirror_run::mirror_run(io::network& network, const mirror_place& from, const mirror_place& to,
                       mirror_state& state)
    : network_(&network)
    , from_(&from)
    , to_(&to)
    , state_(&state)
    , limit_(static_cast<int>(state.options.connections))
    , helpers_(network.where()) {}

site_pair mirror_run::make_pair() const {
    const bool with_modes = state_->options.keep_modes;
    return {make_site(*from_, *network_, with_modes), make_site(*to_, *network_, with_modes)};
}

/// The source must be there; the destination is made, unless nothing is to be done.
task<result<>> mirror_run::open_roots(site_pair& with) {
    auto there = co_await with.from->check_root();
    if (!there) co_return there;
    if (state_->options.dry_run)
        there = co_await with.to->check_root();
    else
        there = co_await with.to->make_root();
    const bool is_missing = !there && is_absent(there.error()) && state_->options.dry_run;
    if (!there && !is_missing) co_return there;
    state_->names = rules_for(state_->options.names);
    state_->names.is_ftp = !to_->is_local();
    // Of a file system here nothing is known before there is a directory.
    const bool can_ask = !is_missing || !to_->is_local();
    if (state_->options.names == mirror_names::automatic && can_ask) {
        auto names = co_await with.to->names();
        if (!names) co_return fail(std::move(names.error()));
        state_->names = *names;
    }
    if (is_missing) {
        state_->descend({}, presence::only_source);
        co_return result<>();
    }
    if (state_->deployed) {
        auto loaded = co_await load_manifest(*with.to, *state_->deployed);
        if (!loaded) co_return loaded;
    }
    co_return co_await begin_below_root(with);
}

/// Where the walk begins: at the root, or at the nearest directories above those asked for that are
/// there at both ends.
task<result<>> mirror_run::begin_below_root(site_pair& with) {
    std::set<std::string, std::less<>> begun;
    auto places = state_->options.only_in;
    if (places.empty()) places.emplace_back();
    for (auto path : places) {
        while (!path.empty()) {
            const auto here = co_await with.from->look_at(path);
            if (!here && !with.stands()) co_return fail(error(here.error()));
            const auto there = co_await with.to->look_at(path);
            if (!there && !with.stands()) co_return fail(error(there.error()));
            if (here && there && here->type == entry_type::directory &&
                there->type == entry_type::directory)
                break;
            path = std::string(plan::parent_of(path));
        }
        if (begun.insert(path).second) state_->descend(path, presence::both);
    }
    co_return result<>();
}

task<result<mirror_report>> mirror_run::run() {
    auto leader = make_pair();
    auto opened = co_await open_roots(leader);
    if (!opened) {
        co_await leader.leave();
        co_return fail(std::move(opened.error()));
    }
    co_await do_jobs(leader, true);
    helpers_.cancel(); // who is still connecting is not needed any more
    co_await helpers_.join();
    if (!state_->fatal) co_await conclude(leader);
    co_await write_manifest(leader);
    co_await leader.leave();
    if (state_->fatal) co_return fail(std::move(*state_->fatal));
    co_return state_->report;
}

/// Also when all ended early: what has been copied need not be copied again.
task<> mirror_run::write_manifest(site_pair& with) {
    if (!state_->deployed || state_->options.dry_run || !with.stands()) co_return;
    const auto written = co_await save_manifest(*state_->deployed, *with.to);
    if (!written)
        state_->failed(mirror_step::copy, std::string(plan::manifest_name), written.error());
}

task<> mirror_run::conclude(site_pair& with) {
    co_await remove_extras(*state_, with);
    if (state_->fatal) co_return;
    co_await do_jobs(with, true);
    if (state_->fatal) co_return;
    co_await remove_old_parts(*state_, with);
    co_await end_directories(*state_, with);
}

/// One more worker, if there is work for it and the servers let it in, as far as is known.
void mirror_run::hire() {
    // Between two local ends there is nothing to wait for that others could use.
    if (state_->stopping || (from_->is_local() && to_->is_local())) return;
    const auto waiting = state_->waiting.waiting_work() + state_->waiting.waiting_directories();
    const auto idle = static_cast<std::size_t>(connecting_) + idle_.size();
    if (waiting <= idle || workers_ >= limit_.allowed(std::chrono::steady_clock::now())) return;
    ++workers_;
    ++connecting_;
    helpers_.spawn(help());
}

/// A further worker, for as long as there is something to do.
task<> mirror_run::help() {
    auto own = make_pair();
    const auto connected = co_await own.connect();
    --connecting_;
    const auto now = std::chrono::steady_clock::now();
    if (connected) {
        limit_.opened(workers_ - connecting_, now);
        co_await do_jobs(own, false);
    } else {
        const bool is_about_number =
            limit_.refused(connected.error().code(), workers_ - connecting_ - 1, now);
        if (is_about_number)
            state_->notice({}, "the server lets in no more than " +
                                   std::to_string(limit_.allowed(now)) + " connections");
    }
    --workers_;
    co_await own.leave();
}

task<result<>> mirror_run::do_job(site_pair& with, const job& what) {
    if (what.directory) return compare_directory(*state_, with, *what.directory);
    return do_work(*state_, with, *what.work);
}

task<> mirror_run::do_jobs(site_pair& with, bool is_leader) {
    while (true) {
        auto now = co_await wait_for_job();
        if (!now.is_any()) co_return;
        hire();
        const auto done = co_await do_job(with, now);
        job_ended(now);
        if (!done) settle(std::move(now), done.error(), with.stands());
        wake_all();
        if (done || with.stands() || state_->stopping) continue;
        // The retries of the client are used up.
        const auto again = co_await with.connect();
        if (again) continue;
        if (!is_leader) co_return;
        end_with(again.error());
        co_return;
    }
}

mirror_run::job mirror_run::next_job() {
    if (state_->stopping) return {};
    auto& waiting = state_->waiting;
    const plan::queue_summary queue(waiting.waiting_directories(), waiting.waiting_work());
    const plan::crew_summary crew(workers_ - connecting_, listing_, with_largest_);
    using enum plan::mirror_work;
    job taken;
    switch (mix_.next(queue, crew)) {
    case nothing:
        break;
    case list_directory:
        taken.directory = waiting.take_directory();
        break;
    case smallest_file:
        taken.work = waiting.take_work(work_order::smallest);
        break;
    case largest_file:
        taken.work = waiting.take_work(work_order::largest);
        taken.is_largest = true;
        break;
    }
    return taken;
}

/// Nothing when all is done.
task<mirror_run::job> mirror_run::wait_for_job() {
    while (true) {
        auto next = next_job();
        if (next.is_any()) {
            take(next);
            co_return next;
        }
        // Nobody is doing anything that more could come of.
        if (busy_ == 0 || state_->stopping) co_return job();
        const auto mine = idle_.emplace(idle_.end(), network_->where());
        const auto woken = co_await mine->wait();
        idle_.erase(mine);
        if (!woken) {
            end_with(woken.error());
            co_return job();
        }
    }
}

void mirror_run::take(job& what) {
    ++busy_;
    if (what.directory) ++listing_;
    if (what.is_largest) ++with_largest_;
}

void mirror_run::job_ended(const job& what) {
    --busy_;
    if (what.directory) --listing_;
    if (what.is_largest) --with_largest_;
}

void mirror_run::wake_all() {
    for (auto& each : idle_)
        each.set();
}

void mirror_run::end_with(const error& why) {
    state_->stopping = true;
    if (!state_->fatal) state_->fatal = why;
    wake_all();
}

/// After a failure: the job is for another worker, or counts as failed, or all ends.
void mirror_run::settle(job what, const error& why, bool is_connected) {
    if (why.code() == errc::interrupted || why.code() == errc::local_no_space) return end_with(why);
    auto& attempts = what.directory ? what.directory->attempts : what.work->attempts;
    if (!is_connected && why.retryable() && workers_ > 1 && attempts < most_handovers) {
        ++attempts;
        if (what.directory) return state_->waiting.add_directory(*what.directory);
        return state_->waiting.add_work(*what.work);
    }
    if (what.work) return state_->failed(step_of(what.work->kind), what.work->path, why);
    // What could not be listed is not empty: nothing is removed for it.
    state_->keep(what.directory->path);
    state_->failed(mirror_step::list, what.directory->path, why);
}

} // namespace ferry::transfer
