#include "cli/mirror_reporter.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/json.hpp"
#include "cli/progress.hpp"
#include "cli/reporter.hpp"
#include "cli/terminal.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include <unistd.h>

namespace ferry::cli {

namespace {

constexpr std::size_t status_width = 160;
constexpr std::size_t status_bytes = 4 * status_width;

/// What people read: what is done to the path.
std::string_view verb_of(mirror_step step) noexcept {
    constexpr std::array<std::string_view, 8> verbs{"list", "mkdir", "copy",   "link",
                                                    "time", "chmod", "delete", "skip"};
    return verbs[static_cast<std::size_t>(step)];
}

/// "size differs" of "size_differs".
std::string words_of(std::string reason) {
    std::ranges::replace(reason, '_', ' ');
    return reason;
}

boost::json::value place_of(const mirror_place& place) {
    return text_value(place.where() ? format_url(*place.where()) : place.directory());
}

double seconds_since(std::chrono::steady_clock::time_point then) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
}

} // namespace

mirror_reporter::mirror_reporter(const arguments& asked, connections& open)
    : open_(&open)
    , listener_before_(
          open.exchange_retry_listener([this](const retry_notice& why) { retrying(why); }))
    , events_(asked.json)
    , dry_run_(asked.tree.dry_run)
    , quiet_(asked.quiet || asked.json)
    , silent_(asked.quiet)
    , verbose_(asked.verbose)
    , draws_(asked.progress && !quiet_ && is_terminal(stderr) && asked.status_descriptor < 0)
    , status_descriptor_(asked.status_descriptor)
    , began_(std::chrono::steady_clock::now()) {}

mirror_reporter::~mirror_reporter() {
    open_->exchange_retry_listener(std::move(listener_before_));
}

void mirror_reporter::print(const std::string& text) {
    if (quiet_) return;
    if (dry_run_)
        write_out(text + '\n');
    else
        messages().line(text);
}

void mirror_reporter::line(std::string_view verb, const std::string& path, std::string_view why) {
    std::string text = fmt::format("{:<7} {}", verb, printable(path.empty() ? "." : path));
    if (!why.empty()) text += fmt::format("  ({})", why);
    print(text);
}

void mirror_reporter::begin(const mirror_place& from, const mirror_place& to) {
    if (events_)
        write_out(json_line({{"event", "start"},
                             {"command", "mirror"},
                             {"from", place_of(from)},
                             {"to", place_of(to)}}));
    if (draws_) meter_.show("mirror");
}

void mirror_reporter::take(const mirror_event& what) {
    switch (what.now) {
    case mirror_event::state::planned:
        planned(what);
        break;
    case mirror_event::state::started:
    case mirror_event::state::moving:
        follow(what);
        break;
    case mirror_event::state::done:
        done(what);
        break;
    case mirror_event::state::failed:
        failed(what);
        break;
    }
    if (events_) std::fflush(stdout); // a program may wait for it
}

void mirror_reporter::planned(const mirror_event& what) {
    if (what.step == mirror_step::copy) {
        ++planned_files_;
        planned_bytes_ += what.bytes;
    }
    if (events_)
        write_out(json_line({{"event", "planned"},
                             {"step", boost::json::string_view(name_of(what.step))},
                             {"path", text_value(what.path)},
                             {"reason", text_value(what.reason)},
                             {"bytes", what.bytes}}));
    const bool is_left = what.step == mirror_step::skip;
    if (dry_run_ ? !is_left || verbose_ : is_left && verbose_)
        line(verb_of(what.step), what.path, words_of(what.reason));
}

void mirror_reporter::follow(const mirror_event& what) {
    moving_[what.path] = what.bytes;
    show_progress();
}

void mirror_reporter::done(const mirror_event& what) {
    if (what.step == mirror_step::copy) {
        moving_.erase(what.path);
        done_bytes_ += what.bytes;
        ++done_files_;
    }
    if (events_) {
        boost::json::object told{{"event", "done"},
                                 {"step", boost::json::string_view(name_of(what.step))},
                                 {"path", text_value(what.path)}};
        if (what.step == mirror_step::copy) {
            told["bytes"] = what.transfer.bytes;
            told["resumed_at"] = what.transfer.resumed_at;
            told["size"] = what.transfer.size;
            told["proof"] = proof_object(what.transfer.proof);
        }
        write_out(json_line(told));
    }
    std::string detail;
    if (what.step == mirror_step::copy) {
        detail = format_size(what.bytes);
        if (what.transfer.resumed_at > 0)
            detail += ", continued at " + format_size(what.transfer.resumed_at);
    }
    line(verb_of(what.step), what.path, detail);
    show_progress();
}

