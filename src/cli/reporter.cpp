#include "cli/reporter.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/command_table.hpp"
#include "cli/connections.hpp"
#include "cli/json.hpp"
#include "cli/option_table.hpp"
#include "cli/progress.hpp"
#include "cli/terminal.hpp"

#include <fmt/core.h>

#include <algorithm>

#include <unistd.h>

namespace ferry::cli {

namespace {

/// How often a line tells of a transfer where nothing can be drawn.
constexpr std::chrono::seconds line_interval{10};
/// How wide such a line may be.
constexpr std::size_t plain_width = 200;

constexpr std::size_t status_width = 160;
/// A line of status is of one length always, so that writing it anew leaves nothing of the last.
constexpr std::size_t status_bytes = 4 * status_width;

std::string& problem_source() {
    static std::string source = "ferry";
    return source;
}

/// Commands whose JSON is their result, not events.
bool prints_own_json(command_id command) noexcept {
    using enum command_id;
    return contains(commands({ls, stat, find, du}), command);
}

double in_seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

} // namespace

int joint_status(std::size_t done, const std::vector<int>& failures) noexcept {
    const int interrupted = describe(errc::interrupted).exit_status;
    if (failures.empty()) return 0;
    if (std::ranges::find(failures, interrupted) != failures.end()) return interrupted;
    const bool all_alike =
        std::ranges::all_of(failures, [&](int status) { return status == failures.front(); });
    return done == 0 && all_alike ? failures.front() : describe(errc::some_failed).exit_status;
}

void print_problem(std::string_view where, const error& problem) {
    const bool colour = wants_colour(stderr);
    const auto& source = problem_source();
    messages().line(fmt::format("{}{}{}{}{}: {}", colour ? "\x1b[1;31m" : "", printable(source),
                                source.empty() ? "" : ": ", printable(where),
                                colour ? "\x1b[0m" : "", problem.message()));
}

void call_problems(std::string_view source) {
    problem_source() = source;
}

std::string problems_are_called() {
    return problem_source();
}

std::string retry_line(std::string_view where, const retry_notice& notice) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(notice.wait).count();
    const auto when = seconds == 0 ? std::string("now") : fmt::format("in {} s", seconds);
    // The advice is for who has to do something: here the program does.
    error cause = *notice.why;
    cause.advise(fmt::format("retrying {} ({} of {})", when, notice.attempt, notice.most));
    return fmt::format("{}{}{}", printable(where), where.empty() ? "" : ": ", cause.message());
}

reporter::reporter(const arguments& asked, connections& open)
    : command_(row_of(asked.command).name)
    , open_(&open)
    , listener_before_(
          open.exchange_retry_listener([this](const retry_notice& notice) { retrying(notice); }))
    , events_(asked.json && !prints_own_json(asked.command))
    , silent_(asked.quiet)
    , quiet_(asked.quiet || events_)
    , progress_(asked.progress)
    , status_descriptor_(asked.status_descriptor)
    , began_(std::chrono::steady_clock::now()) {}

reporter::~reporter() {
    open_->exchange_retry_listener(std::move(listener_before_));
}

void reporter::event(const boost::json::object& what) {
    if (!events_) return;
    write_out(json_line(what));
    std::fflush(stdout); // a program may wait for it
}

void reporter::start(std::string url, std::string_view path) {
    url_ = std::move(url);
    path_ = path;
    event({{"event", "start"},
           {"command", boost::json::string_view(command_)},
           {"url", text_value(url_)},
           {"path", text_value(path_)}});
}

void reporter::write_status(std::string_view name, const transfer_progress& now) const {
    auto line = progress_line(name, now, status_width);
    line.resize(status_bytes, ' ');
    line += '\n';
    // The file may have gone; a transfer does not end for it.
    const auto written = ::pwrite(status_descriptor_, line.data(), line.size(), 0);
    static_cast<void>(written);
}

