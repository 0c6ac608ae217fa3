// What all workers of one mirror share: what was asked, what waits to be done, what has come of it.
#pragma once

#include "plan/clock.hpp"
#include "plan/deletion_guard.hpp"
#include "plan/mirror_diff.hpp"
#include "plan/name_key.hpp"
#include "plan/selection.hpp"
#include "transfer/between_servers.hpp"
#include "transfer/deployed.hpp"
#include "transfer/journal.hpp"
#include "transfer/spool.hpp"

#include <ferry/mirror.hpp>

#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace ferry::transfer {

/// What is known of the clock of one end.
class end_clock {
public:
    /// When an entry was changed, as far as a listing tells.
    [[nodiscard]] std::optional<plan::time_span> span_of(const entry& what) const;
    /// Whether to ask when exactly this file was changed, because that tells of the others too.
    [[nodiscard]] bool wants_sample(const entry& what) const;
    void learn(const entry& listed, std::chrono::sys_seconds utc);

private:
    /// Files that are asked about in one run, at most: each costs a round trip.
    static constexpr int most_samples = 60;

    std::optional<plan::server_clock> clock_; ///< once an entry has shown what listing it is
    int samples_ = 0;
};

class mirror_state {
public:
    /// Errors: rules that are none.
    [[nodiscard]] static result<std::unique_ptr<mirror_state>> make(mirror_options options);

    explicit mirror_state(mirror_options asked);

    void tell(mirror_event::state now, mirror_step step, const std::string& path,
              std::string_view reason = {}, std::uint64_t bytes = 0) const;
    void tell(const mirror_event& what) const;
    void planned(mirror_step step, const std::string& path, const entry& source,
                 std::string_view reason) const;
    void notice(const std::string& path, const std::string& text) const;
    /// Counts and tells a failure of one path. The others go on.
    void failed(mirror_step step, const std::string& path, const error& why);

    /// `path` and all below stay at the destination.
    void keep(const std::string& path) { guard.keep(path); }

    /// `path` waits to be compared.
    void descend(const std::string& path, presence at);
    /// The same for a directory that is there at both ends, unless only some are looked at.
    void go_on_below(const std::string& path);
    /// `path` was changed at the destination.
    void changed(const std::string& path);

    mirror_options options;
    plan::mirror_options rules;
    plan::selection selection;
    plan::deletion_guard guard;
    plan::name_rules names; ///< of the destination
    end_clock source_clock;
    end_clock destination_clock;
    server_route route;
    spool waiting;
    std::unique_ptr<journal> memory;          ///< may be nothing
    std::unique_ptr<deployed_files> deployed; ///< with a manifest
    mirror_report report;
    std::uint64_t source_entries = 0;
    std::vector<work_item> late; ///< comes when what is in the way has gone
    std::set<std::string, std::less<>> failed_paths;
    bool told_of_no_hash = false;
    bool stopping = false;
    std::optional<error> fatal; ///< what ended the run
};

/// The step that a kind of work is, for events.
[[nodiscard]] mirror_step step_of(work_kind kind) noexcept;

/// "a/b" of "a" and "b"; "b" of "" and "b".
[[nodiscard]] std::string path_in(const std::string& directory, std::string_view name);

} // namespace ferry::transfer
