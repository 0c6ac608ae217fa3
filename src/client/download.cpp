#include "client/download.hpp"

#include "client/ascii.hpp"
#include "client/operations.hpp"
#include "client/progress.hpp"
#include "client/transfer.hpp"
#include "io/replacement_file.hpp"
#include "plan/refusal.hpp"
#include "plan/resume.hpp"

namespace ferry::client_side {

namespace {

/// Room is made beforehand for sizes up to this; a larger one is more likely a lie.
constexpr std::uint64_t sane_size = std::uint64_t{1} << 44U;

/// What the server says of the file before it is fetched.
class remote_facts {
public:
    remote_facts() = default;
    std::optional<std::uint64_t> size;
    std::optional<std::chrono::sys_seconds> time;
};

/// SIZE says nothing of a transfer in TYPE A, and 0 is what some servers say of a file that is not
/// a plain one.
task<result<remote_facts>> facts_before(session& with, std::string remote, bool want_time,
                                        bool ascii) {
    remote_facts facts;
    if (!ascii) {
        auto size = co_await size_if_known(with, remote);
        if (!size) co_return fail(std::move(size.error()));
        facts.size = *size;
    }
    if (want_time) {
        auto time = co_await modification_time_if_known(with, remote);
        if (!time) co_return fail(std::move(time.error()));
        facts.time = *time;
    }
    co_return facts;
}

/// One RETR into `to`, and the check that all of the file came.
task<result<transfer_report>> retrieve(session& with, std::string remote, io::sink& to,
                                       std::uint64_t offset, std::optional<std::uint64_t> size,
                                       bool ascii, progress_teller& progress) {
    auto type = co_await set_type(with, ascii ? 'A' : 'I');
    if (!type) co_return fail(std::move(type.error()));
    ascii_sink translated(to);
    transfer_request what;
    what.verb = "RETR";
    what.path = remote;
    what.offset = offset;
    what.to = &to;
    if (ascii) what.to = &translated;
    if (size.value_or(0) > 0) what.at_most = *size - offset;
    progress.set(offset, size);
    what.progress = progress.function();
    auto done = co_await transfer(with, std::move(what));

    transfer_report report;
    report.bytes = done.bytes;
    report.resumed_at = offset;
    report.size = offset + done.bytes;
    report.size_verified = size && report.size == *size;
    // All is there, and it is the server that lost count: the size proves more than a 426 does.
    const bool late_complaint = !done.status && done.data_ended && done.said.code / 100 == 4;
    if (late_complaint && report.size_verified && *size > 0) {
        with.talk().note("complete in spite of " + std::to_string(done.said.code));
        done.status = result<>();
    }
    if (!done.status) co_return fail(std::move(done.status.error()));
    if (size.value_or(0) > report.size) {
        error short_of(errc::truncated, std::to_string(report.size) + " of " +
                                            std::to_string(*size) + " bytes came");
        short_of.at(plan::step_of("RETR", remote)).said(done.said.code, done.said.text());
        co_return fail(std::move(short_of));
    }
    progress.tell();
    report.elapsed = progress.elapsed();
    co_return report;
}

/// The size of a file that may be the beginning of the remote one; nothing if it is not there, or
/// if the remote one was changed since: two halves of different files must not be glued together.
std::optional<std::uint64_t> size_of_beginning(const result<io::file>& local,
                                               const remote_facts& remote) {
    if (!local) return std::nullopt;
    const auto size = local->size();
    const auto time = local->modification_time();
    if (!size || !time || (remote.time && *remote.time > *time)) return std::nullopt;
    return *size;
}

/// A download into a file, from the choice of where to begin to the final name.
class file_download {
public:
    file_download(session& with, std::string remote, std::string local, transfer_options options)
        : with_(&with)
        , remote_(std::move(remote))
        , local_(std::move(local))
        , options_(std::move(options))
        , progress_(options_) {}

    [[nodiscard]] task<result<transfer_report>> run();

private:
    [[nodiscard]] result<> open_part();
    [[nodiscard]] result<plan::download_start> choose_start();
    [[nodiscard]] task<result<transfer_report>> fetch(std::uint64_t offset);
    [[nodiscard]] result<> prepare_part(std::uint64_t offset);
    void leave_part(const error& why) noexcept;
    [[nodiscard]] result<transfer_report> commit(transfer_report report);
    [[nodiscard]] transfer_report nothing_to_do() const;