void reporter::follow(transfer_options& options, std::string_view name) {
    options.on_notice = [this](const std::string& text) { notice(text); };
    if (status_descriptor_ >= 0) {
        // All of it: where nothing moves any more, nothing would be told later.
        options.progress_interval = std::chrono::milliseconds(0);
        options.on_progress = [this, shown = printable(name)](const transfer_progress& now) {
            write_status(shown, now);
        };
        return;
    }
    if (quiet_ || !progress_) return;
    if (is_terminal(stderr)) {
        meter_.show(printable(name));
        options.progress_interval = std::chrono::milliseconds(0); // the meter paces itself
        options.on_progress = [this](const transfer_progress& now) { meter_.update(now); };
        return;
    }
    options.progress_interval = line_interval;
    options.on_progress = [shown = printable(name)](const transfer_progress& now) {
        const bool ended = now.total && now.position == *now.total;
        if (now.elapsed >= line_interval && !ended)
            messages().line(progress_line(shown, now, plain_width));
    };
}

void reporter::done() {
    ++done_;
    event({{"event", "done"}, {"url", text_value(url_)}, {"path", text_value(path_)}});
}

void reporter::done(std::string_view name, const transfer_report& report) {
    meter_.hide();
    ++done_;
    bytes_ += report.bytes;
    event({{"event", "done"},
           {"url", text_value(url_)},
           {"path", text_value(path_)},
           {"bytes", report.bytes},
           {"resumed_at", report.resumed_at},
           {"size", report.size},
           {"seconds", in_seconds(report.elapsed)},
           {"proof", proof_object(report.proof)}});
    if (!quiet_) messages().line(finished_line(printable(name), report));
}

void reporter::ended_with(int status) {
    if (status == 0)
        ++done_;
    else
        failures_.push_back(status);
}

void reporter::failed(const error& problem) {
    meter_.hide();
    failures_.push_back(problem.exit_status());
    print_problem(fmt::format("{} {}", command_, url_), problem);
    event({{"event", "failed"}, {"url", text_value(url_)}, {"error", error_object(problem)}});
}

void reporter::warn(std::string_view text) {
    if (quiet_) return;
    const auto& source = problem_source();
    messages().line(fmt::format("{}{}{} {}: {}", printable(source), source.empty() ? "" : ": ",
                                command_, printable(url_), text));
}

void reporter::notice(const std::string& text) {
    event({{"event", "notice"}, {"url", text_value(url_)}, {"text", text_value(text)}});
    meter_.hide();
    warn(printable(text));
}

void reporter::retrying(const retry_notice& notice) {
    event({{"event", "retry"},
           {"url", text_value(url_)},
           {"error", error_object(*notice.why)},
           {"seconds", in_seconds(notice.wait)},
           {"attempt", notice.attempt},
           {"of", notice.most}});
    if (silent_) return;
    meter_.hide();
    const auto& source = problem_source();
    messages().line(retry_line(
        fmt::format("{}{}{} {}", source, source.empty() ? "" : ": ", command_, url_), notice));
}

bool reporter::should_stop() const {
    const int interrupted = describe(errc::interrupted).exit_status;
    return output_is_unread() || std::ranges::find(failures_, interrupted) != failures_.end();
}

int reporter::finish() {
    const int status = joint_status(done_, failures_);
    const auto elapsed = std::chrono::steady_clock::now() - began_;
    event({{"event", "summary"},
           {"command", boost::json::string_view(command_)},
           {"files", done_ + failures_.size()},
           {"failed", failures_.size()},
           {"bytes", bytes_},
           {"seconds", in_seconds(elapsed)},
           {"exit_status", status}});
    if (bytes_ > 0 && !quiet_ && done_ + failures_.size() > 1)
        messages().line(fmt::format(
            "{}, {} in {} ({}){}", counted(done_, "file"), format_size(bytes_),
            format_duration(elapsed), format_rate(bytes_, elapsed),
            failures_.empty() ? std::string() : fmt::format(", {} failed", failures_.size())));
    return status;
}

} // namespace ferry::cli