void mirror_reporter::failed(const mirror_event& what) {
    moving_.erase(what.path);
    if (events_)
        write_out(json_line({{"event", "failed"},
                             {"step", boost::json::string_view(name_of(what.step))},
                             {"path", text_value(what.path)},
                             {"error", error_object(*what.why)}}));
    print_problem(
        fmt::format("mirror {} {}", verb_of(what.step), what.path.empty() ? "." : what.path),
        *what.why);
}

void mirror_reporter::notice(const std::string& path, const std::string& text) {
    if (events_)
        write_out(json_line(
            {{"event", "notice"}, {"path", text_value(path)}, {"text", text_value(text)}}));
    if (!quiet_)
        messages().line(path.empty() ? printable(text) : printable(path) + ": " + printable(text));
}

void mirror_reporter::retrying(const retry_notice& why) {
    if (events_)
        write_out(json_line({{"event", "retry"},
                             {"error", error_object(*why.why)},
                             {"seconds", std::chrono::duration<double>(why.wait).count()},
                             {"attempt", why.attempt},
                             {"of", why.most}}));
    if (!silent_) messages().line(retry_line(problems_are_called() + ": mirror", why));
}

void mirror_reporter::show_progress() {
    if (!draws_ && status_descriptor_ < 0) return;
    transfer_progress now;
    now.position = done_bytes_;
    for (const auto& [path, bytes] : moving_)
        now.position += bytes;
    now.total = std::max(planned_bytes_, now.position);
    now.elapsed = std::chrono::steady_clock::now() - began_;
    if (draws_) return meter_.update(now);
    auto text = progress_line(fmt::format("{} of {}", done_files_, counted(planned_files_, "file")),
                              now, status_width);
    text.resize(status_bytes, ' ');
    text += '\n';
    // The file may have gone; a mirror does not end for it.
    const auto written = ::pwrite(status_descriptor_, text.data(), text.size(), 0);
    static_cast<void>(written);
}

void mirror_reporter::ended(const error& why) {
    meter_.hide();
    if (events_)
        write_out(
            json_line({{"event", "failed"}, {"step", "mirror"}, {"error", error_object(why)}}));
}

int mirror_reporter::finish(const mirror_report& report) {
    meter_.hide();
    int status = 0;
    if (report.failed > 0)
        status = describe(report.failed == report.unproven ? errc::verification_failed
                                                           : errc::some_failed)
                     .exit_status;
    if (events_)
        write_out(json_line({{"event", "summary"},
                             {"command", "mirror"},
                             {"directories", report.directories},
                             {"copied", report.copied},
                             {"bytes", report.bytes},
                             {"unchanged", report.unchanged},
                             {"changed", report.changed},
                             {"removed", report.removed},
                             {"skipped", report.skipped},
                             {"excluded", report.excluded},
                             {"failed", report.failed},
                             {"seconds", seconds_since(began_)},
                             {"exit_status", status}}));
    if (quiet_) return status;
    const auto elapsed = std::chrono::steady_clock::now() - began_;
    auto text = fmt::format("{} copied ({}), {} unchanged", counted(report.copied, "file"),
                            format_size(report.bytes), report.unchanged);
    if (dry_run_)
        text = fmt::format("{} to copy ({}), {} unchanged", counted(planned_files_, "file"),
                           format_size(planned_bytes_), report.unchanged);
    const std::array<std::pair<std::size_t, std::string_view>, 5> rest{
        std::pair(report.changed, std::string_view("adjusted")),
        std::pair(report.removed, std::string_view("removed")),
        std::pair(report.skipped, std::string_view("skipped")),
        std::pair(report.excluded, std::string_view("excluded")),
        std::pair(report.failed, std::string_view("failed"))};
    for (const auto& [count, what] : rest)
        if (count > 0) text += fmt::format(", {} {}", count, what);
    text += " in " + format_duration(elapsed);
    print(text);
    return status;
}

} // namespace ferry::cli