    session* with_;
    std::string remote_;
    std::string local_;
    transfer_options options_;
    progress_teller progress_;
    remote_facts facts_;
    std::optional<io::replacement_file> part_;
    std::uint64_t part_size_ = 0;
};

result<> file_download::open_part() {
    io::replacement_options how;
    // Also without `resume`: a part is not given up before the server was asked for the file.
    how.keep_part = true;
    auto opened = io::replacement_file::open(io::current_directory, local_, how);
    if (!opened) return fail(std::move(opened.error()));
    part_ = std::move(*opened);
    auto size = part_->content().size();
    if (!size) return fail(std::move(size.error()));
    part_size_ = *size;
    return {};
}

result<plan::download_start> file_download::choose_start() {
    using enum plan::download_start;
    if (!options_.resume) return from_zero;
    if (options_.ascii) {
        with_->talk().note("TYPE A cannot be resumed: from the start");
        return from_zero;
    }
    const auto part = io::file::duplicate(part_->content().descriptor());
    const auto final_file = io::file::open_to_read(local_);
    const auto start = plan::plan_download(size_of_beginning(part, facts_).value_or(0),
                                           size_of_beginning(final_file, facts_), facts_.size);
    if (start == from_zero && part_size_ > 0)
        with_->talk().note("the part is of another file: from the start");
    if (start != behind_final) return start;
    part_->discard();
    part_.reset();
    auto adopted = io::replacement_file::adopt(io::current_directory, local_);
    if (!adopted) return fail(std::move(adopted.error()));
    auto opened = open_part();
    if (!opened) return fail(std::move(opened.error()));
    return behind_part;
}

result<> file_download::prepare_part(std::uint64_t offset) {
    auto& content = part_->content();
    auto cut = content.truncate(offset);
    if (!cut) return cut;
    auto at = content.seek(offset);
    if (!at) return fail(std::move(at.error()));
    if (facts_.size && *facts_.size <= sane_size) return content.reserve(offset, *facts_.size);
    return {};
}

/// What came stays for `resume`, unless nothing did or it cannot be right.
void file_download::leave_part(const error& why) noexcept {
    const auto size = part_->content().size();
    if (!size || *size == 0 || why.code() == errc::verification_failed) {
        part_->discard();
        return;
    }
    // The room made beforehand is given back, and the time tells a later run which file it is of.
    const auto cut = part_->content().truncate(*size);
    static_cast<void>(cut);
    if (!facts_.time) return;
    const auto stamped = part_->content().set_modification_time(*facts_.time);
    static_cast<void>(stamped);
}

task<result<transfer_report>> file_download::fetch(std::uint64_t offset) {
    auto prepared = prepare_part(offset);
    if (!prepared) co_return fail(std::move(prepared.error()));
    io::file_sink to(part_->content());
    co_return co_await retrieve(*with_, remote_, to, offset, facts_.size, options_.ascii,
                                progress_);
}

result<transfer_report> file_download::commit(transfer_report report) {
    auto size = part_->content().size();
    if (!size) return fail(std::move(size.error()));
    report.size = *size;
    report.path = local_;
    auto named = part_->commit(options_.keep_time ? facts_.time : std::nullopt);
    if (!named) return fail(std::move(named.error()));
    return report;
}

transfer_report file_download::nothing_to_do() const {
    transfer_report report;
    report.resumed_at = facts_.size.value_or(0);
    report.size = report.resumed_at;
    report.size_verified = true;
    report.path = local_;
    return report;
}

task<result<transfer_report>> file_download::run() {
    using enum plan::download_start;
    auto opened = open_part();
    if (!opened) co_return fail(std::move(opened.error()));
    const bool want_time = options_.keep_time || options_.resume;
    auto facts = co_await facts_before(*with_, remote_, want_time, options_.ascii);
    if (!facts) {
        leave_part(facts.error());
        co_return fail(std::move(facts.error()));
    }
    facts_ = *facts;
    auto start = choose_start();
    if (!start) co_return fail(std::move(start.error()));
    if (*start == final_is_complete) {
        part_->discard();
        co_return nothing_to_do();
    }
    if (*start == part_is_complete) co_return commit(nothing_to_do());

    const bool behind = *start == behind_part;
    auto report = co_await fetch(behind ? part_size_ : 0);
    if (!report && behind && report.error().code() == errc::restart_refused &&
        with_->talk().is_open()) {
        with_->talk().note("the server cannot resume: from the start");
        report = co_await fetch(0);
    }
    if (!report) {
        leave_part(report.error());
        co_return report;
    }
    co_return commit(std::move(*report));
}

task<result<transfer_report>> download_to(session& with, std::string remote, io::file out,
                                          transfer_options options) {
    auto facts = co_await facts_before(with, remote, false, options.ascii);
    if (!facts) co_return fail(std::move(facts.error()));
    io::slow_file_sink sink(out);
    progress_teller progress(options);
    co_return co_await retrieve(with, remote, sink, 0, facts->size, options.ascii, progress);
}

/// A device or a pipe of that name, once somebody reads it; nothing if it is another kind of file.
task<result<std::optional<io::file>>> open_special(session& with, std::string name) {
    // There is no event to wait for.
    constexpr io::milliseconds look_again{50};
    bool told = false;
    while (true) {
        auto found = io::file::open_special(name);
        if (!found) co_return fail(std::move(found.error()));
        if (!found->wants_reader) co_return std::move(found->opened);
        if (!std::exchange(told, true)) with.talk().note("waiting for a reader of the pipe");
        auto slept = co_await io::sleep_for(look_again);
        if (!slept) co_return fail(std::move(slept.error()));
    }
}

} // namespace

task<result<transfer_report>> download(session& with, std::string remote, local_end to,
                                       transfer_options options) {
    if (!to.file_path()) {
        auto out = io::file::duplicate(to.fd());
        if (!out) co_return fail(std::move(out.error()));
        co_return co_await download_to(with, std::move(remote), std::move(*out),
                                       std::move(options));
    }
    // A device or a pipe is written to; a new file in its place is not what anyone wants.
    auto special = co_await open_special(with, *to.file_path());
    if (!special) co_return fail(std::move(special.error()));
    if (*special)
        co_return co_await download_to(with, std::move(remote), std::move(**special),
                                       std::move(options));
    file_download run(with, std::move(remote), *to.file_path(), std::move(options));
    co_return co_await run.run();
}

} // namespace ferry::client_side
