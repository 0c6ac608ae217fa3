// One run of a mirror: lists both trees, compares them, and has the work done by as many workers as
// there are connections.
//
// One place decides which worker does what next (`next_job`, by `plan::work_mix`), and how many
// there are (`hire`, by `plan::connection_limit`). A worker takes a job only when it is connected:
// nobody waits for a second connection while holding the only one, and a server that lets in fewer
// than were asked for only makes it slower.
#pragma once

#include "io/mailbox.hpp"
#include "io/task_group.hpp"
#include "plan/connection_limit.hpp"
#include "plan/work_mix.hpp"
#include "transfer/mirror_state.hpp"
#include "transfer/site_pair.hpp"

#include <list>

namespace ferry::transfer {

class mirror_run {
public:
    /// All must outlive it.
    mirror_run(io::network& network, const mirror_place& from, const mirror_place& to,
               mirror_state& state);

    [[nodiscard]] task<result<mirror_report>> run();

private:
    /// Something for one worker to do: a directory to compare, or one piece of work.
    class job {
    public:
        job() = default;

        explicit job(waiting_directory what) : directory(std::move(what)) {}

        explicit job(work_item what) : work(std::move(what)) {}

        [[nodiscard]] bool is_any() const noexcept { return directory || work; }

        std::optional<waiting_directory> directory;
        std::optional<work_item> work;
        bool is_largest = false; ///< was taken as that
    };

    [[nodiscard]] site_pair make_pair() const;
    [[nodiscard]] task<result<>> open_roots(site_pair& with);
    [[nodiscard]] task<result<>> begin_below_root(site_pair& with);
    [[nodiscard]] task<> conclude(site_pair& with);
    [[nodiscard]] task<> write_manifest(site_pair& with);

    void hire();
    [[nodiscard]] task<> help();
    [[nodiscard]] task<> do_jobs(site_pair& with, bool is_leader);
    [[nodiscard]] task<result<>> do_job(site_pair& with, const job& what);
    [[nodiscard]] job next_job();
    [[nodiscard]] task<job> wait_for_job();
    void take(job& what);
    void job_ended(const job& what);
    void settle(job what, const error& why, bool is_connected);
    void wake_all();
    void end_with(const error& why);

    io::network* network_;
    const mirror_place* from_;
    const mirror_place* to_;
    mirror_state* state_;
    plan::work_mix mix_;
    plan::connection_limit limit_;
    io::task_group helpers_;
    std::list<io::wake_up> idle_;
    int workers_ = 1;
    int connecting_ = 0;
    int busy_ = 0;
    int listing_ = 0;
    int with_largest_ = 0;
};

} // namespace ferry::transfer
